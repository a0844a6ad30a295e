"""Counting up to a limit in a window of time, by one conditional statement whose row decides (S20)."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, case, func, or_, select, update

from core.release.tables import Tally
from core.store.counting import upsert_of
from core.store.prepared import Prepared
from core.store.types import MomentType
from core.store.unit import SYSTEM, Unit, Who

ANYONE = Who(UUID(int=0), SYSTEM)  # counts of the whole installation: before a practice is known
FOREVER = 2**31 - 1

# Several a code that is asked for or typed; building a statement anew costs several times what running it does.
_ONE = (
    Tally.practice_id == bindparam("practice"),
    Tally.name == bindparam("about"),
    Tally.key == bindparam("whose"),
)
_BEGUN = bindparam("begun", type_=MomentType)
_REFUND = Prepared(update(Tally).where(*_ONE, Tally.count > 0).values(count=Tally.count - 1))
_TOTALS = Prepared(
    select(Tally.name, func.sum(Tally.count).label("many"))
    .where(Tally.practice_id == bindparam("practice"), Tally.name.in_(bindparam("names")), Tally.since > _BEGUN)
    .group_by(Tally.name)
)
_SINCE = Prepared(select(Tally.since).where(*_ONE))


@cache
def _note(dialect: str) -> Prepared:
    """Asks nothing back, so that several go at once."""
    return Prepared(_counting(dialect))


@cache
def _charge(dialect: str) -> Prepared:
    """The one conditional statement of a database: it counts one more, or begins a window, or touches no row."""
    return Prepared(_counting(dialect).returning(Tally.count))


def _counting(dialect: str) -> Any:
    over, now = Tally.since <= _BEGUN, bindparam("now", type_=MomentType)
    first = upsert_of(dialect, Tally).values(
        practice_id=bindparam("practice"), name=bindparam("about"), key=bindparam("whose"), since=now, count=1
    )
    return first.on_conflict_do_update(
        index_elements=["practice_id", "name", "key"],
        set_={"count": case((over, 1), else_=Tally.count + 1), "since": case((over, now), else_=Tally.since)},
        where=or_(over, Tally.count < bindparam("most")),
    )


def charge(unit: Unit, name: str, key: bytes, most: int, window: timedelta) -> int | None:
    """Count one more; the count so far in the window, or None when `most` are used up.

    A window begins with what is counted first in it, and the next with the first after it ended.
    """
    told = {**_of(unit, name, key), "now": unit.now, "begun": unit.now - window, "most": most}
    counted: int | None = _charge(unit.db.dialect.name).value(unit.db, told)
    return counted


def note(unit: Unit, names: Iterable[str], key: bytes, window: timedelta) -> None:
    """Count one more under each name, whatever there was: for what is only watched, and asked by `totals`."""
    told = {"now": unit.now, "begun": unit.now - window, "most": FOREVER}
    _note(unit.db.dialect.name).many(unit.db, [{**_of(unit, name, key), **told} for name in names])


def refund_to_anyone(unit: Unit, charged: Iterable[tuple[str, bytes | None]]) -> None:
    """Take one back from each count of the whole installation, in a practice's transaction: what was charged before it
    was known turned out to be right, and is right exactly if that is committed. Nothing is under no key."""
    rows = [{"practice": ANYONE.practice_id, "about": name, "whose": key} for name, key in charged]
    _REFUND.many(unit.db, rows)


def totals(unit: Unit, names: Sequence[str], window: timedelta) -> tuple[int, ...]:
    """Everything counted under each of these names by windows that began lately."""
    told = {"practice": unit.practice_id, "names": names, "begun": unit.now - window}
    found = {row.name: row.many for row in _TOTALS.rows(unit.db, told)}
    return tuple(found.get(name, 0) for name in names)


def wait(unit: Unit, name: str, key: bytes, window: timedelta) -> int:
    """Seconds until the window of a key is over."""
    since = _SINCE.value(unit.db, _of(unit, name, key))
    return max(1, int((since + window - unit.now).total_seconds())) if since else 1


def digest(value: str) -> bytes:
    """A key from words that are no secret."""
    return hashlib.sha256(value.encode()).digest()


def _of(unit: Unit, name: str, key: bytes) -> dict[str, Any]:
    return {"practice": unit.practice_id, "about": name, "whose": key}
