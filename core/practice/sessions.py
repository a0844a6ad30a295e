"""Staff sessions: rows on the server, found by the hash of a cookie, ended for everyone at once (S45-S48)."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from core.audit.trail import append
from core.errors import NotFound
from core.practice.tables import SignInTicket, StaffSession
from core.store.unit import Unit

IDLE = timedelta(minutes=30)
TOTAL = timedelta(hours=12)
MOST = 5  # sessions of one person; the oldest makes room
PLACES = "places of sessions"  # the key's purpose (S106)
PROVED_FOR = timedelta(minutes=10)  # S47
TOUCH_AFTER = timedelta(seconds=30)  # a session's last use is written at most so often


@dataclass(frozen=True, slots=True)
class Session:
    """A browser somebody is signed in with; `device` is what it says of itself, `network` a hash of its address."""

    id: UUID
    device: str
    created_at: datetime
    seen_at: datetime
    network: bytes | None


def start(unit: Unit, staff_id: UUID, device: str) -> tuple[UUID, str]:
    """Begin a session: its id, and the cookie's value, which is not kept."""
    token = secrets.token_urlsafe(32)
    session_id = unit.new_id()
    unit.db.execute(
        insert(StaffSession).values(
            practice_id=unit.practice_id,
            id=session_id,
            staff_id=staff_id,
            token_hash=hash_of(token),
            device=device[:200],
            created_at=unit.now,
            seen_at=unit.now,
            proved_at=unit.now,
        )
    )
    for old in _live(unit, staff_id)[MOST:]:
        end(unit, old)
    append(unit, "signed in", staff_id)
    return session_id, token


def prove(unit: Unit, session_id: UUID) -> str:
    """The person proved anew who they are: the session goes on under a new cookie, whose value is returned (S46).

    Raises NotFound for one that was ended meanwhile.
    """
    token = secrets.token_urlsafe(32)
    mine = (StaffSession.practice_id == unit.practice_id, StaffSession.id == session_id)
    proved = unit.db.execute(
        update(StaffSession)
        .where(*mine, StaffSession.staff_id == unit.staff_id, StaffSession.ended_at.is_(None))
        .values(proved_at=unit.now, seen_at=unit.now, token_hash=hash_of(token))
    )
    if proved.rowcount == 0:
        raise NotFound("session")
    append(unit, "proved again", unit.staff_id)
    return token


def touch(unit: Unit, session_id: UUID, address: str = "") -> None:
    """A person did something: the half hour begins anew. Of the internet address it came from, where that is known,
    only a keyed hash is kept: what its owner wants to know is whether it is the connection they sit at, and no table
    of addresses and towns is as right about that (S50).
    """
    place = {"network": network_of(unit, address)} if address else {}
    mine = (StaffSession.practice_id == unit.practice_id, StaffSession.id == session_id)
    unit.db.execute(update(StaffSession).where(*mine).values(seen_at=unit.now, **place))


def network_of(unit: Unit, address: str) -> bytes:
    """What is kept of an internet address."""
    return hmac.digest(unit.seals.mac_key(PLACES), address.encode(), "sha256")


def end(unit: Unit, session_id: UUID) -> None:
    """End one session; its sockets hear it and close."""
    ended = unit.db.scalars(
        update(StaffSession)
        .where(
            StaffSession.practice_id == unit.practice_id, StaffSession.id == session_id, StaffSession.ended_at.is_(None)
        )
        .values(ended_at=unit.now)
        .returning(StaffSession.staff_id)
    ).all()
    for staff_id in ended:
        append(unit, "signed out", staff_id)
        unit.tell("session.ended", staff=staff_id, session=session_id, kept=False)


def end_all(unit: Unit, staff_id: UUID) -> None:
    """End every session of a person, and who was halfway to one: a right password of before is worth nothing after."""
    _end_tickets(unit, staff_id)
    for session_id in _live(unit, staff_id):
        end(unit, session_id)


def listing(unit: Unit) -> list[Session]:
    """Where the acting person is signed in, the newest first (ix_staff_session_staff)."""
    row = StaffSession
    found = unit.db.execute(
        select(row.id, row.device, row.created_at, row.seen_at, row.network)
        .where(row.practice_id == unit.practice_id, row.staff_id == unit.staff_id, row.ended_at.is_(None))
        .order_by(row.id.desc())
    )
    now = unit.now
    return [Session(*one) for one in found if now < min(one.seen_at + IDLE, one.created_at + TOTAL)]


def end_mine(unit: Unit, session_id: UUID) -> None:
    """End one of the acting person's own sessions. Raises NotFound."""
    if session_id not in _live(unit, unit.staff_id):
        raise NotFound("session")
    end(unit, session_id)


def end_others(unit: Unit, but: UUID) -> int:
    """End the acting person's sessions but for this one; how many. Who is halfway in has to begin anew."""
    _end_tickets(unit, unit.staff_id)
    others = [session_id for session_id in _live(unit, unit.staff_id) if session_id != but]
    for session_id in others:
        end(unit, session_id)
    return len(others)


def _end_tickets(unit: Unit, staff_id: UUID) -> None:
    row = SignInTicket
    unit.db.execute(delete(row).where(row.practice_id == unit.practice_id, row.staff_id == staff_id))


def hash_of(token: str) -> bytes:
    """What is kept of a random token: 256 bits need no salt (ASVS 6.5.2)."""
    return hashlib.sha256(token.encode()).digest()


def _live(unit: Unit, staff_id: UUID) -> list[UUID]:
    """A person's sessions that were not ended, newest first."""
    return list(
        unit.db.scalars(
            select(StaffSession.id)
            .where(
                StaffSession.practice_id == unit.practice_id,
                StaffSession.staff_id == staff_id,
                StaffSession.ended_at.is_(None),
            )
            .order_by(StaffSession.id.desc())
        )
    )
