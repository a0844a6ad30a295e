"""A colleague who leaves, or comes back: what they had taken is not left lying with them."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update

from core.audit.trail import append
from core.messages import find
from core.messages.notify import notify
from core.messages.post import changed
from core.messages.tables import MessageRow, TaskRow
from core.messages.tasks import REASON
from core.messages.words import TaskState
from core.practice import administer, staff
from core.practice import find as practice
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit


def stop(unit: Unit, staff_id: UUID) -> int:
    """End a colleague's access and let go of their requests, as `let_go`.

    Raises Forbidden, NotFound, LastOwner, Invalid("role", "an_owner").
    """
    administer.stop(unit, staff_id)
    return let_go(unit, staff_id)


def deactivate(unit: Unit, staff_id: UUID) -> int:
    """The same, where the operator does it. Raises NotFound, LastOwner."""
    staff.deactivate(unit, staff_id)
    return let_go(unit, staff_id)


def waiting_for(unit: Unit, staff_id: UUID) -> int:
    """How many open requests somebody took, or was asked alone, that were not taken back since (ix_task_state)."""
    return unit.db.scalar(select(func.count()).select_from(TaskRow).where(*_theirs(unit, staff_id))) or 0


def let_go(unit: Unit, staff_id: UUID) -> int:
    """What somebody had taken is open again for their group; what was asked of them alone goes back to whoever asked,
    where they still work here. How many. Everyone whom a request now waits for is pointed to it.
    """
    working = {one.id for one in practice.staff(unit)}
    rows = unit.db.execute(select(TaskRow).where(*_theirs(unit, staff_id))).all()
    for row in rows:
        if row.group_id is not None or row.asked_by in working - {staff_id}:
            _open_again(replace(unit, actor=SYSTEM), row, staff_id)
    return len(rows)


def _open_again(unit: Unit, row: AnyRow, leaver: UUID) -> None:
    person = None if row.group_id else row.asked_by
    unit.db.execute(
        update(TaskRow)
        .where(TaskRow.practice_id == unit.practice_id, TaskRow.message_id == row.message_id)
        .values(state=TaskState.OPEN, holder_id=None, person_id=person, changed_at=unit.now)
    )
    message = find.message(unit, row.message_id)
    people = set(practice.group(unit, row.group_id).members) if row.group_id else {row.asked_by}
    notify(unit, people - {leaver}, message, REASON, by=leaver)
    append(unit, "task put back", row.message_id)
    changed(unit, message)


def _theirs(unit: Unit, staff_id: UUID) -> tuple[ColumnElement[bool], ...]:
    taken = and_(TaskRow.state == TaskState.TAKEN, TaskRow.holder_id == staff_id)
    asked = and_(TaskRow.state == TaskState.OPEN, TaskRow.person_id == staff_id)
    gone = (
        exists()
        .where(MessageRow.practice_id == unit.practice_id, MessageRow.id == TaskRow.message_id)
        .where(MessageRow.deleted_at.is_not(None))
    )
    return TaskRow.practice_id == unit.practice_id, or_(taken, asked), ~gone
