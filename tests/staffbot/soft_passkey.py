"""A passkey in software: makes and signs as a phone does, or wrongly where a test asks for it."""

import base64
import hashlib
import json
import os
import struct
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftPasskey:
    def __init__(self, site: str, origin: str) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = os.urandom(32)
        self.site, self.origin = site, origin
        self.count = 0

    def make(self, challenge: bytes) -> str:
        """The answer to `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(public)
        data = self._data(PRESENT | VERIFIED | ATTESTED) + attested
        client = self._client("webauthn.create", challenge, self.origin)
        return self._answer(
            client, attestationObject=b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}))
        )

    def sign(self, challenge: bytes, *, origin: str = "", site: str = "", flags: int = PRESENT | VERIFIED) -> str:
        """The answer to `navigator.credentials.get`."""
        self.count += 1
        data = self._data(flags, site)
        client = self._client("webauthn.get", challenge, origin or self.origin)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(client, authenticatorData=b64(data), signature=b64(signature))

    def _data(self, flags: int, site: str = "") -> bytes:
        return hashlib.sha256((site or self.site).encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, kind: str, challenge: bytes, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": b64(challenge), "origin": origin}).encode()

    def _answer(self, client: bytes, **more: Any) -> str:
        said = {"clientDataJSON": b64(client), **more}
        return json.dumps({"id": b64(self.id), "rawId": b64(self.id), "type": "public-key", "response": said})
