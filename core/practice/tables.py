"""Rows of the practice itself: the tenant, its staff, groups, sign-in sessions and counters."""

from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, SmallInteger, false, true
from sqlalchemy.orm import Mapped, mapped_column

from core.practice.words import Letter, Plan, Role
from core.store.types import Digest, Id, Later, Line, Moment, Practice, Sealed, Table, Word, words


class PracticeRow(Table):
    """A clinic. Every other row belongs to one."""

    __tablename__ = "practice"
    id: Mapped[Id]
    slug: Mapped[Word] = mapped_column(unique=True)
    name: Mapped[Line]
    plan: Mapped[Plan] = mapped_column(words(Plan))
    trial_ends_at: Mapped[Later]
    phone: Mapped[Word]
    hours: Mapped[Line]
    urgent: Mapped[Line]
    hours_de: Mapped[Line] = mapped_column(default="", server_default="")  # the same for who reads German, or empty
    urgent_de: Mapped[Line] = mapped_column(default="", server_default="")
    time_zone: Mapped[Word]
    country: Mapped[Word]
    sms_sender: Mapped[Word]
    number_refused_at: Mapped[Later]  # since when, as its admins were told
    credits: Mapped[int]
    credits_low_at: Mapped[Later]
    room_low_at: Mapped[Later]
    patients_version: Mapped[int] = mapped_column(default=0)
    open_within: Mapped[int] = mapped_column(default=120, server_default="120")  # open minutes; 0: nobody is asked
    answer_days: Mapped[int] = mapped_column(SmallInteger, default=2, server_default="2")  # as patients read it
    links_frozen_at: Mapped[Later]
    accent: Mapped[Word] = mapped_column(default="", server_default="")  # six hexadecimal digits, or none
    logo: Mapped[Word] = mapped_column(default="", server_default="")  # the name of its picture, or none
    link_hours: Mapped[int] = mapped_column(SmallInteger, default=168, server_default="168")
    remind_days: Mapped[int] = mapped_column(SmallInteger, default=3, server_default="3")  # 0: never
    call_days: Mapped[int] = mapped_column(SmallInteger, default=5, server_default="5")  # 0: never
    asks_birth: Mapped[bool] = mapped_column(default=False, server_default=false())
    named_in_codes: Mapped[bool] = mapped_column(default=False, server_default=false())
    named_in_letters: Mapped[bool] = mapped_column(default=True, server_default=true())
    texts_heads_up: Mapped[bool] = mapped_column(default=False, server_default=false())
    texts_reminder: Mapped[bool] = mapped_column(default=False, server_default=false())
    word_documents: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[Moment]


class PracticeLogo(Table):
    """The picture at the head of a practice's pages and letters, as we encoded it: whoever it writes to has it.

    `digest` is its name: the same picture has the same, another one another.
    """

    __tablename__ = "practice_logo"
    __table_args__ = (Index("ix_practice_logo_digest", "digest"),)
    practice_id: Mapped[Practice]
    digest: Mapped[Word]
    png: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Moment]


class StaffRow(Table):
    """A person who signs in. The e-mail is theirs alone in the installation: it finds the practice."""

    __tablename__ = "staff"
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    email: Mapped[Line] = mapped_column(unique=True)
    name: Mapped[Line]
    title: Mapped[Line]
    mobile: Mapped[Word]
    role: Mapped[Role] = mapped_column(words(Role))
    password: Mapped[Line]
    active: Mapped[bool]
    undo_seconds: Mapped[int] = mapped_column(SmallInteger, default=10)
    notify_minutes: Mapped[int] = mapped_column(SmallInteger, default=15)
    shows_typing: Mapped[bool] = mapped_column(default=True, server_default=true())
    shows_presence: Mapped[bool] = mapped_column(default=True, server_default=true())
    hears_opened: Mapped[bool] = mapped_column(default=True, server_default=true())
    enter_sends: Mapped[bool] = mapped_column(default=True, server_default=true())
    has_keys: Mapped[bool] = mapped_column(default=True, server_default=true())
    unmailed: Mapped[Word] = mapped_column(default="", server_default="")
    away_from: Mapped[Later]
    away_until: Mapped[Later]
    cover_id: Mapped[UUID | None]
    created_at: Mapped[Moment]


class StaffSession(Table):
    """One browser signed in; only a hash of its cookie is kept (S45)."""

    __tablename__ = "staff_session"
    __table_args__ = (
        ForeignKeyConstraint(["practice_id", "staff_id"], ["staff.practice_id", "staff.id"]),
        Index("ix_staff_session_staff", "practice_id", "staff_id", "ended_at"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    staff_id: Mapped[UUID]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    device: Mapped[Line]
    created_at: Mapped[Moment]
    seen_at: Mapped[Moment]
    proved_at: Mapped[Later]  # when the person last proved anew who they are (S47)
    ended_at: Mapped[Later]
    network: Mapped[Digest | None]  # a keyed hash of the address it was used from last (S50)


class SignInTicket(Table):
    """A right password waiting for the second factor; only a hash of its cookie is kept (S42)."""

    __tablename__ = "sign_in_ticket"
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    staff_id: Mapped[UUID]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    device: Mapped[Line]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    failures: Mapped[int] = mapped_column(SmallInteger, default=0)  # wrong passwords before it, in that browser (S50)
    ends_at: Mapped[Moment]
    passed_at: Mapped[Later]


class NewFactor(Table):
    """A seed that waits for its first code, in the browser that began: a ticket or a session (S40)."""

    __tablename__ = "new_factor"
    practice_id: Mapped[Practice]
    staff_id: Mapped[Id]
    seed: Mapped[Sealed]
    begun_in: Mapped[UUID]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    ends_at: Mapped[Moment]


class SecondFactor(Table):
    """A person's authenticator app: its seed, and how often it was tried wrongly (S40-S42)."""

    __tablename__ = "second_factor"
    practice_id: Mapped[Practice]
    staff_id: Mapped[Id]
    seed: Mapped[Sealed]
    enrolled_at: Mapped[Later]
    last_step: Mapped[int] = mapped_column(BigInteger, default=0)
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    tries_since: Mapped[Moment]
    wrong_in_row: Mapped[int] = mapped_column(SmallInteger, default=0)


class RecoveryCode(Table):
    """One of ten codes for the day the phone is lost; numbered, so that one hash is checked (S43)."""

    __tablename__ = "recovery_code"
    practice_id: Mapped[Practice]
    staff_id: Mapped[Id]
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    hash: Mapped[Line]
    used_at: Mapped[Later]


class PasswordLink(Table):
    """A mailed link to set one's password: for who is new, and for who forgot it; good once (S49)."""

    __tablename__ = "password_link"
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    staff_id: Mapped[UUID]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    ends_at: Mapped[Moment]
    used_at: Mapped[Later]


class StaffLetter(Table):
    """A letter about somebody's own account that waits to be written; `facts` is sealed: it may hold a link's token."""

    __tablename__ = "staff_letter"
    __table_args__ = (Index("ix_staff_letter_made", "made_at"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    staff_id: Mapped[UUID]
    letter: Mapped[Letter] = mapped_column(words(Letter))
    facts: Mapped[Sealed]
    made_at: Mapped[Moment]


class Passkey(Table):
    """A passkey: it signs for this site only, and only after its owner was recognised by the device (S44)."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_staff", "practice_id", "staff_id"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    staff_id: Mapped[UUID]
    credential: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[Line]
    created_at: Mapped[Moment]
    used_at: Mapped[Later]


class PasskeyChallenge(Table):
    """What a passkey is asked to sign, once; made before anybody knows whose it will be."""

    __tablename__ = "passkey_challenge"
    digest: Mapped[Digest] = mapped_column(primary_key=True)
    ends_at: Mapped[Moment]


class SigninTry(Table):
    """Failures to sign in under one name, known or not; counted the same way for both (S38, S39). And those at the
    second step, of whoever is known by then (S50).
    """

    __tablename__ = "signin_try"
    __table_args__ = (Index("ix_signin_try_failures", "failures"),)
    name_mac: Mapped[Digest] = mapped_column(primary_key=True)
    failures: Mapped[int]
    since: Mapped[Moment]
    wait_until: Mapped[Moment]
    told_at: Mapped[Moment | None]  # when whoever has the account, if somebody has, was written to (S50)


class GroupRow(Table):
    """Named staff recipients."""

    __tablename__ = "staff_group"
    __table_args__ = (Index("uq_staff_group_name", "practice_id", "name", unique=True),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    name: Mapped[Word]


class GroupMember(Table):
    """Who is in a group."""

    __tablename__ = "staff_group_member"
    practice_id: Mapped[Practice]
    group_id: Mapped[Id]
    staff_id: Mapped[Id]
