"""The key that signs for the audit trail: Ed25519, its private half in the keyring, its public half for all (S106)."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from core.store.sealing import Seals

PURPOSE = "audit signing"


def sign(seals: Seals, statement: bytes) -> bytes:
    """A signature of 64 bytes."""
    return _key(seals).sign(statement)


def public_key(seals: Seals) -> bytes:
    """The 32 bytes that prove our signatures."""
    return _key(seals).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def is_signed(public: bytes, statement: bytes, signature: bytes) -> bool:
    """Whether the owner of `public` signed exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, statement)
    except InvalidSignature:
        return False
    return True


def _key(seals: Seals) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seals.mac_key(PURPOSE))
