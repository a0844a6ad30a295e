"""Asking the provider before a report changes more than a status: its calls can be made up, its answers cannot.

Mailjet signs nothing (S96), Plivo's older signature covers no field (P40). So what would cost or return credits, stop
an address, or say that something is wrong with us, waits for the worker to read the message back.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, select, update

from core.delivery.credits import give_back
from core.delivery.providers import polite
from core.delivery.providers.open import Providers
from core.delivery.providers.ports import TryAgain, Unsure
from core.delivery.reports import standing
from core.delivery.suppression import suppress
from core.delivery.tables import DeliveryRow, SecondLook
from core.delivery.words import ENDS_BADLY, Report
from core.store.counting import upsert
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))  # answers lag (P27)
BATCH = 2  # reads in a turn: one that hangs holds up the rest


def ask(unit: Unit, delivery_id: UUID, given: Report) -> None:
    """Have the provider asked soon about a delivery, and whether what was reported is so."""
    row = {
        "practice_id": unit.practice_id,
        "delivery_id": delivery_id,
        "bar": given.bar,
        "free": given.free,
        "fault": given.fault,
        "tries": 0,
        "due_at": unit.now,
    }
    asked = upsert(unit.db, SecondLook).values(row)
    unit.db.execute(asked.on_conflict_do_nothing())


def second_looks(store: Store, providers: Providers) -> Callable[[], int]:
    """A chore of the worker: ask about what is due; how many were settled or put off."""

    def look() -> int:
        return sum(_look_at(store, providers, row) for row in store.door(_due, store.clock(), BATCH))

    return look


def _look_at(store: Store, providers: Providers, row: AnyRow) -> bool:
    """Ask about one; False where the pace allows no question now: it stays due."""
    provider = providers.by_channel[row.channel]
    if not polite.may_ask(store, provider):
        return False
    try:
        found = polite.ask(store, provider, lambda: provider.look_up(row.reference))
    except (TryAgain, Unsure):
        found = None
    store.run(Who(row.practice_id, SYSTEM), _settle, row.delivery_id, found)
    return True


def _settle(unit: Unit, delivery_id: UUID, found: Report | None) -> None:
    """What the provider says now, beside what the report said. Not the same: asked again later, at last dropped."""
    mine = (SecondLook.practice_id == unit.practice_id, SecondLook.delivery_id == delivery_id)
    row = SecondLook
    asked = unit.db.execute(select(row.bar, row.free, row.fault, row.tries).where(*mine)).one_or_none()
    if asked is None:
        return
    agreed = found is not None and _agrees(asked, found)
    if found is not None and agreed:
        if asked.bar:
            suppress(unit, delivery_id, asked.bar)
            standing.barred(unit, asked.bar)
        if asked.free:
            give_back(unit, delivery_id)
        standing.heard(unit, delivery_id, asked.fault, found.sender)
    if agreed or asked.tries >= len(WAITS):
        unit.db.execute(delete(SecondLook).where(*mine))
    else:
        later = unit.now + WAITS[asked.tries]
        unit.db.execute(update(SecondLook).where(*mine).values(tries=asked.tries + 1, due_at=later))


def _agrees(asked: AnyRow, found: Report) -> bool:
    """Whether the provider says the same; of a letter it keeps that it did not arrive, and not why."""
    so = not asked.fault or (found.status in ENDS_BADLY and found.reason in ("", asked.fault))
    return so and (asked.bar is None or found.bar is asked.bar) and (found.free or not asked.free)


def _due(db: Connection, now: datetime, limit: int) -> list[AnyRow]:
    """What is due in all practices (ix_second_look_due); the worker's own read."""
    row = SecondLook
    found = db.execute(
        select(row.practice_id, row.delivery_id, DeliveryRow.channel, DeliveryRow.reference)
        .join(DeliveryRow, (DeliveryRow.practice_id == row.practice_id) & (DeliveryRow.id == row.delivery_id))
        .where(row.due_at <= now, DeliveryRow.reference.is_not(None))
        .order_by(row.due_at)
        .limit(limit)
    )
    return list(found)
