"""Counting up to a limit in a window of time, by one conditional statement whose row decides (S20)."""

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, func, or_, select, update

from core.release.tables import Tally
from core.store.counting import upsert
from core.store.unit import SYSTEM, Unit, Who

ANYONE = Who(UUID(int=0), SYSTEM)  # counts of the whole installation: before a practice is known
FOREVER = 2**31 - 1


def charge(unit: Unit, name: str, key: bytes, most: int, window: timedelta) -> int | None:
    """Count one more; the count so far in the window, or None when `most` are used up.

    A window begins with what is counted first in it, and the next with the first after it ended.
    """
    row, over = Tally, Tally.since <= unit.now - window
    first = upsert(unit.db, row).values(practice_id=unit.practice_id, name=name, key=key, since=unit.now, count=1)
    counted: int | None = unit.db.execute(
        first.on_conflict_do_update(
            index_elements=["practice_id", "name", "key"],
            set_={"count": case((over, 1), else_=row.count + 1), "since": case((over, unit.now), else_=row.since)},
            where=or_(over, row.count < most),
        ).returning(row.count)
    ).scalar_one_or_none()
    return counted


def refund(unit: Unit, name: str, key: bytes) -> None:
    """Take one back: what was charged before it was known turned out to be right."""
    unit.db.execute(
        update(Tally)
        .where(Tally.practice_id == unit.practice_id, Tally.name == name, Tally.key == key, Tally.count > 0)
        .values(count=Tally.count - 1)
    )


def total(unit: Unit, name: str, window: timedelta) -> int:
    """Everything counted under a name by windows that began lately."""
    return (
        unit.db.scalar(
            select(func.sum(Tally.count)).where(
                Tally.practice_id == unit.practice_id, Tally.name == name, Tally.since > unit.now - window
            )
        )
        or 0
    )


def wait(unit: Unit, name: str, key: bytes, window: timedelta) -> int:
    """Seconds until the window of a key is over."""
    since = unit.db.scalar(
        select(Tally.since).where(Tally.practice_id == unit.practice_id, Tally.name == name, Tally.key == key)
    )
    return max(1, int((since + window - unit.now).total_seconds())) if since else 1


def digest(value: str) -> bytes:
    """A key from words that are no secret."""
    return hashlib.sha256(value.encode()).digest()
