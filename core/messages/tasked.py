"""What messages ask for, beside their words: one query a page, and names only where something is asked."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, select

from core.messages.tables import TaskRow
from core.messages.words import Author, Task, TaskState
from core.practice import find as practice
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

COLUMNS = (
    TaskRow.message_id,
    TaskRow.asked_by,
    TaskRow.person_id,
    TaskRow.group_id,
    TaskRow.state,
    TaskRow.holder_id,
    TaskRow.created_at,
    TaskRow.changed_at,
    TaskRow.due_at,
)
_OF_MESSAGES = Prepared(
    select(*COLUMNS).where(TaskRow.practice_id == bindparam("practice"), TaskRow.message_id.in_(bindparam("messages")))
)


def of_messages(unit: Unit, message_ids: Sequence[UUID]) -> dict[UUID, Task]:
    """The requests that these messages make (primary key)."""
    if not message_ids:
        return {}
    rows = _OF_MESSAGES.rows(unit.db, {"practice": unit.practice_id, "messages": message_ids})
    if not rows:
        return {}
    names = practice.names(unit, {one for row in rows for one in (row.asked_by, row.person_id, row.holder_id)})
    groups = {group.id: group.name for group in practice.groups(unit)} if any(row.group_id for row in rows) else {}
    return {row.message_id: _task(unit, row, {**groups, **names}) for row in rows}


def _task(unit: Unit, row: AnyRow, names: Mapping[UUID, str]) -> Task:
    state = TaskState(row.state)
    to = row.person_id or row.group_id
    return Task(
        state=state,
        asked_by=Author(row.asked_by, names.get(row.asked_by, "")),
        to=Author(to, names.get(to, "")),
        holder=Author(row.holder_id, names.get(row.holder_id, "")) if row.holder_id else None,
        created_at=row.created_at,
        changed_at=row.changed_at,
        due_at=row.due_at,
        late=row.due_at is not None and row.due_at < unit.now and not state.ended,
    )
