"""SMS credits: a balance that can never go below nothing, and the ledger whose sum it is."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select, update

from core.audit.trail import append
from core.delivery.tables import CreditEntry
from core.errors import LatchkeyError
from core.practice.tables import PracticeRow
from core.store.types import AnyRow
from core.store.unit import Unit


class NoCredits(LatchkeyError):
    """There are fewer credits than this needs."""

    def __init__(self, needed: int, left: int) -> None:
        super().__init__(needed, left)
        self.needed = needed
        self.left = left


def balance(unit: Unit) -> int:
    """Credits left."""
    return unit.db.scalar(select(PracticeRow.credits).where(PracticeRow.id == unit.practice_id)) or 0


def spend(unit: Unit, amount: int, reason: str, about: UUID | None = None) -> None:
    """Take credits if they are there, by one conditional statement: two at once cannot both spend the last (S20).

    Raises NoCredits.
    """
    taken = unit.db.execute(
        update(PracticeRow)
        .where(PracticeRow.id == unit.practice_id, PracticeRow.credits >= amount)
        .values(credits=PracticeRow.credits - amount)
    )
    if taken.rowcount == 0:
        raise NoCredits(amount, balance(unit))
    _enter(unit, -amount, reason, about)


def give_back(unit: Unit, amount: int, reason: str, about: UUID | None = None) -> None:
    """Return what was taken for something that did not go."""
    _raise(unit, amount)
    _enter(unit, amount, reason, about)


def top_up(unit: Unit, amount: int) -> int:
    """Add credits; the new balance."""
    _raise(unit, amount)
    _enter(unit, amount, "top-up", None)
    append(unit, "credits added", None, amount=amount)
    return balance(unit)


def ledger(unit: Unit, limit: int = 100) -> Sequence[AnyRow]:
    """Movements, newest first (ix_credit_entry_at)."""
    row = CreditEntry
    return unit.db.execute(
        select(row.at, row.amount, row.reason, row.about)
        .where(row.practice_id == unit.practice_id)
        .order_by(row.at.desc(), row.id.desc())
        .limit(limit)
    ).all()


def _raise(unit: Unit, amount: int) -> None:
    unit.db.execute(
        update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(credits=PracticeRow.credits + amount)
    )


def _enter(unit: Unit, amount: int, reason: str, about: UUID | None) -> None:
    unit.db.execute(
        insert(CreditEntry).values(
            practice_id=unit.practice_id, id=unit.new_id(), at=unit.now, amount=amount, reason=reason, about=about
        )
    )
