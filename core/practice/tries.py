"""Tries to sign in, counted by name, known or not: a few are free, then waits that double (S38, S39).

They stand outside the practices: before a person is known there is none. Wrong tries at the second step stand beside
them only to be told of (S50): what they are worth is counted with the ticket and the factor (S42).
"""

import hmac
from datetime import timedelta
from math import ceil

from sqlalchemy import Connection, case, delete, select, update

from core.errors import TooMany
from core.practice.tables import SigninTry
from core.store.counting import upsert
from core.store.sealing import Seals
from core.store.unit import Unit

FREE = 5  # failures within the window before waits begin (S38)
FREE_TRUSTED = 10  # for a browser in which this person signed in before
WINDOW = timedelta(minutes=15)
FIRST_WAIT = 30  # seconds, doubling
LONGEST_WAIT = 900
BATCH = 500
WRONG_EVER = 100  # in a row, then the password is closed (S38)
SECOND_STEP = "second step"  # in the place of a browser's name: all browsers of a person together
TOLD_EVERY = timedelta(days=1)  # of the second step: whoever knows a password could fill the mailbox
SEVERAL = 3  # wrong tries before a right one that are worth a letter: two are a slip of the fingers


def name_of(seals: Seals, email: str, trusted: str = "") -> bytes:
    """Under what a try is counted: the e-mail and, apart from everybody else's, a trusted browser."""
    said = f"{email}\0{trusted}" if trusted else email
    return hmac.digest(seals.mac_key("sign-in names"), said.encode(), "sha256")


def admit(unit: Unit, name: bytes, *, trusted: bool) -> None:
    """Count the try before the password is looked at: parallel guesses cannot slip by (S20). Raises TooMany."""
    free = FREE_TRUSTED if trusted else FREE
    fresh = upsert(unit.db, SigninTry).values(name_mac=name, failures=0, since=unit.now, wait_until=unit.now)
    unit.db.execute(fresh.on_conflict_do_nothing())
    old = unit.db.execute(
        select(SigninTry.failures, SigninTry.since, SigninTry.wait_until).where(SigninTry.name_mac == name)
    ).one()
    if old.failures >= WRONG_EVER:
        raise TooMany("sign-in", WRONG_EVER, LONGEST_WAIT)
    if old.failures >= free and unit.now < old.wait_until:
        raise TooMany("sign-in", free, ceil((old.wait_until - unit.now).total_seconds()))
    again = old.failures < free and unit.now - old.since >= WINDOW
    failures = 1 if again else old.failures + 1
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** max(0, failures - free)) if failures >= free else 0
    counted = unit.db.execute(
        update(SigninTry)
        .where(SigninTry.name_mac == name, SigninTry.failures == old.failures)
        .values(
            failures=failures,
            since=unit.now if again else old.since,
            wait_until=unit.now + timedelta(seconds=wait),
            **({"told_at": None} if again or failures == WRONG_EVER else {}),  # a closed password is news again
        )
    )
    if counted.rowcount == 0:
        raise TooMany("sign-in", free, 1)


def count_second(unit: Unit, name: bytes) -> None:
    """Count a wrong try at the second step; it is news again a day after the last letter."""
    counted = upsert(unit.db, SigninTry).values(name_mac=name, failures=1, since=unit.now, wait_until=unit.now)
    old = SigninTry.told_at <= unit.now - TOLD_EVERY
    changed = {"failures": SigninTry.failures + 1, "told_at": case((old, None), else_=SigninTry.told_at)}
    unit.db.execute(counted.on_conflict_do_update(index_elements=["name_mac"], set_=changed))


def settle_second(unit: Unit, name: bytes) -> int:
    """The second step was right: how many wrong tries went before it. When they were told of is kept."""
    failures = unit.db.scalar(select(SigninTry.failures).where(SigninTry.name_mac == name)) or 0
    if failures:
        unit.db.execute(update(SigninTry).where(SigninTry.name_mac == name).values(failures=0))
    return failures


def untold(db: Connection) -> list[tuple[bytes, int]]:
    """Names, known or not, for which one has to wait and of which nobody was told, with their failures; of all
    practices (ix_signin_try_failures)."""
    rows = db.execute(
        select(SigninTry.name_mac, SigninTry.failures)
        .where(SigninTry.failures >= FREE, SigninTry.told_at.is_(None))
        .limit(BATCH)
    )
    return [(row.name_mac, row.failures) for row in rows]


def told(unit: Unit, name: bytes) -> bool:
    """Note that whoever has the name was told; False where another worker did so."""
    told = unit.db.execute(
        update(SigninTry).where(SigninTry.name_mac == name, SigninTry.told_at.is_(None)).values(told_at=unit.now)
    )
    return told.rowcount > 0


def forgive(unit: Unit, name: bytes) -> int:
    """It was right: the count begins anew. How many were counted lately, a right password's own try among them."""
    gone = unit.db.execute(
        delete(SigninTry).where(SigninTry.name_mac == name).returning(SigninTry.failures, SigninTry.since)
    ).one_or_none()
    if gone is None or (gone.failures < FREE and unit.now - gone.since >= WINDOW):
        return 0
    return int(gone.failures)
