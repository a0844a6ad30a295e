"""Everything that leaves the practice, delivery by delivery, as administrators read it: what moved last first (U88).

Never what was said in it: to whom, at which masked address, over which channel, and what became of it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SelectBase, String, func, select, union_all

from core.audit.trail import append
from core.delivery.find import COLUMNS, delivery
from core.delivery.tables import DeliveryRow
from core.delivery.words import Channel, Delivery, Purpose, Status
from core.messages.find import patient_thread
from core.messages.tables import ConversationRow, MessageRow
from core.practice.rights import require
from core.practice.tables import PracticeRow
from core.practice.words import Right
from core.store.types import AnyRow, AnySelect
from core.store.unit import Unit

MOST = 10_000  # rows of one file
TROUBLE = (Status.FAILED, Status.BOUNCED, Status.BLOCKED, Status.UNKNOWN)  # somebody should look at it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; no statuses are all, `patients` None means anybody, and the empty set nobody."""

    statuses: tuple[Status, ...] = ()
    channel: Channel | None = None
    patients: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the list a page begins: behind the delivery that moved then."""

    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Listed:
    """A delivery, and the patient it is about; None where it went to a colleague or to nobody we know."""

    delivery: Delivery
    patient: UUID | None
    created_at: datetime
    attempts: int
    credits: int


def page(unit: Unit, wanted: Wanted, behind: Place | None = None, limit: int = 50) -> list[Listed]:
    """The next ones behind a place, or the first. Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    asked = question(unit, wanted, behind, limit)
    return [] if asked is None else [_listed(row, unit.now) for row in unit.db.execute(asked)]


def exported(unit: Unit, wanted: Wanted) -> list[Listed]:
    """The same to be taken away, `MOST` at most; in the trail with their number. Raises Forbidden."""
    found = page(unit, wanted, limit=MOST)
    append(unit, "deliveries exported", rows=len(found))
    return found


def question(unit: Unit, wanted: Wanted, behind: Place | None, limit: int) -> AnySelect | None:
    """How the database is asked; None where nothing can fit. Of each status the newest few come from its index
    (ix_delivery_status), so that a list of millions costs no more than a short one; of patients all that their
    messages brought about (ix_delivery_message).
    """
    statuses = wanted.statuses or tuple(Status)
    if wanted.patients is None:
        each = [_newest(unit, wanted, behind, limit, DeliveryRow.status == one).subquery() for one in statuses]
        return _whole(unit, union_all(*(select(one.c.id) for one in each)), limit)
    threads = [thread for one in wanted.patients if (thread := patient_thread(unit, one))]
    said = select(MessageRow.id).where(
        MessageRow.practice_id == unit.practice_id, MessageRow.conversation_id.in_(threads)
    )
    became = func.lower(DeliveryRow.status, type_=String)  # the index of statuses is the wrong one here
    theirs = DeliveryRow.message_id.in_(said) & became.in_([one.value for one in statuses])
    return _whole(unit, _newest(unit, wanted, behind, limit, theirs), limit) if threads else None


def _newest(unit: Unit, wanted: Wanted, behind: Place | None, limit: int, which: ColumnElement[bool]) -> Select[UUID]:
    row = DeliveryRow
    told = row.message_id.is_not(None) | (row.purpose != Purpose.LINK)  # a link of no message is bait (`release/bait`)
    asked = select(row.id).where(row.practice_id == unit.practice_id, told, which)
    if wanted.channel:
        asked = asked.where(row.channel == wanted.channel)
    if behind:
        asked = asked.where(row.status_at <= behind.at, (row.status_at < behind.at) | (row.id < behind.id))
    return asked.order_by(row.status_at.desc(), row.id.desc()).limit(limit)


def _whole(unit: Unit, ids: SelectBase, limit: int) -> AnySelect:
    """All that is told of the newest of some deliveries."""
    row, said, thread = DeliveryRow, MessageRow, ConversationRow
    return (
        select(*COLUMNS, row.created_at, row.attempts, row.credits, thread.patient_id)
        .join(PracticeRow, PracticeRow.id == row.practice_id)
        .outerjoin(said, (said.practice_id == row.practice_id) & (said.id == row.message_id))
        .outerjoin(thread, (thread.practice_id == row.practice_id) & (thread.id == said.conversation_id))
        .where(row.practice_id == unit.practice_id, row.id.in_(ids))
        .order_by(row.status_at.desc(), row.id.desc())
        .limit(limit)
    )


def _listed(row: AnyRow, now: datetime) -> Listed:
    return Listed(delivery(row, now), row.patient_id, row.created_at, row.attempts, row.credits)
