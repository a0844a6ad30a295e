"""Words of delivery: channels, statuses and what may follow what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """How something leaves the building."""

    SMS = "sms"
    EMAIL = "email"


class Purpose(StrEnum):
    """What a delivery carries."""

    BODY = "body"
    LINK = "link"
    CODE = "code"
    NUDGE = "nudge"


class Status(StrEnum):
    """What became of one delivery (contract section 5)."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    BOUNCED = "bounced"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Entry(StrEnum):
    """What a line of the credit ledger is; a text's line goes from `held` to `spent` or `returned`, and stays there."""

    ADDED = "added"
    HELD = "held"
    SPENT = "spent"
    RETURNED = "returned"
    GIVEN_BACK = "given_back"


_ENDS = frozenset({Status.FAILED, Status.BOUNCED, Status.BLOCKED})

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.QUEUED: _ENDS | {Status.SENT, Status.DELIVERED, Status.UNKNOWN, Status.CANCELLED},
    Status.UNKNOWN: _ENDS | {Status.SENT, Status.DELIVERED},
    Status.SENT: _ENDS | {Status.DELIVERED},
    Status.DELIVERED: frozenset({Status.BOUNCED}),  # asynchronous bounces are real (P30)
    Status.FAILED: frozenset({Status.DELIVERED}),  # carriers do report both; the handset is right
    Status.BOUNCED: frozenset(),
    Status.BLOCKED: frozenset(),
    Status.CANCELLED: frozenset(),
}


def onward(now: Status, reported: Status) -> Status:
    """The status after a report: `reported` if that is a move forward, else `now`."""
    return reported if reported in MOVES[now] else now


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt chain to one address over one channel; `to` is masked."""

    id: UUID
    message_id: UUID | None
    channel: Channel
    purpose: Purpose
    to: str
    status: Status
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything a provider needs to bring one thing to one address. Sealed while it waits."""

    to: str
    text: str
    subject: str = ""
    html: str = ""
    sender: str = ""
    sender_name: str = ""
    expires_in: int | None = None
