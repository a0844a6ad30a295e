"""What the ledger of credits says: its lines, page by page, and how long what is left will last (U94, T15).

Units: credits, whole days. Nothing here decides whether something may go; that is the guard's alone (`credits.py`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import and_, func, or_, select

from core.delivery.tables import CreditEntry
from core.delivery.words import Entry
from core.messages.tables import MessageRow
from core.store.unit import Unit

WINDOW = 30  # days the pace is taken from
LOW_DAYS = 7  # fewer days than this at that pace is low
LOW_LEAST = 20  # credits that are low whatever the pace


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of the ledger; `about` is the message it paid for, `patient_id` whom that was with.

    `units`: what the network counted, where that is not what we counted (P61).
    """

    id: UUID
    at: datetime
    amount: int
    state: Entry
    reason: str
    about: UUID | None
    units: int | None
    patient_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """Credits used in the last `days` days, 30 unless the ledger is younger."""

    used: int
    days: int

    def lasts(self, left: int) -> int | None:
        """Days that so many credits last at this pace; None when nothing is used."""
        return left * self.days // self.used if self.used else None

    def is_low(self, left: int) -> bool:
        """Whether so few are left that somebody should buy more."""
        return left < max(LOW_LEAST, self.used * LOW_DAYS // self.days)


def movements(unit: Unit, before: UUID | None = None, limit: int = 50) -> list[Movement]:
    """A page of the ledger, newest first, of what is older than the line `before` (ix_credit_entry_at)."""
    line, message = CreditEntry, MessageRow
    query = (
        select(line.id, line.at, line.amount, line.state, line.reason, line.about, line.units, message.patient_id)
        .outerjoin(message, (message.practice_id == line.practice_id) & (message.id == line.about))
        .where(line.practice_id == unit.practice_id)
    )
    if before is not None:
        last = select(line.at).where(line.practice_id == unit.practice_id, line.id == before).scalar_subquery()
        query = query.where(or_(line.at < last, and_(line.at == last, line.id < before)))
    return [Movement(*row) for row in unit.db.execute(query.order_by(line.at.desc(), line.id.desc()).limit(limit))]


def pace(unit: Unit) -> Pace:
    """How fast credits went in the last 30 days; what came back was not used (ix_credit_entry_at)."""
    line = CreditEntry
    mine, since = line.practice_id == unit.practice_id, unit.now - timedelta(days=WINDOW)
    used = unit.db.scalar(
        select(func.sum(line.amount)).where(mine, line.at > since, line.state.in_((Entry.HELD, Entry.SPENT)))
    )
    first = unit.db.scalar(select(line.at).where(mine).order_by(line.at).limit(1)) or unit.now
    return Pace(-(used or 0), min(WINDOW, max(1, (unit.now - first).days)))
