"""The list of open work: one's own, one's groups', everybody's; what is due first stands first, then the oldest."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from core.messages import find, sight
from core.messages.tables import MessageRow, TaskRow
from core.messages.words import Message, TaskState
from core.practice import find as practice
from core.store.types import AnySelect
from core.store.unit import Unit

MOST = 200
OPEN = (TaskState.OPEN, TaskState.TAKEN)


class Whose(StrEnum):
    """Whose work to list."""

    MINE = "mine"
    GROUPS = "groups"
    EVERYBODY = "everybody"
    ASKED = "asked"


def listing(unit: Unit, whose: Whose, limit: int = MOST) -> list[Message]:
    """Messages whose request is open, as far as the actor may see them (ix_task_state): late ones first, then by when
    they are due, then by age.
    """
    row = TaskRow
    ids = unit.db.scalars(
        _seen(unit, row.message_id)
        .where(row.practice_id == unit.practice_id, row.state.in_(OPEN), _whose(unit, whose))
        .order_by(row.due_at.is_(None), row.due_at, row.created_at)
        .limit(limit)
    ).all()
    found = {message.id: message for message in find.several(unit, list(ids))}
    return [found[one] for one in ids if one in found]


def waiting(unit: Unit) -> int:
    """How much waits for the actor: what they took or are asked for, and what nobody of their groups has taken."""
    row = TaskRow
    free = and_(row.state == TaskState.OPEN, _whose(unit, Whose.GROUPS))
    counted = _seen(unit, func.count()).where(
        row.practice_id == unit.practice_id, row.state.in_(OPEN), or_(_whose(unit, Whose.MINE), free)
    )
    return unit.db.scalar(counted) or 0


def _seen(unit: Unit, what: Any) -> AnySelect:
    """From requests that the actor may see and that were not taken back (uq_message_id)."""
    asking = and_(MessageRow.practice_id == TaskRow.practice_id, MessageRow.id == TaskRow.message_id)
    still = select(what).select_from(TaskRow).join(MessageRow, asking).where(MessageRow.deleted_at.is_(None))
    return sight.of_messages(still, unit.practice_id, unit.staff_id)


def _whose(unit: Unit, whose: Whose) -> ColumnElement[bool]:
    row, me = TaskRow, unit.staff_id
    match whose:
        case Whose.MINE:
            return or_(row.holder_id == me, and_(row.state == TaskState.OPEN, row.person_id == me))
        case Whose.GROUPS:
            return row.group_id.in_([group.id for group in practice.groups(unit) if me in group.members])
        case Whose.ASKED:
            return row.asked_by == me
        case Whose.EVERYBODY:
            return row.message_id.is_not(None)
