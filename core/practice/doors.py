"""The five doors: from a secret or a number to a practice. The only reads made before a practice is known (S52).

Each takes the database and returns None where nothing opens; after it every query is confined to the practice found.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, MetaData, bindparam, select

from core.limits import Limits
from core.practice.sessions import IDLE, TOTAL, hash_of
from core.practice.tables import (
    Passkey,
    PasswordLink,
    PracticeLogo,
    PracticeRow,
    SecondFactor,
    SignInTicket,
    StaffRow,
    StaffSession,
)
from core.practice.words import Ended, Role
from core.store.prepared import Prepared
from core.store.types import AnyRow, Table
from core.store.unit import Actor, ActorKind, Who

TOKEN = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
PATIENT_IDLE = timedelta(seconds=Limits().session_idle)  # floor and ceiling meet: nobody can have changed them
PATIENT_TOTAL = timedelta(seconds=Limits().session_total)

_LIVE_SESSIONS = (
    select(
        StaffSession.practice_id,
        StaffSession.id,
        StaffSession.created_at,
        StaffSession.seen_at,
        StaffSession.proved_at,
        StaffSession.token_hash,
        StaffRow.id.label("staff_id"),
        StaffRow.role,
        StaffRow.name,
    )
    .join(StaffRow, (StaffRow.practice_id == StaffSession.practice_id) & (StaffRow.id == StaffSession.staff_id))
    .where(StaffSession.ended_at.is_(None), StaffRow.active)
)
_LIVE_SESSION = Prepared(_LIVE_SESSIONS.where(StaffSession.token_hash == bindparam("hash")))  # for every frame
# No ids: thousands are looked at every few seconds, and making them was most of it.
_SOME_ROLES = _LIVE_SESSIONS.with_only_columns(
    StaffSession.token_hash, StaffSession.created_at, StaffSession.seen_at, StaffRow.role
).where(StaffSession.token_hash.in_(bindparam("hashes")))
AT_ONCE = 500  # sessions in one question; SQLite takes 999 values in a list where it is old


@dataclass(frozen=True, slots=True)
class StaffDoor:
    """A signed-in staff member."""

    who: Who
    session_id: UUID
    ends_at: datetime
    seen_at: datetime
    proved_at: datetime | None


@dataclass(frozen=True, slots=True)
class TicketDoor:
    """A right password, before the second factor. `enrolled`: whether there is one to ask for; `failures`: wrong
    passwords before the right one.
    """

    who: Who
    ticket_id: UUID
    email: str
    enrolled: bool
    failures: int


@dataclass(frozen=True, slots=True)
class PasskeyDoor:
    """A passkey that is known here, before its signature is checked."""

    who: Who
    passkey_id: UUID
    email: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class LinkDoor:
    """A genuine link, whatever became of it."""

    practice_id: UUID
    link_id: UUID


@dataclass(frozen=True, slots=True)
class PatientDoor:
    """An unlocked link in one browser; `over_at`: when it locks whatever one does (S30)."""

    practice_id: UUID
    link_id: UUID
    session_id: UUID
    seen_at: datetime
    ends_at: datetime
    over_at: datetime
    live: bool


@dataclass(frozen=True, slots=True)
class SignInDoor:
    """What is needed to check a password."""

    who: Who
    password: str


def staff_session(db: Connection, token: str, now: datetime) -> StaffDoor | None:
    """Door 1: the cookie of a staff session that is neither ended, idle for 30 minutes nor 12 hours old."""
    if not TOKEN.fullmatch(token):
        return None
    rows = _LIVE_SESSION.rows(db, {"hash": hash_of(token)})
    return _staff_door(rows[0], now) if rows else None


def ended_session(db: Connection, token: str, now: datetime) -> Ended | None:
    """Door 1 from outside: why a cookie opens nothing any more. None: it opens, or was never one. Names nobody, and
    only whoever has the cookie can ask.
    """
    if not TOKEN.fullmatch(token) or staff_session(db, token, now) is not None:
        return None
    row = db.execute(
        select(StaffSession.ended_at, StaffSession.seen_at, StaffSession.created_at).where(
            StaffSession.token_hash == hash_of(token)
        )
    ).first()
    if row is None:
        return None
    if row.ended_at is not None or now < _ends(row):  # or its owner may not sign in any more
        return Ended.SOMEBODY
    return Ended.IDLE if row.seen_at + IDLE < row.created_at + TOTAL else Ended.TOTAL


def staff_roles(db: Connection, tokens: Iterable[str], now: datetime) -> dict[str, Role]:
    """Door 1 for many cookies at once: those that still open it, and as what."""
    known = {hash_of(token): token for token in tokens if TOKEN.fullmatch(token)}
    hashes, found = list(known), dict[str, Role]()
    for first in range(0, len(hashes), AT_ONCE):
        for row in db.execute(_SOME_ROLES, {"hashes": hashes[first : first + AT_ONCE]}):
            if now < _ends(row):
                found[known[row.token_hash]] = Role(row.role)
    return found


def _staff_door(row: AnyRow, now: datetime) -> StaffDoor | None:
    ends = _ends(row)
    if now >= ends:
        return None
    who = Who(row.practice_id, Actor(ActorKind.STAFF, row.staff_id, Role(row.role).value, row.name))
    return StaffDoor(who, row.id, ends, row.seen_at, row.proved_at)


def _ends(row: AnyRow) -> datetime:
    ends: datetime = min(row.seen_at + IDLE, row.created_at + TOTAL)
    return ends


def sign_in(db: Connection, email: str) -> SignInDoor | None:
    """Door 1 from outside: the account of an e-mail address, if it may sign in."""
    row = db.execute(
        select(StaffRow.practice_id, StaffRow.id, StaffRow.role, StaffRow.name, StaffRow.password).where(
            StaffRow.email == email, StaffRow.active
        )
    ).one_or_none()
    if row is None:
        return None
    who = Who(row.practice_id, Actor(ActorKind.STAFF, row.id, Role(row.role).value, row.name))
    return SignInDoor(who, row.password)


def ticket(db: Connection, token: str, now: datetime) -> TicketDoor | None:
    """Door 1 half open: the cookie given for a right password, while it lives."""
    if not TOKEN.fullmatch(token):
        return None
    row = db.execute(
        select(
            SignInTicket.practice_id,
            SignInTicket.id,
            SignInTicket.staff_id,
            SignInTicket.failures,
            StaffRow.role,
            StaffRow.name,
            StaffRow.email,
            SecondFactor.enrolled_at,
        )
        .join(StaffRow, (StaffRow.practice_id == SignInTicket.practice_id) & (StaffRow.id == SignInTicket.staff_id))
        .outerjoin(
            SecondFactor,
            (SecondFactor.practice_id == SignInTicket.practice_id) & (SecondFactor.staff_id == SignInTicket.staff_id),
        )
        .where(SignInTicket.token_hash == hash_of(token), SignInTicket.ends_at > now, StaffRow.active)
    ).one_or_none()
    if row is None:
        return None
    who = Who(row.practice_id, Actor(ActorKind.STAFF, row.staff_id, Role(row.role).value, row.name))
    return TicketDoor(who, row.id, row.email, row.enrolled_at is not None, row.failures)


def passkey(db: Connection, credential: bytes) -> PasskeyDoor | None:
    """Door 1 with a passkey: whose it is, and what its signature is checked with."""
    row = db.execute(
        select(Passkey.practice_id, Passkey.id, Passkey.public_key, Passkey.sign_count, StaffRow.id.label("staff_id"))
        .add_columns(StaffRow.role, StaffRow.name, StaffRow.email)
        .join(StaffRow, (StaffRow.practice_id == Passkey.practice_id) & (StaffRow.id == Passkey.staff_id))
        .where(Passkey.credential == credential, StaffRow.active)
    ).one_or_none()
    if row is None:
        return None
    who = Who(row.practice_id, Actor(ActorKind.STAFF, row.staff_id, Role(row.role).value, row.name))
    return PasskeyDoor(who, row.id, row.email, row.public_key, row.sign_count)


def password_link(db: Connection, token: str, now: datetime) -> Who | None:
    """Door 1 for who has no password, or forgot it: whose a mailed link is, while it can be used."""
    if not TOKEN.fullmatch(token):
        return None
    row = db.execute(
        select(PasswordLink.practice_id, StaffRow.id, StaffRow.role, StaffRow.name)
        .join(StaffRow, (StaffRow.practice_id == PasswordLink.practice_id) & (StaffRow.id == PasswordLink.staff_id))
        .where(
            PasswordLink.token_hash == hash_of(token),
            PasswordLink.ends_at > now,
            PasswordLink.used_at.is_(None),
            StaffRow.active,
        )
    ).one_or_none()
    if row is None:
        return None
    return Who(row.practice_id, Actor(ActorKind.STAFF, row.id, Role(row.role).value, row.name))


def link(db: Connection, token: str) -> LinkDoor | None:
    """Door 2: an e-mailed link. Anything but 43 characters of base64url never reaches the database (S2)."""
    if not TOKEN.fullmatch(token):
        return None
    row = _link_by_token().one(db, {"hash": hash_of(token)})
    return LinkDoor(row.practice_id, row.id) if row else None


def patient_session(db: Connection, token: str, now: datetime) -> PatientDoor | None:
    """Door 3: the cookie of an unlocked link; `live` is false once its time is over: words can still be kept (U81)."""
    if not TOKEN.fullmatch(token):
        return None
    row = _session_by_token().one(db, {"hash": hash_of(token)})
    if row is None:
        return None
    over = row.created_at + PATIENT_TOTAL
    ends = min(row.seen_at + PATIENT_IDLE, over)
    return PatientDoor(row.practice_id, row.link_id, row.id, row.seen_at, ends, over, now < ends)


def report(db: Connection, delivery_id: UUID) -> UUID | None:
    """Door 4: the practice of a delivery, for a provider's report whose mark was checked before."""
    rows = _tables()["delivery"]
    found: UUID | None = db.execute(select(rows.c.practice_id).where(rows.c.id == delivery_id)).scalar_one_or_none()
    return found


def reports(db: Connection, delivery_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Door 4 for many reports at once: the practice of each delivery that is here."""
    rows = _tables()["delivery"]
    found = db.execute(select(rows.c.id, rows.c.practice_id).where(rows.c.id.in_(delivery_ids)))
    return {row.id: row.practice_id for row in found}


def number(db: Connection, sms_number: str, shared: str) -> tuple[UUID, ...]:
    """Door 5: the practices that text from a number: their own, or the installation's (`shared`) for want of one."""
    theirs = PracticeRow.sms_sender == sms_number
    if sms_number == shared:
        theirs = theirs | (PracticeRow.sms_sender == "")
    return tuple(db.scalars(select(PracticeRow.id).where(theirs)))


def logo(db: Connection, digest: str) -> bytes | None:
    """A practice's logo by the name that its pages give it (ix_practice_logo_digest): a picture anybody may see."""
    return db.scalar(select(PracticeLogo.png).where(PracticeLogo.digest == digest).limit(1))


def every_practice(db: Connection) -> list[UUID]:
    """All practices, for the operator's commands and the worker; never on a person's way."""
    return list(db.scalars(select(PracticeRow.id).order_by(PracticeRow.id)))


def practice_named(db: Connection, slug: str) -> UUID | None:
    """The practice of a short name, for the operator's commands."""
    return db.scalars(select(PracticeRow.id).where(PracticeRow.slug == slug)).one_or_none()


@cache
def _link_by_token() -> Prepared:
    """Made once, when every subject's tables are known."""
    rows = _tables()["link"]
    return Prepared(select(rows.c.practice_id, rows.c.id).where(rows.c.token_hash == bindparam("hash")))


@cache
def _session_by_token() -> Prepared:
    rows = _tables()["patient_session"]
    return Prepared(
        select(rows.c.practice_id, rows.c.id, rows.c.link_id, rows.c.created_at, rows.c.seen_at).where(
            rows.c.token_hash == bindparam("hash"), rows.c.ended_at.is_(None)
        )
    )


def _tables() -> dict[str, Any]:
    """Rows of subjects above this one, by name: the doors stand in one place, whoever's rows they read."""
    metadata: MetaData = Table.metadata
    return dict(metadata.tables)
