"""What nobody opened in time becomes everybody's: on top of every list, until somebody opens or answers it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from core.audit.trail import append
from core.messages import find
from core.messages.notify import notify
from core.messages.tables import MessageRow, UnopenedRow
from core.messages.unopened import REASON
from core.practice import find as practice
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

BATCH = 50


def make_everybodys(store: Store) -> int:
    """A chore of the worker: what is due; how many."""
    due = store.door(_due, store.clock(), BATCH)
    return sum(store.run(Who(practice_id, SYSTEM), become, conversation) for practice_id, conversation in due)


def become(unit: Unit, conversation_id: UUID) -> bool:
    """Point everybody to it, once; whether it was still nobody's."""
    row = UnopenedRow
    taken = unit.db.execute(
        update(row)
        .where(row.practice_id == unit.practice_id, row.conversation_id == conversation_id, row.due_at <= unit.now)
        .values(due_at=None, everybodys_at=unit.now)
        .returning(row.seq)
    ).one_or_none()
    if taken is None:
        return False
    message_id = unit.db.scalar(
        select(MessageRow.id).where(
            MessageRow.practice_id == unit.practice_id,
            MessageRow.conversation_id == conversation_id,
            MessageRow.seq == taken.seq,
        )
    )
    if message_id is not None:
        everybody = {member.id for member in practice.staff(unit)}
        notify(unit, everybody, find.message(unit, message_id), REASON)
        append(unit, "unopened message became everybody's", message_id)
    unit.tell("conversation.updated", conversation=conversation_id, everybodys=True)
    return True


def _due(db: Connection, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """What is due in all practices (ix_unopened_due); the worker's own read, on nobody's way."""
    row = UnopenedRow
    due = select(row.practice_id, row.conversation_id).where(row.due_at <= now).order_by(row.due_at).limit(limit)
    return [(found.practice_id, found.conversation_id) for found in db.execute(due)]
