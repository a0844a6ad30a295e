"""Tickets: a right password is worth five minutes and five tries at the second factor, and nothing else (S40, S42)."""

import secrets
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, update

from core.errors import LatchkeyError
from core.practice.sessions import hash_of
from core.practice.tables import SignInTicket
from core.store.unit import Unit

LIVES = timedelta(minutes=5)
ENROLS_WITHIN = timedelta(minutes=30)  # to find a phone, install an app and keep ten codes
TRIES = 5


class TicketOver(LatchkeyError):
    """The time or the tries after the password are over: it has to be typed again."""


def start(unit: Unit, device: str, failures: int, *, enrols: bool) -> str:
    """A ticket for the acting person; the cookie's value, which is not kept. `failures`: wrong passwords before it."""
    token = secrets.token_urlsafe(32)
    unit.db.execute(
        delete(SignInTicket).where(SignInTicket.practice_id == unit.practice_id, SignInTicket.ends_at <= unit.now)
    )
    unit.db.execute(
        insert(SignInTicket).values(
            practice_id=unit.practice_id,
            id=unit.new_id(),
            staff_id=unit.staff_id,
            token_hash=hash_of(token),
            device=device[:200],
            tries=0,
            failures=failures,
            ends_at=unit.now + (ENROLS_WITHIN if enrols else LIVES),
        )
    )
    return token


def charge(unit: Unit, ticket_id: UUID) -> None:
    """Take one of the ticket's tries, before anything is compared. Raises TicketOver."""
    charged = unit.db.execute(
        update(SignInTicket)
        .where(*_live(unit, ticket_id), SignInTicket.tries < TRIES)
        .values(tries=SignInTicket.tries + 1)
    )
    if charged.rowcount == 0:
        raise TicketOver


def passed(unit: Unit, ticket_id: UUID) -> None:
    """The second factor was right; the session may begin."""
    unit.db.execute(update(SignInTicket).where(*_live(unit, ticket_id)).values(passed_at=unit.now))


def redeem(unit: Unit, ticket_id: UUID) -> str:
    """Use a passed ticket up, once; the device it was made on. Raises TicketOver."""
    used = unit.db.execute(
        delete(SignInTicket)
        .where(*_live(unit, ticket_id), SignInTicket.passed_at.is_not(None))
        .returning(SignInTicket.device)
    ).one_or_none()
    if used is None:
        raise TicketOver
    return str(used.device)


def _live(unit: Unit, ticket_id: UUID) -> tuple[Any, ...]:
    return (
        SignInTicket.practice_id == unit.practice_id,
        SignInTicket.id == ticket_id,
        SignInTicket.staff_id == unit.staff_id,
        SignInTicket.ends_at > unit.now,
    )
