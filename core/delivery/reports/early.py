"""Reports that carry no mark of ours, about something we may not know yet: they can beat the provider's answer (P33).

Kept 24 hours and heard once the answer brings that name; then dropped and counted. They belong to no practice.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select

from core.delivery import odd_calls
from core.delivery.odd_calls import Oddity
from core.delivery.reports import hear
from core.delivery.tables import DeliveryRow, EarlyReport
from core.delivery.words import Report
from core.store.counting import upsert
from core.store.types import AnyRow
from core.store.unit import NOBODYS, SYSTEM, Unit, Who
from core.store.writer import Store

KEPT = timedelta(hours=24)
BATCH = 50
LONGEST_NAME = 80  # letters; no provider's are longer
_HERE_NOW = (  # made once: the worker asks every second
    select(DeliveryRow.practice_id, DeliveryRow.id, *EarlyReport.__table__.columns)
    .join(
        DeliveryRow,
        (DeliveryRow.provider == EarlyReport.provider) & (DeliveryRow.reference == EarlyReport.reference),
    )
    .order_by(EarlyReport.at)
    .limit(bindparam("most"))
)


def keep(store: Store, provider: str, *given: Report) -> None:
    """Keep reports until their deliveries are known by those names; the same one twice is one."""
    if good := [one for one in given if 0 < len(one.reference) <= LONGEST_NAME]:
        store.run(NOBODYS, _keep, provider, good)


def early_reports(store: Store) -> Callable[[], int]:
    """A chore of the worker: hear what has become known, drop what nobody knew for a day; how many."""

    def look() -> int:
        known = store.door(_known, BATCH)
        for row in known:
            store.run(Who(row.practice_id, SYSTEM), _hear, row)
        return len(known) + _drop(store)

    return look


def _keep(unit: Unit, provider: str, reports: list[Report]) -> None:
    """All in one statement, for the provider waits (P38); in one order, for two calls may tell of the same."""
    once: dict[tuple[str, str], Report] = {}
    for one in reports:
        key = one.reference, one.status
        once[key] = replace(once[key], bar=one.bar or once[key].bar) if key in once else one
    new = upsert(unit.db, EarlyReport).values([_row(unit, provider, once[key]) for key in sorted(once)])
    names = ("provider", "reference", "status")
    heard_of = {"bar": func.coalesce(new.excluded.bar, EarlyReport.bar)}  # it arrived, and was called spam
    unit.db.execute(new.on_conflict_do_update(index_elements=names, set_=heard_of))


def _row(unit: Unit, provider: str, given: Report) -> dict[str, Any]:
    return {
        "provider": provider,
        "reference": given.reference,
        "status": given.status,
        "reason": given.reason,
        "free": given.free,
        "bar": given.bar,
        "proven": given.proven,
        "units": given.units,
        "sender": given.sender[:LONGEST_NAME],
        "at": unit.now,
        "happened_at": given.at,
        "sequence": given.sequence,
    }


def _known(db: Connection, limit: int) -> list[AnyRow]:
    """What names a delivery that is here now, oldest first (ix_early_report_at, ix_delivery_reference)."""
    return list(db.execute(_HERE_NOW, {"most": limit}))


def _hear(unit: Unit, row: AnyRow) -> None:
    told = Report(
        row.reference,
        row.status,
        row.reason,
        row.free,
        row.bar,
        row.proven,
        row.units,
        row.happened_at,
        row.sender,
        row.sequence,
    )
    hear(unit, row.id, told)
    gone = EarlyReport
    unit.db.execute(
        delete(gone).where(gone.provider == row.provider, gone.reference == row.reference, gone.status == row.status)
    )


def _drop(store: Store) -> int:
    before = store.clock() - KEPT
    oldest = store.door(_oldest)
    if oldest is None or oldest >= before:
        return 0
    dropped = store.run(NOBODYS, _forget, before)
    for provider in dropped:
        odd_calls.count(store, provider, Oddity.UNKNOWN)
    return len(dropped)


def _oldest(db: Connection) -> datetime | None:
    return db.scalar(select(EarlyReport.at).order_by(EarlyReport.at).limit(1))


def _forget(unit: Unit, before: datetime) -> list[str]:
    return list(unit.db.scalars(delete(EarlyReport).where(EarlyReport.at < before).returning(EarlyReport.provider)))
