"""What was taken and never reported about: the provider is asked after an hour and after a day, and then no more (P37).

Reports get lost, and some carriers never send any. Whatever is found counts like a report that the provider proved.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select, update

from core.delivery.providers.open import Providers
from core.delivery.providers.polite import ask, may_ask
from core.delivery.providers.ports import TryAgain, Unsure
from core.delivery.reports import hear
from core.delivery.status import FIRST_READ
from core.delivery.tables import DeliveryRow
from core.delivery.words import Report, Status
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

LAST_READ = timedelta(hours=24)
BATCH = 2  # reads in a turn: one that hangs holds up the rest


def silences(store: Store, providers: Providers) -> Callable[[], int]:
    """A chore of the worker: ask about what is due; how many were asked about."""

    def look() -> int:
        return sum(_ask_about(store, providers, row) for row in store.door(_due, store.clock(), BATCH))

    return look


def _ask_about(store: Store, providers: Providers, row: AnyRow) -> bool:
    """Ask about one; False where the pace allows no question now: it stays due."""
    provider, who = providers.by_channel[row.channel], Who(row.practice_id, SYSTEM)
    if not may_ask(store, provider):
        return False
    if store.run(who, _mine, row.id):
        try:
            found = ask(store, provider, lambda: provider.look_up(row.reference))
        except (TryAgain, Unsure):
            found = None
        if found is not None:
            store.run(who, _heard, row.id, found)
    return True


def _mine(unit: Unit, delivery_id: UUID) -> bool:
    """Whether this worker shall ask; the next time is set in the same statement, so nobody asks twice."""
    row = DeliveryRow
    taken = unit.db.execute(
        update(row)
        .where(row.practice_id == unit.practice_id, row.id == delivery_id, row.read_due_at <= unit.now)
        .values(read_due_at=None)
        .returning(row.status_at)
    ).one_or_none()
    if taken is None:
        return False
    last = taken.status_at + LAST_READ
    if unit.now < last:
        unit.db.execute(
            update(row)
            .where(row.practice_id == unit.practice_id, row.id == delivery_id)
            .values(read_due_at=max(last, unit.now + FIRST_READ))
        )
    return True


def _heard(unit: Unit, delivery_id: UUID, found: Report) -> None:
    if found.status is not Status.SENT:
        hear(unit, delivery_id, found)


def _due(db: Connection, now: datetime, limit: int) -> list[AnyRow]:
    """What is due in all practices (ix_delivery_read_due); the worker's own read."""
    row = DeliveryRow
    found = (
        select(row.practice_id, row.id, row.channel, row.reference)
        .where(row.read_due_at <= now, row.status == Status.SENT, row.reference.is_not(None))
        .order_by(row.read_due_at)
    )
    return list(db.execute(found.limit(limit)))
