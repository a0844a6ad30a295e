"""Which commands a person types, so that the list begins with what they use most; how often, never about whom."""

from sqlalchemy import select

from core.compose.tables import CommandUse
from core.store.counting import upsert
from core.store.unit import Unit

MOST = 30_000  # the count stops there: its column is a small integer, and an order by use needs no more


def note(unit: Unit, name: str) -> None:
    """The person used a command once more."""
    row = CommandUse
    one = upsert(unit.db, row).values(practice_id=unit.practice_id, staff_id=unit.staff_id, name=name, times=1)
    unit.db.execute(
        one.on_conflict_do_update(
            index_elements=["practice_id", "staff_id", "name"], set_={"times": row.times + 1}, where=row.times < MOST
        )
    )


def uses(unit: Unit) -> dict[str, int]:
    """How often the person used each command, by name; what they never used is not there."""
    row = CommandUse
    found = unit.db.execute(
        select(row.name, row.times).where(row.practice_id == unit.practice_id, row.staff_id == unit.staff_id)
    )
    return {str(name): int(times) for name, times in found}
