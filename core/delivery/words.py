"""Words of delivery: channels, statuses and what may follow what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
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
    HEADS_UP = "heads_up"
    REMINDER = "reminder"
    ANSWER = "answer"


class Bar(StrEnum):
    """Why an address is not written to, or should be looked at (P67)."""

    OPT_OUT = "opt_out"
    UNSUBSCRIBED = "unsubscribed"
    HARD_BOUNCE = "hard_bounce"
    BLOCKED = "blocked"
    COMPLAINT = "complaint"
    WRONG = "wrong"


class Unclear(StrEnum):
    """Why something that came in waits for a person."""

    UNKNOWN = "unknown"
    SEVERAL = "several"
    SPAM = "spam"
    UNPROVEN = "unproven"


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


# As people read it: one list for the chat, the Messages tab, the detail and what is taken out (U61).
STATUS_WORDS: dict[Status, str] = {
    Status.QUEUED: "Waiting to go",
    Status.SENT: "Sent",
    Status.DELIVERED: "Delivered",
    Status.FAILED: "Not delivered",
    Status.BOUNCED: "Returned",
    Status.BLOCKED: "Blocked",
    Status.CANCELLED: "Stopped",
    Status.UNKNOWN: "Not sure",
}


class Rank(IntEnum):
    """Who goes first: a patient who waits for a code, then what people write, then what goes to many."""

    CODE = 0
    PERSON = 1
    OUTREACH = 2


class Stage(StrEnum):
    """Where a parcel of the outbox is; its `due_at` says when somebody must look at it next."""

    WAITING = "waiting"  # to be brought away when it is due
    TAKEN = "taken"  # by a worker, which has called nobody yet; due: the worker is dead
    BEGUN = "begun"  # an attempt is under way; due: its worker is dead, and nobody knows whether it went
    DOUBT = "doubt"  # perhaps it went; due: the provider is asked
    CASE = "case"  # nobody could tell us: a person decides


class Entry(StrEnum):
    """What a line of the credit ledger is; a text's line goes from `held` to `spent` or `returned`, and stays there."""

    ADDED = "added"
    HELD = "held"
    SPENT = "spent"
    RETURNED = "returned"
    GIVEN_BACK = "given_back"


BESIDE = frozenset({Purpose.HEADS_UP, Purpose.REMINDER})  # texts that say that an e-mail waits: they bring nothing
BRINGS_NOTHING = BESIDE | {Purpose.CODE}  # and so say nothing of whether the message arrived
_ALL_MAIL = frozenset({Purpose.BODY, Purpose.LINK})

STOPS: Mapping[Bar, frozenset[Purpose]] = {  # codes are asked for by the patient: nothing stops them
    Bar.OPT_OUT: BESIDE | {Purpose.BODY},
    Bar.HARD_BOUNCE: _ALL_MAIL | BESIDE,
    Bar.BLOCKED: _ALL_MAIL | BESIDE,
    Bar.COMPLAINT: _ALL_MAIL | BESIDE,
    Bar.UNSUBSCRIBED: frozenset(),  # of outreach only
    Bar.WRONG: frozenset(),  # pointed out before sending, never refused
}

OURS = frozenset({"standing", "source", "account"})  # reasons that are about us (P35, P36)

ENDS_BADLY = frozenset({Status.FAILED, Status.BOUNCED, Status.BLOCKED})

MOVES: Mapping[Status, frozenset[Status]] = {
    Status.QUEUED: ENDS_BADLY | {Status.SENT, Status.DELIVERED, Status.UNKNOWN, Status.CANCELLED},
    Status.UNKNOWN: ENDS_BADLY | {Status.SENT, Status.DELIVERED},
    Status.SENT: ENDS_BADLY | {Status.DELIVERED},
    Status.DELIVERED: frozenset({Status.BOUNCED, Status.BLOCKED}),  # asynchronous bounces are real (P30)
    Status.FAILED: frozenset(),  # as final as the others: its sender was told, and may have sent it again (P30)
    Status.BOUNCED: frozenset(),
    Status.BLOCKED: frozenset(),
    Status.CANCELLED: frozenset(),
}


def onward(now: Status, reported: Status) -> Status:
    """The status after a report: `reported` if that is a move forward, else `now`."""
    return reported if reported in MOVES[now] else now


def is_late_failure(channel: Channel, now: Status, reported: Status) -> bool:
    """Whether a text that arrived is reported as not delivered: a note, and no status (P30)."""
    return channel is Channel.SMS and now is Status.DELIVERED and reported in ENDS_BADLY


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt chain to one address over one channel; `to` is masked.

    `waits_since`, in the practice's own time: since when it has waited for a `provider` that does not answer.
    """

    id: UUID
    message_id: UUID | None
    channel: Channel
    purpose: Purpose
    to: str
    status: Status
    at: datetime
    reason: str = ""
    provider: str = ""
    waits_since: datetime | None = None
    silent: bool = False  # sent long ago, and no report came


@dataclass(frozen=True, slots=True)
class Report:
    """A provider's report in our words. `reference` is its name for the message; `free`: it charged nothing.

    `units` is how many segments it counted, 0 where it does not say; `bar` is what it says about the address, `sender`
    the number that a text came from. Unless `proven`, anything beyond the status waits until the provider was asked
    (P40, S96). `at` is when it happened and `sequence` which report of a text it is, as the provider says: kept, and
    never what decides (P31). `words` are its own, fit to be read (`providers/own_words.py`).
    """

    reference: str
    status: Status
    reason: str = ""
    free: bool = False
    bar: Bar | None = None
    proven: bool = True
    units: int = 0
    at: datetime | None = None
    sender: str = ""
    sequence: int | None = None
    words: str = ""

    @property
    def fault(self) -> str:
        """What it says is wrong with us, not with the patient's address; nothing of that kind: empty."""
        return self.reason if self.reason in OURS else ""


@dataclass(frozen=True, slots=True)
class Barred:
    """An address that is not written to: why, and since when."""

    channel: Channel
    bar: Bar
    since: datetime

    def stops(self, purpose: Purpose) -> bool:
        """Whether it keeps something of that purpose from going."""
        return purpose in STOPS[self.bar]


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail that came in, in our words. Who sent it can be made up (P52); `files` are names and bytes as they came.

    `automatic`: written by a machine, so that nobody is told and nothing answered (P53). `spam` is a score: 5 is much.
    """

    to: str
    sender: str
    subject: str
    text: str
    once: str = ""
    delivery_id: UUID | None = None
    automatic: bool = False
    spam: float = 0
    files: tuple[tuple[str, bytes], ...] = ()
    unreadable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture that goes with a letter and is shown where its HTML says `cid:` and the id."""

    id: str
    name: str
    type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """Everything a provider needs to bring one thing to one address. Sealed while it waits.

    `inline` is put in when it leaves, never while it waits.
    """

    to: str
    text: str
    subject: str = ""
    html: str = ""
    sender: str = ""
    sender_name: str = ""
    expires_in: int | None = None
    inline: tuple[Inline, ...] = ()
