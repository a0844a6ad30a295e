"""SMS credits: a ledger with a line a text, whose sum is the balance, and a guard that keeps it from going negative.

A line's amount never changes. The line of a text is `held` when it is confirmed and moves on once: to `spent` when a
provider takes the text, or to `returned`, which adds a line that gives its amount back (P62). Whoever holds a line (a
delivery, a link, a scheduled text) is its `holder`; a hold can be passed on, as a link passes its code's to the code.

The guard is `practice.credits`: the sum of the ledger, moved by one conditional statement in the transaction that
writes the line. Two at once cannot both spend the last credit, because the second waits for the first and then finds
nothing left (S20); no sum is ever read to decide.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update

from core.audit.trail import append
from core.delivery.tables import CreditEntry
from core.delivery.words import Entry, Status
from core.errors import LatchkeyError
from core.practice.tables import PracticeRow
from core.store.unit import Unit

UNSETTLED = frozenset({Status.QUEUED, Status.UNKNOWN})  # nobody knows yet whether it will have been paid for


_BY = (CreditEntry.practice_id == bindparam("practice"), CreditEntry.holder == bindparam("by"))  # made once
_SPENT = update(CreditEntry).where(*_BY, CreditEntry.state == Entry.HELD).values(state=Entry.SPENT)
_COUNTED = (
    update(CreditEntry).where(*_BY, CreditEntry.amount != bindparam("amount_is")).values(units=bindparam("counted"))
)


class NoCredits(LatchkeyError):
    """There are fewer credits than this needs."""

    def __init__(self, needed: int, left: int) -> None:
        super().__init__(needed, left)
        self.needed = needed
        self.left = left


def balance(unit: Unit) -> int:
    """Credits left; what is held is not."""
    return unit.db.scalar(select(PracticeRow.credits).where(PracticeRow.id == unit.practice_id)) or 0


def held(unit: Unit) -> int:
    """Credits held for what has not gone yet (ix_credit_entry_state)."""
    line = CreditEntry
    waiting = select(func.sum(line.amount)).where(line.practice_id == unit.practice_id, line.state == Entry.HELD)
    return -(unit.db.scalar(waiting) or 0)


def in_turn(unit: Unit) -> None:
    """Wait for whoever else is at this practice's credits: what holds for several people never waits crosswise."""
    unit.db.execute(
        select(PracticeRow.id).where(PracticeRow.id == unit.practice_id).with_for_update(key_share=True)
    ).all()


def hold(
    unit: Unit, amount: int, reason: str, holder: UUID, about: UUID | None = None, instead_of: UUID | None = None
) -> None:
    """Hold credits for `holder`, if they are there; `about` is the message. What `instead_of` holds is taken over.

    Raises NoCredits.
    """
    if instead_of is not None:
        if pass_on(unit, instead_of, holder, about) == amount:
            return
        give_back(unit, holder)
    taken = unit.db.execute(
        update(PracticeRow)
        .where(PracticeRow.id == unit.practice_id, PracticeRow.credits >= amount)
        .values(credits=PracticeRow.credits - amount)
    )
    if taken.rowcount == 0:
        raise NoCredits(amount, balance(unit))
    _write(unit, -amount, Entry.HELD, reason, holder, about)


def pass_on(unit: Unit, holder: UUID, to: UUID, about: UUID | None) -> int:
    """Give what is held to another holder, who will settle it; how much it is, 0 when nothing is held."""
    passed = unit.db.scalars(
        update(CreditEntry)
        .where(*_of(unit, holder, Entry.HELD))
        .values(holder=to, about=about)
        .returning(CreditEntry.amount)
    ).all()
    return -sum(passed)


def settle(unit: Unit, holder: UUID, status: Status, *, free: bool = False) -> None:
    """What becomes of a delivery settles its line: taken is spent, stopped or `free` is given back, in doubt waits."""
    if free or status is Status.CANCELLED:
        give_back(unit, holder)
    elif status not in UNSETTLED:
        unit.db.execute(_SPENT, {"practice": unit.practice_id, "by": holder})


def give_back(unit: Unit, holder: UUID) -> int:
    """Return what was held or spent for something that did not go, once however often it is asked; how much."""
    returned = unit.db.execute(
        update(CreditEntry)
        .where(*_of(unit, holder, Entry.HELD, Entry.SPENT))
        .values(state=Entry.RETURNED)
        .returning(CreditEntry.amount, CreditEntry.reason, CreditEntry.about)
    ).all()
    for line in returned:
        _add(unit, -line.amount, Entry.GIVEN_BACK, line.reason, line.about)
    return sum(-int(line.amount) for line in returned)


def top_up(unit: Unit, amount: int, reason: str = "added") -> int:
    """Add credits; the new balance. `reason` says where they came from."""
    _add(unit, amount, Entry.ADDED, reason, None)
    append(unit, "credits added", None, amount=amount)
    return balance(unit)


def counted_by_the_network(unit: Unit, holder: UUID, units: int) -> None:
    """Keep beside our own count what the provider charged for, where the two differ (P61)."""
    unit.db.execute(_COUNTED, {"practice": unit.practice_id, "by": holder, "amount_is": -units, "counted": units})


def _of(unit: Unit, holder: UUID, *states: Entry) -> tuple[ColumnElement[bool], ...]:
    return (CreditEntry.practice_id == unit.practice_id, CreditEntry.holder == holder, CreditEntry.state.in_(states))


def _add(unit: Unit, amount: int, state: Entry, reason: str, about: UUID | None) -> None:
    unit.db.execute(
        update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(credits=PracticeRow.credits + amount)
    )
    _write(unit, amount, state, reason, None, about)


def _write(unit: Unit, amount: int, state: Entry, reason: str, holder: UUID | None, about: UUID | None) -> None:
    unit.db.execute(
        insert(CreditEntry).values(
            practice_id=unit.practice_id,
            id=unit.new_id(),
            at=unit.now,
            amount=amount,
            state=state,
            reason=reason,
            holder=holder,
            about=about,
        )
    )
