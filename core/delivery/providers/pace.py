"""How fast a provider may be called: a bucket of calls by provider, shared by every worker of the installation (P66).

It fills at a rate and holds one second's worth. "Too many" halves the rate, which then grows back by a tenth of the
usual each minute. Units: calls a second.
"""

from dataclasses import dataclass
from datetime import datetime
from math import inf

from sqlalchemy import select, update

from core.delivery.tables import PaceRow
from core.store.counting import upsert
from core.store.unit import Unit

GROWTH = 0.1  # of the usual rate, a minute
SLOWEST = 0.1  # of the usual rate, however often we are told to slow down


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket at this moment: `calls` can be made now."""

    name: str
    level: float
    rate: float

    @property
    def calls(self) -> int:
        """Whole calls that are in it."""
        return int(self.level)


def bucket(unit: Unit, name: str, usual: float) -> Bucket | None:
    """The bucket of a name, locked until the commit; None where no rate is kept (`usual` is infinite)."""
    if usual == inf:
        return None
    row = unit.db.execute(
        select(PaceRow.level, PaceRow.rate, PaceRow.at).where(PaceRow.name == name).with_for_update()
    ).one_or_none()
    if row is None:
        full = {"name": name, "level": max(usual, 1.0), "rate": usual, "at": unit.now}
        unit.db.execute(upsert(unit.db, PaceRow).values(full).on_conflict_do_nothing())
        return Bucket(name, max(usual, 1.0), usual)
    return filled(Bucket(name, row.level, row.rate), usual, max((unit.now - row.at).total_seconds(), 0.0))


def filled(before: Bucket, usual: float, seconds: float) -> Bucket:
    """What became of a bucket after so many seconds."""
    rate = min(usual, before.rate + usual * GROWTH * seconds / 60)
    return Bucket(before.name, min(max(rate, 1.0), before.level + rate * seconds), rate)


def use(unit: Unit, taken: Bucket, calls: int) -> None:
    """Take calls out."""
    _keep(unit, Bucket(taken.name, taken.level - calls, taken.rate), unit.now)


def take_one(unit: Unit, name: str, usual: float) -> bool:
    """Take one call out; whether there was one."""
    now = bucket(unit, name, usual)
    if now is None:
        return True
    if now.calls:
        use(unit, now, 1)
    return now.calls > 0


def slow(unit: Unit, name: str, usual: float) -> None:
    """The provider said that it is too much: half as fast from now on, and what is in the bucket is lost."""
    now = bucket(unit, name, usual)
    if now is not None:
        _keep(unit, Bucket(name, 0.0, max(now.rate / 2, usual * SLOWEST)), unit.now)


def _keep(unit: Unit, new: Bucket, at: datetime) -> None:
    unit.db.execute(update(PaceRow).where(PaceRow.name == new.name).values(level=new.level, rate=new.rate, at=at))
