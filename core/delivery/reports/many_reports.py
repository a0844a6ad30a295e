"""Many reports in one call: kept as they are and heard by a worker, so that the provider has its answer at once (P38).

A provider that waits too long for it repeats the call, and may give the address up. A few are heard on the spot.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select

from core.delivery.kept_reports import sealed_words
from core.delivery.reports import hear_several, letters_reported, sorted_by_practice
from core.delivery.tables import WaitingReport
from core.delivery.words import Report
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

FEW = 20  # heard within a tenth of a second
BATCH = 50  # in a turn of the worker


def letters_told(store: Store, given: Collection[tuple[UUID, Report]]) -> int:
    """Hear reports about letters, now or soon; how many were about none of ours."""
    if len(given) <= FEW:
        return letters_reported(store, given)
    by_practice, strange = sorted_by_practice(store, given)
    for practice_id, told in by_practice.items():
        store.run(Who(practice_id, SYSTEM), _keep, told)
    return strange


def waiting_reports(store: Store) -> Callable[[], int]:
    """A chore of the worker: hear what waits, oldest first; how many."""

    def hear_some() -> int:
        by_practice: dict[UUID, list[AnyRow]] = defaultdict(list)
        for row in store.door(_oldest, BATCH):
            by_practice[row.practice_id].append(row)
        for practice_id, rows in by_practice.items():
            store.run(Who(practice_id, SYSTEM), _hear, rows)
        return sum(map(len, by_practice.values()))

    return hear_some


def _keep(unit: Unit, told: Sequence[tuple[UUID, Report]]) -> None:
    rows = [
        {
            "practice_id": unit.practice_id,
            "id": (waiting_id := unit.new_id()),
            "delivery_id": delivery_id,
            "reference": one.reference,
            "status": one.status,
            "reason": one.reason,
            "free": one.free,
            "bar": one.bar,
            "proven": one.proven,
            "happened_at": one.at,
            "at": unit.now,
            "words": sealed_words(unit, one.words, _place(waiting_id)),
        }
        for delivery_id, one in told
    ]
    unit.db.execute(insert(WaitingReport), rows)


def _oldest(db: Connection, limit: int) -> list[AnyRow]:
    """What waits in all practices (ix_waiting_report_at); the worker's own read."""
    row = WaitingReport
    return list(db.execute(select(*row.__table__.columns).order_by(row.at, row.id).limit(limit)))


def _hear(unit: Unit, rows: Sequence[AnyRow]) -> None:
    """Each has its effect in the transaction in which it leaves; heard by two workers it has it once."""
    hear_several(unit, [(row.delivery_id, _report(unit, row)) for row in rows])
    unit.db.execute(
        delete(WaitingReport).where(
            WaitingReport.practice_id == unit.practice_id, WaitingReport.id.in_([row.id for row in rows])
        )
    )


def _report(unit: Unit, row: AnyRow) -> Report:
    words = unit.seals.open(row.words, _place(row.id)).decode() if row.words else ""
    return Report(row.reference, row.status, row.reason, row.free, row.bar, row.proven, at=row.happened_at, words=words)


def _place(waiting_id: UUID) -> Place:
    return Place("waiting_report", waiting_id, "words")
