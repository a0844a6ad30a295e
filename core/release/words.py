"""Words of the portal's lock: what state a released message is in."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

FILTER, PERSON = "filter", "person"  # who followed a link, as far as one can tell


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


BY_FILTER = "Link opened by a mail filter"  # its own word, and never Read
# As people read it: one list for the chat, the Messages tab, the detail and what is taken out (U61).
RELEASE_WORDS: dict[Release, str] = {
    Release.WAITING: "Not opened yet",
    Release.OPENED: "Link opened",
    Release.CODE_SENT: "Code sent",
    Release.UNLOCKED: "Read",
    Release.ANSWERED: "Answered",
    Release.EXPIRED: "Expired",
    Release.REVOKED: "Taken back",
    Release.FROZEN: "Frozen",
    Release.ON_PAPER: "Done on paper",
}


class Lies(StrEnum):
    """Where a bait link lies."""

    STORED = "stored"  # among our own outgoing letters, in the database and so in every backup
    MAILED = "mailed"  # in a mailbox, as a letter like any patient's
    BY_HAND = "by_hand"  # wherever somebody put it


@dataclass(frozen=True, slots=True)
class ReleaseState:
    """The release of one message, as staff see it. `filtered`: a mail filter followed its link, and nobody else did."""

    link_id: UUID
    message_id: UUID
    status: Release
    expires_at: datetime
    unlocked_at: datetime | None = None
    answered_at: datetime | None = None
    filtered: bool = False
