"""How many calls to the providers' addresses were refused, led nowhere or were unexpected, by kind and day (P39).

For no practice, and in the database, because admins look at another process than the one that is called.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection, delete, func, select

from core.delivery.tables import OddCall
from core.store.counting import upsert
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

KEPT = timedelta(days=90)
NO_PRACTICE = Who(UUID(int=0), SYSTEM)


class Oddity(StrEnum):
    """What was odd about a call."""

    FORGED = "forged"  # no or wrong signature or credentials
    REPLAYED = "replayed"
    MALFORMED = "malformed"
    HUGE = "huge"
    UNKNOWN = "unknown"  # about nothing of ours
    TRACKED = "tracked"  # a letter opened or followed, although tracking is off (P32)
    LATE = "late"  # a text lost after it had arrived (P30)


def count(store: Store, provider: str, what: Oddity, times: int = 1) -> None:
    """Count some more."""
    store.run(NO_PRACTICE, add, provider, what, times)


def add(unit: Unit, provider: str, what: Oddity, times: int = 1) -> None:
    """Count some more, in the transaction of what was odd."""
    row = {"day": _day(unit.now), "provider": provider, "what": what, "times": times}
    more = upsert(unit.db, OddCall).values(row)
    unit.db.execute(
        more.on_conflict_do_update(
            index_elements=["day", "provider", "what"], set_={"times": OddCall.times + more.excluded.times}
        )
    )
    unit.db.execute(delete(OddCall).where(OddCall.day < _day(unit.now - KEPT)))


def by_day(db: Connection, now: datetime, days: int = 30) -> Sequence[AnyRow]:
    """What was counted lately, newest first: day, provider, what, times."""
    row = OddCall
    return db.execute(
        select(row.day, row.provider, row.what, row.times)
        .where(row.day > _day(now - timedelta(days=days)))
        .order_by(row.day.desc(), row.provider, row.what)
    ).all()


def totals(db: Connection) -> Sequence[AnyRow]:
    """Everything counted and still kept: provider, what, times."""
    row = OddCall
    return db.execute(
        select(row.provider, row.what, func.sum(row.times).label("times")).group_by(row.provider, row.what)
    ).all()


def _day(at: datetime) -> date:
    return at.date()
