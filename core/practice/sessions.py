"""Staff sessions: rows on the server, found by the hash of a cookie, ended for everyone at once (S45-S48)."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import insert, select, update

from core.audit.trail import append
from core.practice.tables import StaffSession
from core.store.unit import Unit

IDLE = timedelta(minutes=30)
TOTAL = timedelta(hours=12)
MOST = 5  # sessions of one person; the oldest makes room


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
        )
    )
    for old in _live(unit, staff_id)[MOST:]:
        end(unit, old)
    append(unit, "signed in", staff_id)
    return session_id, token


def touch(unit: Unit, session_id: UUID) -> None:
    """A person did something: the half hour begins anew."""
    unit.db.execute(
        update(StaffSession)
        .where(StaffSession.practice_id == unit.practice_id, StaffSession.id == session_id)
        .values(seen_at=unit.now)
    )


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
    """End every session of a person."""
    for session_id in _live(unit, staff_id):
        end(unit, session_id)


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
