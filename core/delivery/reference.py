"""A mark that names a delivery to the outside and cannot be made up: its id and a keyed hash (P42)."""

import hmac
from uuid import UUID

from core.config import Settings

PURPOSE = "delivery reference"
LENGTH = 12  # bytes of the hash: 96 bits


def pack(key: bytes, delivery_id: UUID) -> str:
    """`<id>.<hash>`, hexadecimal."""
    return f"{delivery_id.hex}.{_mac(key, delivery_id)}"


def reply_address(settings: Settings, reference: str) -> str:
    """The address that answers to one delivery come back to (P51)."""
    return f"reply+{reference}@{settings.email_from.partition('@')[2]}"


def unpack(key: bytes, reference: str) -> UUID | None:
    """The delivery, or None for anything that we did not write."""
    head, _, tail = reference.partition(".")
    try:
        delivery_id = UUID(hex=head)
    except ValueError:
        return None
    right = tail.isascii() and hmac.compare_digest(tail, _mac(key, delivery_id))
    return delivery_id if right else None


def _mac(key: bytes, delivery_id: UUID) -> str:
    return hmac.digest(key, delivery_id.bytes, "sha256")[:LENGTH].hex()
