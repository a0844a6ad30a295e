"""Telling owners and admins that credits run low: once when they fall below a week's pace, then after a top-up."""

from datetime import datetime, timedelta
from uuid import UUID

from core.audit.trail import append
from core.delivery.billing.spending import pace
from core.delivery.credits import balance
from core.delivery.notices import low_credits
from core.delivery.writing.admins import noted, write_to_admins
from core.practice import doors, find
from core.practice.tables import PracticeRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

EVERY = timedelta(minutes=5)


class LowCredits:
    """A chore of the worker: every five minutes look at each practice's credits; how many crossed the line."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked: datetime | None = None

    def __call__(self) -> int:
        """Look, if it is time."""
        now = self._store.clock()
        if self._looked is not None and now - self._looked < EVERY:
            return 0
        self._looked = now
        return sum(self._look(one) for one in self._store.door(doors.every_practice))

    def _look(self, practice_id: UUID) -> bool:
        who = Who(practice_id, SYSTEM)
        return self._store.look(who, _crossed) and self._store.run(who, tell_if_low)


def tell_if_low(unit: Unit) -> bool:
    """Note that credits run low or no longer do; whether that is new. If they do, owners and admins are written to."""
    if not _crossed(unit):
        return False
    left, used = balance(unit), pace(unit)
    low = used.is_low(left)
    news = noted(unit, PracticeRow.credits_low_at, low)
    if not (news and low):
        return news
    url = f"{unit.settings.staff_url}/credits"
    write_to_admins(unit, lambda to: low_credits(to, left, used.lasts(left), url))
    append(unit, "credits low", None, left=left)
    return True


def _crossed(unit: Unit) -> bool:
    return pace(unit).is_low(balance(unit)) != (find.card(unit).credits_low_at is not None)
