"""Words of the portal's lock: what state a released message is in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Release(StrEnum):
    """How far a Direct Message has come (contract section 5)."""

    WAITING = "waiting"
    OPENED = "opened"
    CODE_SENT = "code_sent"
    UNLOCKED = "unlocked"
    ANSWERED = "answered"
    EXPIRED = "expired"
    REVOKED = "revoked"
    FROZEN = "frozen"
    ON_PAPER = "on_paper"


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """The release of one message, as staff see it."""

    link_id: UUID
    message_id: UUID
    status: Release
    expires_at: datetime
    unlocked_at: datetime | None = None
    answered_at: datetime | None = None
