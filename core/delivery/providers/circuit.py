"""Whether a provider answers: open, nothing is handed over to it until one read says that it is back (P70).

It opens when nobody's message can go (a key, the sender, the money, the address), or after five in a row within a
minute that went wrong. It is tried with a read, never with a patient's message, after 30 s, then ever less often up
to ten minutes. The state is a row, so every process knows; all of this is the installation's own (`NOBODYS`).

Where a provider refuses one practice's own number, that number has a circuit of its own: it alone is kept back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, or_, select, update

from core.delivery.tables import CircuitRow
from core.store.counting import upsert
from core.store.types import AnyRow
from core.store.unit import Unit

IN_A_ROW = 5
WITHIN = timedelta(seconds=60)
FIRST_WAIT, LONGEST_WAIT = 30, 600  # seconds to the next read


@dataclass(frozen=True, slots=True)
class Open:
    """A provider that does not answer, or one `number` that it refuses: since when, and `halt` or `trouble`.

    `probe_at`: when it may next be read from, to see if it is back.
    """

    provider: str
    since: datetime
    why: str
    number: str = ""
    probe_at: datetime | None = None

    @property
    def circuit(self) -> str:
        """The name of its row."""
        return of_number(self.provider, self.number) if self.number else self.provider


_OPEN = select(CircuitRow.provider, CircuitRow.opened_at, CircuitRow.why, CircuitRow.probe_at).where(
    CircuitRow.opened_at.is_not(None)
)
_STUMBLED = select(CircuitRow.provider).where(CircuitRow.provider == bindparam("name"), CircuitRow.stumbles > 0)


def of_number(provider: str, number: str) -> str:
    """The name of the circuit of one number at a provider."""
    return f"{provider} {number}"


def open_now(db: Connection) -> dict[str, Open]:
    """What nothing is handed over to, by the name of its circuit (a handful of rows)."""
    return {one.provider: _open(one) for one in db.execute(_OPEN)}


def has_stumbled(db: Connection, provider: str) -> bool:
    """Whether the last call of any worker went wrong, so that one that goes well is worth noting."""
    return db.scalar(_STUMBLED, {"name": provider}) is not None


def went_well(unit: Unit, provider: str) -> None:
    """It took something: whatever went wrong before is forgotten. Costs nothing where nothing did."""
    row = CircuitRow
    unit.db.execute(update(row).where(row.provider == provider, row.stumbles > 0).values(stumbles=0))


def stumbled(unit: Unit, provider: str) -> bool:
    """Something went wrong: count it; whether that opened the circuit."""
    _known(unit, provider)
    row, before = CircuitRow, unit.now - WITHIN
    stale = or_(row.stumbles == 0, row.stumbling_since.is_(None), row.stumbling_since < before)
    counted = unit.db.execute(
        update(row)
        .where(row.provider == provider)
        .values(
            stumbles=case((stale, 1), else_=row.stumbles + 1),
            stumbling_since=case((stale, unit.now), else_=row.stumbling_since),
        )
        .returning(row.stumbles)
    ).scalar_one()
    return counted >= IN_A_ROW and open_up(unit, provider, "trouble")


def open_up(unit: Unit, provider: str, why: str) -> bool:
    """Hand nothing over any more; whether it was closed before. Soon after it closed, it is tried less often."""
    _known(unit, provider)
    row = CircuitRow
    again = row.closed_at >= unit.now - WITHIN
    opened = unit.db.execute(
        update(row)
        .where(row.provider == provider, row.opened_at.is_(None))
        .values(
            opened_at=unit.now,
            why=why,
            wait=case((again & (row.wait * 2 <= LONGEST_WAIT), row.wait * 2), (again, LONGEST_WAIT), else_=FIRST_WAIT),
        )
        .returning(row.wait)
    ).one_or_none()
    if opened is None:
        return False
    _try_in(unit, provider, opened.wait)
    return True


def may_try(unit: Unit, provider: str) -> bool:
    """Whether this worker shall read now to see if the provider is back; the next may later."""
    row = CircuitRow
    due = unit.db.execute(
        update(row)
        .where(row.provider == provider, row.opened_at.is_not(None), row.probe_at <= unit.now)
        .values(wait=case((row.wait * 2 > LONGEST_WAIT, LONGEST_WAIT), else_=row.wait * 2))
        .returning(row.wait)
    ).one_or_none()
    if due is not None:
        _try_in(unit, provider, due.wait)
    return due is not None


def close(unit: Unit, provider: str) -> bool:
    """It is back; whether it was away."""
    row = CircuitRow
    closed = unit.db.execute(
        update(row)
        .where(row.provider == provider, row.opened_at.is_not(None))
        .values(opened_at=None, closed_at=unit.now, stumbles=0, probe_at=None)
    )
    return closed.rowcount > 0


def _open(row: AnyRow) -> Open:
    provider, _, number = row.provider.partition(" ")
    return Open(provider, row.opened_at, row.why, number, row.probe_at)


def _try_in(unit: Unit, provider: str, seconds: int) -> None:
    at = unit.now + timedelta(seconds=seconds)
    unit.db.execute(update(CircuitRow).where(CircuitRow.provider == provider).values(probe_at=at))


def _known(unit: Unit, provider: str) -> None:
    new = {"provider": provider, "stumbles": 0, "why": "", "wait": FIRST_WAIT}
    unit.db.execute(upsert(unit.db, CircuitRow).values(new).on_conflict_do_nothing())
