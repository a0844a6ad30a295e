"""One encrypted file: a line that says what it is, then sealed pieces of 1 MiB, each with its number and whether it is
the last, so that none can be left out, swapped or cut off.

The file's own key is sealed to the operator's public key, whose private half is on no host (S113), or, where there is
none yet, wrapped with the master key.
"""

import io
import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.backup.words import NoBackupKey, NotABackup

FORMAT = "latchkey backup 1"
PIECE = 1 << 20  # bytes before sealing
NONCE = 12
LONGEST_HEAD = 4096


class Writer(io.RawIOBase):
    """Seals what is written to it; closing it writes the last piece."""

    def __init__(self, out: BinaryIO, facts: Mapping[str, str], *, public: bytes = b"", master: bytes = b"") -> None:
        key = os.urandom(32)
        to = _sealed_to(public, key) if public else {"kind": "master", "wrapped": aes_key_wrap(master, key).hex()}
        self._head = json.dumps({"format": FORMAT, **facts, "key": to}).encode() + b"\n"
        self._out, self._cipher = out, AESGCM(key)
        self._held, self._number = b"", 0
        out.write(self._head)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:
        """Hold what comes until a piece is full."""
        self._held += bytes(data)
        while len(self._held) > PIECE:
            self._put(self._held[:PIECE], last=False)
            self._held = self._held[PIECE:]
        return len(data)

    def close(self) -> None:
        """Write the last piece."""
        if not self.closed:
            self._put(self._held, last=True)
        super().close()

    def _put(self, piece: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), piece, _bound(self._head, self._number, last))
        self._out.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


class Reader(io.RawIOBase):
    """Opens an archive piece by piece. Raises NotABackup, NoBackupKey."""

    def __init__(self, source: BinaryIO, *, private: bytes = b"", masters: Sequence[bytes] = ()) -> None:
        self._source = source
        self._head = source.readline(LONGEST_HEAD)
        try:
            self.facts: dict[str, Any] = json.loads(self._head)
            self._cipher = AESGCM(_key(self.facts["key"], private, masters))
        except (ValueError, KeyError, TypeError) as error:
            raise NotABackup from error
        if self.facts.get("format") != FORMAT:
            raise NotABackup
        self._held, self._number, self._ended = b"", 0, False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer; 0 at the end, which only the last piece can bring."""
        while not self._held and not self._ended:
            self._held = self._next()
        part = self._held[: len(buffer)]
        buffer[: len(part)] = part
        self._held = self._held[len(part) :]
        return len(part)

    def _next(self) -> bytes:
        length = int.from_bytes(self._source.read(4), "big")
        sealed = self._source.read(length)
        if not 16 <= length <= PIECE + 16 or len(sealed) != length:
            raise NotABackup
        for last in (False, True):
            try:
                piece = self._cipher.decrypt(_nonce(self._number), sealed, _bound(self._head, self._number, last))
            except InvalidTag:
                continue
            self._number, self._ended = self._number + 1, last
            if last and self._source.read(1):
                raise NotABackup
            return piece
        raise NotABackup


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE, "big")


def _bound(head: bytes, number: int, last: bool) -> bytes:
    return head + number.to_bytes(8, "big") + (b"last" if last else b"more")


def _sealed_to(public: bytes, key: bytes) -> dict[str, str]:
    once = X25519PrivateKey.generate()
    mine = once.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    shared = once.exchange(X25519PublicKey.from_public_bytes(public))
    return {"kind": "x25519", "once": mine.hex(), "wrapped": aes_key_wrap(_derived(shared, mine + public), key).hex()}


def _key(to: Mapping[str, str], private: bytes, masters: Sequence[bytes]) -> bytes:
    wrapped = bytes.fromhex(to["wrapped"])
    keys = list(masters)
    if to["kind"] == "x25519":
        if not private:
            raise NoBackupKey
        mine = X25519PrivateKey.from_private_bytes(private)
        once = bytes.fromhex(to["once"])
        public = mine.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        keys = [_derived(mine.exchange(X25519PublicKey.from_public_bytes(once)), once + public)]
    for key in keys:
        try:
            return aes_key_unwrap(key, wrapped)
        except InvalidUnwrap:
            continue
    raise NoBackupKey


def _derived(shared: bytes, between: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=FORMAT.encode() + between).derive(shared)
