"""Sealing: AES-256-GCM under a data key, bound to the very cell it stands in (S100, S101).

Moving sealed bytes to another row, column, patient or practice makes them unreadable, because all of these are
authenticated. A sealed value is `version (1) | data key id (16) | nonce (12) | ciphertext and tag`.
"""

import os
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import LatchkeyError
from core.seal.keyring import Erased, Keyring
from core.store.sealing import Place

VERSION = b"\x01"
NONCE = 12
AT_HAND = 200  # keys
BEGINS = b"\x00\x00\x00\x0alatchkey/1"  # each part stands behind its length
OF_AN_ID, OF_NOTHING = b"\x00\x00\x00\x10", b"\x00\x00\x00\x00"


class Unreadable(LatchkeyError):
    """Sealed bytes that were changed, moved or cut."""


class Envelope:
    """Seals and opens for one practice, in one action.

    Keys to shred are gathered until the store says that the action is kept: the keyring takes nothing back, and an
    action that was refused with others, or met another crosswise, is done again and must find its keys (S103).
    """

    def __init__(self, keyring: Keyring, practice_id: UUID) -> None:
        self._keyring = keyring
        self._practice_id = practice_id
        self._doomed: set[UUID] = set()
        self._ciphers: dict[bytes, AESGCM] = {}  # of the keys this action has opened with: a page of cards is one key's

    def seal(
        self,
        plain: bytes,
        place: Place,
        *,
        scope: str | None = None,
        key_id: UUID | None = None,
        count: int | None = None,
    ) -> bytes:
        """Seal under the shared key of `scope`, under the key `key_id`, or else under a new key of its own.

        With `count`, that number is the nonce; the caller never gives it twice for one key (S100).
        """
        if key_id is not None:
            key = self._keyring.by_id(self._practice_id, key_id)
        elif scope is not None:
            key_id, key = self._keyring.for_scope(self._practice_id, scope)
        else:
            key_id, key = self.own_key(f"{place.table}:{place.row}")
        nonce = os.urandom(NONCE) if count is None else count.to_bytes(NONCE, "big")
        bound = _bound(place, self._practice_id, key_id.bytes)
        return VERSION + key_id.bytes + nonce + AESGCM(key).encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, place: Place) -> bytes:
        """What was sealed there. Raises Unreadable, or Erased when the key was shredded."""
        if len(sealed) < 1 + 16 + NONCE + 16 or sealed[:1] != VERSION:
            raise Unreadable
        name = sealed[1:17]
        cipher = self._ciphers.get(name) or self._cipher(UUID(bytes=name))
        try:
            return cipher.decrypt(sealed[17:29], sealed[29:], _bound(place, self._practice_id, name))
        except InvalidTag as error:
            raise Unreadable from error

    def own_key(self, scope: str) -> tuple[UUID, bytes]:
        """A new key for one item (a Direct Message, a file, a form's answers), so that it can be shredded alone."""
        return self._keyring.new(self._practice_id, scope)

    def is_own(self, key_id: UUID, scope: str) -> bool:
        """Whether this is the key made for that one item, and still there."""
        return self._scope_of(key_id) == scope

    def is_there(self, key_id: UUID) -> bool:
        """Whether this key was not shredded."""
        return self._scope_of(key_id) is not None

    def shred(self, key_id: UUID) -> None:
        """Erase for certain whatever this key sealed. For this action it is gone now, and for all with its commit."""
        self._doomed.add(key_id)
        self._ciphers.pop(key_id.bytes, None)

    def shred_now(self) -> None:
        """Destroy the keys that were to go, all or none."""
        self._keyring.shred(self._practice_id, self._doomed)

    def forget_shredded(self) -> None:
        """Let go of what is left of these keys."""
        self._keyring.forget(self._practice_id, self._doomed)

    def destroyed(self) -> dict[UUID, str]:
        """Keys of this practice that were destroyed and not let go of; see `Keyring.destroyed`."""
        return self._keyring.destroyed(self._practice_id)

    def keys_of_items(
        self, kind: str, before: datetime, after: UUID | None = None, limit: int = 500
    ) -> list[tuple[UUID, UUID]]:
        """Keys of this practice's single items, with the item each was made for; see `Keyring.of_items`."""
        return self._keyring.of_items(self._practice_id, kind, before, after, limit)

    def mac_key(self, purpose: str) -> bytes:
        """The installation's key for a purpose (S106)."""
        return self._keyring.for_installation(purpose)

    def practice_key(self, purpose: str) -> bytes:
        """A key of this practice alone for a purpose (search words, contact look-ups)."""
        return self._keyring.for_scope(self._practice_id, f"purpose:{purpose}")[1]

    def _cipher(self, key_id: UUID) -> AESGCM:
        """What opens with a key. Raises Erased."""
        if key_id in self._doomed:
            raise Erased
        if len(self._ciphers) == AT_HAND:
            self._ciphers.clear()
        cipher = self._ciphers[key_id.bytes] = AESGCM(self._keyring.by_id(self._practice_id, key_id))
        return cipher

    def _scope_of(self, key_id: UUID) -> str | None:
        return None if key_id in self._doomed else self._keyring.scope_of(self._practice_id, key_id)


def key_of(sealed: bytes) -> UUID:
    """The id of the data key that sealed these bytes."""
    return UUID(bytes=sealed[1:17])


def _bound(place: Place, practice_id: UUID, key: bytes) -> bytes:
    """A length-prefixed tuple, so that no two places spell the same bytes."""
    table, column, part = place.table.encode(), place.column.encode(), place.part.encode()
    return b"".join(
        (
            BEGINS,
            len(table).to_bytes(4, "big"),
            table,
            OF_AN_ID,
            place.row.bytes,
            len(column).to_bytes(4, "big"),
            column,
            OF_AN_ID,
            practice_id.bytes,
            OF_AN_ID + place.patient.bytes if place.patient else OF_NOTHING,
            len(part).to_bytes(4, "big"),
            part,
            OF_AN_ID,
            key,
        )
    )
