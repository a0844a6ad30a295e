"""Words of composing: the draft a person checks before anything leaves, and what is said about it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.delivery.words import Channel
from core.errors import LatchkeyError
from core.messages.words import Attachment


class Command(StrEnum):
    """What a draft will do when confirmed."""

    SMS = "sms"
    EMAIL = "email"
    DIRECT = "dm"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets it: a patient (with a date of birth) or a colleague (with a role), and over which masked addresses.

    `received` is the text as it arrives there, with this person's names and dates in it.
    """

    id: UUID
    name: str
    patient: bool
    born: date | None
    role: str
    channels: tuple[tuple[Channel, str], ...]
    received: str


@dataclass(frozen=True, slots=True)
class Warning:
    """Something to look at before sending; `code` is worded at the edge with `facts`.

    `decide` names the answers of which one must be given before it can go (U49); empty for what is only said.
    """

    code: str
    facts: dict[str, Any] = field(default_factory=dict)
    decide: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A letter or text as the person will see it, with sample link and code (U50)."""

    channel: Channel
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Later:
    """A time that the words of an order begin with, in UTC, and the words without it: an offer, not yet a decision.

    `zone` is the practice's, `said` the moment that was named where that one is over, or at night.
    """

    at: datetime
    zone: str
    text: str
    subject: str = ""
    said: datetime | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """A text or letter that will go at a time: to whom, by whom, at what cost; `held` because its author left."""

    id: UUID
    command: Command
    person: UUID
    patient: bool
    name: str
    author_id: UUID
    at: datetime
    subject: str
    text: str
    credits: int
    held: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """What will go, to whom, at what cost. `received` is the text as it arrives (at the first of several), `until` when
    a link ends.
    """

    id: UUID
    command: Command
    conversation_id: UUID | None
    recipients: tuple[Recipient, ...]
    subject: str
    text: str
    received: str
    attachments: tuple[Attachment, ...]
    segments: int
    credits: int
    balance_after: int
    warnings: tuple[Warning, ...]
    expires_at: datetime
    until: datetime | None
    form_title: str = ""
    form: str = ""
    forms: tuple[tuple[UUID, str], ...] = ()  # each with its title
    expires_hours: int | None = None
    hold: int = 0
    seen: tuple[Seen, ...] = ()
    sensitive: bool = False
    again: bool = False  # it was prepared before, by the same command whose answer was lost


@dataclass(frozen=True, slots=True)
class Order:
    """What a command asks for, before it is checked."""

    command: Command
    people: tuple[UUID, ...]
    text: str
    subject: str = ""
    attachments: tuple[UUID, ...] = ()
    expires_hours: int | None = None
    form: str = ""
    conversation_id: UUID | None = None
    client_id: str = ""
    later: Later | None = None
    sensitive: bool = False
    archived: bool = False  # somebody said that it goes to an archived patient all the same


class MissingEmail(LatchkeyError):
    """The person has no e-mail address and this needs one; `patient_id` is who, where it is no colleague."""

    def __init__(self, name: str, command: Command, patient_id: UUID | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.command = command
        self.patient_id = patient_id


class MissingMobile(LatchkeyError):
    """The person has no mobile number and this needs one; `patient_id` is who, where it is no colleague."""

    def __init__(self, name: str, command: Command, patient_id: UUID | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.command = command
        self.patient_id = patient_id


class MissingBoth(LatchkeyError):
    """The patient has neither, and a Direct Message needs both."""

    def __init__(self, name: str, patient_id: UUID | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.patient_id = patient_id


class OptedOut(LatchkeyError):
    """The person asked for no texts (or e-mails), `since` when."""

    def __init__(self, name: str, channel: Channel, since: datetime) -> None:
        super().__init__(name)
        self.name = name
        self.channel = channel
        self.since = since


class Stale(LatchkeyError):
    """The draft is gone, or what it was made from changed; `draft` is the fresh one when there is one."""

    def __init__(self, changed: str, draft: Draft | None = None) -> None:
        super().__init__(changed)
        self.changed = changed
        self.draft = draft


class Undecided(LatchkeyError):
    """A warning needs an answer before this can go; `codes` say which."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        super().__init__(*codes)
        self.codes = codes


class NotThen(LatchkeyError):
    """A time that cannot be kept, over or at night; `better` is the next that can be. `zone` is the practice's."""

    def __init__(self, at: datetime, better: datetime, zone: str) -> None:
        super().__init__(at, better)
        self.at = at
        self.better = better
        self.zone = zone


class TooLate(LatchkeyError):
    """It has left already and cannot be called back."""
