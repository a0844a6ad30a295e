"""Signing in: one answer for every wrong try, the same work for names known and unknown, waits that grow (S36-S39)."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import delete, select, update

from core.errors import Invalid, LatchkeyError, TooMany
from core.practice import doors, sessions
from core.practice.passwords import HASHER, is_right
from core.practice.staff import PEPPER, normal_email
from core.practice.tables import SigninTry
from core.store.counting import upsert
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

FREE = 5  # failures within the window before waits begin (S38)
WINDOW = timedelta(minutes=15)
FIRST_WAIT = 30  # seconds, doubling
LONGEST_WAIT = 900
MOST_BYTES = 1024  # of a password as typed (S35)
_NOBODY = Who(UUID(int=0), SYSTEM)  # before a person is known there is no practice either


class WrongSignIn(LatchkeyError):
    """E-mail and password do not match; whether the account exists is not said (S39)."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: who, and the cookie's value."""

    who: Who
    cookie: str


def sign_in(store: Store, email: str, password: str, device: str) -> SignedIn:
    """Check e-mail and password and begin a session. Raises WrongSignIn, TooMany."""
    try:
        email = normal_email(email)
    except Invalid:
        email = email.strip().casefold()[:300]
    seals = store.seals(_NOBODY.practice_id)
    pepper = seals.mac_key(PEPPER)
    name = hmac.digest(seals.mac_key("sign-in names"), email.encode(), "sha256")
    store.run(_NOBODY, _admit, name)
    door = store.door(doors.sign_in, email)
    right = len(password.encode()) <= MOST_BYTES and is_right(door.password if door else _dummy(), password, pepper)
    if door is None or not right:
        raise WrongSignIn
    store.run(_NOBODY, _forgive, name)
    _, cookie = store.run(door.who, lambda unit: sessions.start(unit, unit.staff_id, device))
    return SignedIn(door.who, cookie)


def _admit(unit: Unit, name: bytes) -> None:
    """Count the try before the password is looked at: parallel guesses cannot slip by (S20). Raises TooMany."""
    fresh = upsert(unit.db, SigninTry).values(name_mac=name, failures=0, since=unit.now, wait_until=unit.now)
    unit.db.execute(fresh.on_conflict_do_nothing())
    old = unit.db.execute(
        select(SigninTry.failures, SigninTry.since, SigninTry.wait_until).where(SigninTry.name_mac == name)
    ).one()
    if old.failures >= FREE and unit.now < old.wait_until:
        raise TooMany("sign-in", FREE, int((old.wait_until - unit.now).total_seconds()) + 1)
    again = old.failures < FREE and unit.now - old.since >= WINDOW
    failures = 1 if again else old.failures + 1
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** max(0, failures - FREE)) if failures >= FREE else 0
    counted = unit.db.execute(
        update(SigninTry)
        .where(SigninTry.name_mac == name, SigninTry.failures == old.failures)
        .values(
            failures=failures,
            since=unit.now if again else old.since,
            wait_until=unit.now + timedelta(seconds=wait),
        )
    )
    if counted.rowcount == 0:
        raise TooMany("sign-in", FREE, 1)


def _forgive(unit: Unit, name: bytes) -> None:
    unit.db.execute(delete(SigninTry).where(SigninTry.name_mac == name))


@cache
def _dummy() -> str:
    """A hash that nothing matches, so that an unknown name costs as much as a known one."""
    return HASHER.hash("nobody")
