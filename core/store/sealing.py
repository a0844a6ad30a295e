"""What the unit of work offers for sealing; `seal/envelope.py` does it. Here so that the store need not know how."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value stands; all of it is authenticated, so a moved value cannot be opened (S101)."""

    table: str
    row: UUID
    column: str
    patient: UUID | None = None
    part: str = ""


class Seals(Protocol):
    """Seals and opens for one practice."""

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

    def open(self, sealed: bytes, place: Place) -> bytes:
        """What was sealed there. Raises Unreadable, or Erased when the key was shredded."""

    def own_key(self, scope: str) -> tuple[UUID, bytes]:
        """A new key for one item, so that it can be shredded alone."""

    def is_own(self, key_id: UUID, scope: str) -> bool:
        """Whether this is the key made for that one item, and still there."""

    def is_there(self, key_id: UUID) -> bool:
        """Whether this key was not shredded."""

    def shred(self, key_id: UUID) -> None:
        """Erase for certain whatever this key sealed. For this action it is gone now, and for all with its commit."""

    def shred_now(self) -> None:
        """Destroy the keys that were to go: called by the store alone, when nothing can refuse the action any more."""

    def forget_shredded(self) -> None:
        """Let go of what is left of these keys: called by the store alone, after the commit."""

    def destroyed(self) -> dict[UUID, str]:
        """Keys that were destroyed, and whose action may not have been kept: what each was made for."""

    def keys_of_items(
        self, kind: str, before: datetime, after: UUID | None = None, limit: int = 500
    ) -> list[tuple[UUID, UUID]]:
        """Keys of single items of a kind made before a moment: key and item, in order of their ids behind `after`."""

    def mac_key(self, purpose: str) -> bytes:
        """The installation's key for a purpose (S106)."""

    def practice_key(self, purpose: str) -> bytes:
        """A key of this practice alone for a purpose."""
