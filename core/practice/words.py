"""Words of a practice: plans, roles, rights."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from uuid import UUID


class Plan(StrEnum):
    """What a practice may use."""

    TRIAL = "trial"
    SUBSCRIBED = "subscribed"


class Role(StrEnum):
    """What a staff member is in a practice."""

    OWNER = "owner"
    ADMIN = "admin"
    PRACTITIONER = "practitioner"
    ASSISTANT = "assistant"


class Ended(StrEnum):
    """Why a session is over: somebody ended it, nobody did anything in it, or it had lasted as long as one may."""

    SOMEBODY = "somebody"
    IDLE = "idle"
    TOTAL = "total"


class Letter(StrEnum):
    """What a person is written to about their own account."""

    INVITED = "invited"
    FORGOT = "forgot"
    CHANGED = "changed"
    NEW_SIGN_IN = "new_sign_in"
    RECOVERY = "recovery"
    RESET = "reset"
    MOVED = "moved"
    PASSKEY = "passkey"
    WRONG_TRIES = "wrong_tries"
    CLOSED = "closed"
    WRONG_CODES = "wrong_codes"
    AFTER_WRONG = "after_wrong"


class Right(StrEnum):
    """What can be allowed or refused; every page, op and command names one (S52)."""

    CHAT = "chat"
    SEND_SMS = "send_sms"
    SEND_EMAIL = "send_email"
    SEND_DIRECT = "send_direct"
    SEND_FORM = "send_form"
    TAKE_BACK = "take_back"
    SEE_PATIENTS = "see_patients"
    ADD_PATIENTS = "add_patients"
    EDIT_PATIENTS = "edit_patients"
    SEE_CREDITS = "see_credits"
    SEE_HISTORY = "see_history"
    ERASE_RECORDS = "erase_records"
    ADMINISTER = "administer"


@dataclass(frozen=True, slots=True)
class PracticeCard:
    """What pages and texts say about a practice."""

    id: UUID
    slug: str
    name: str
    plan: Plan
    phone: str
    hours: str
    urgent: str
    time_zone: str
    country: str
    credits: int
    credits_low_at: datetime | None
    accent: str = ""
    logo: str = ""
    link_hours: int = 168
    remind_days: int = 3  # after which a patient is reminded of what they did not open; 0: never
    call_days: int = 5  # after which a colleague is asked to ring them; 0: never
    open_within: int = 120  # minutes of open time within which somebody opens what a patient writes; 0: no limit
    answer_days: int = 2  # working days within which patients read that their answer is read
    hours_de: str = ""  # the same for who reads German; empty: nobody wrote it
    urgent_de: str = ""
    named_in_codes: bool = False  # whether its name stands in the text with a code, which shows on a locked phone
    named_in_letters: bool = True  # whether it stands in subject and sender of an e-mail about what waits
    texts_heads_up: bool = False  # whether a text says that a message is in the mailbox
    texts_reminder: bool = False  # whether the reminder of a form goes by text, too
    trial_ends_at: datetime | None = None  # None: no trial, or one without an end

    def trial_days(self, now: datetime) -> int | None:
        """How many days of a trial are left, the last one begun counted; None where nothing ends."""
        return None if self.trial_ends_at is None else max(0, ceil((self.trial_ends_at - now) / timedelta(days=1)))

    @property
    def name_in_codes(self) -> str:
        """What a text with a code calls it; nothing where it does not want to be named (S24)."""
        return self.name if self.named_in_codes else ""

    @property
    def name_in_letters(self) -> str:
        """What subject and sender of an e-mail call it; nothing where it does not want to be named."""
        return self.name if self.named_in_letters else ""


@dataclass(frozen=True, slots=True)
class StaffCard:
    """What is shown of a staff member."""

    id: UUID
    name: str
    email: str
    role: Role
    title: str
    mobile: str
    active: bool
    undo_seconds: int
    notify_minutes: int
    shows_typing: bool = True
    shows_presence: bool = True
    away_from: datetime | None = None
    away_until: datetime | None = None
    cover_id: UUID | None = None
    hears_opened: bool = True
    enter_sends: bool = True
    has_keys: bool = True
    unmailed: frozenset[str] = frozenset()

    def away(self, now: datetime) -> bool:
        """Whether they said that they are not here at that moment."""
        return self.away_from is not None and self.away_until is not None and self.away_from <= now < self.away_until


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group and who is in it."""

    id: UUID
    name: str
    members: tuple[UUID, ...]
