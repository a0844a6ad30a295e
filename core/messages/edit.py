"""Changing what was said among colleagues: edit, delete, react. What left the building cannot be edited (U30)."""

from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from core.audit.trail import append
from core.errors import Forbidden, Invalid, NotFound
from core.messages import find, indexing
from core.messages.blank import is_blank
from core.messages.body import Body, open_before, seal_before, seal_body
from core.messages.post import LONGEST, changed
from core.messages.tables import FileRow, MessageBefore, MessageRow, Reaction
from core.messages.words import Before, Kind, Message
from core.practice.rights import require
from core.practice.words import Right
from core.store.counting import upsert
from core.store.unit import Unit

MARKS = frozenset(["👍", "❤️", "😄", "🎉", "👀", "✅", "🙏", "😕"])


def edit(unit: Unit, message_id: UUID, text: str) -> Message:
    """Say one's own internal message differently. Raises NotFound, Forbidden, Invalid."""
    message = _own_internal(unit, message_id)
    if message.deleted_at:
        raise NotFound("message")
    if is_blank(text):
        raise Invalid("text", "empty")
    if len(text) > LONGEST:
        raise Invalid("text", "too_long", limit=LONGEST, over=len(text) - LONGEST)
    _keep(unit, message)
    body = seal_body(unit, message.id, message.conversation_id, message.patient_id, Body(text), own=False)
    _set(unit, message, body=body, edited_at=unit.now)
    indexing.change(unit, message.id, message.kind, Body(message.text, message.subject), Body(text))
    append(unit, "message edited", message.id)
    return find.message(unit, message.id)


def remove(unit: Unit, message_id: UUID) -> Message:
    """Take back one's own internal message; that there was one stays visible. Twice is once.

    Raises NotFound, Forbidden.
    """
    message = _own_internal(unit, message_id)
    if message.deleted_at:
        return message
    _keep(unit, message)
    _set(unit, message, deleted_at=unit.now)
    indexing.change(unit, message.id, message.kind, Body(message.text, message.subject), Body(""))
    append(unit, "message deleted", message.id)
    return find.message(unit, message.id)


def react(unit: Unit, message_id: UUID, mark: str, on: bool) -> Message:
    """Put a mark on a message, or take it off. Raises NotFound, Invalid."""
    if mark not in MARKS:
        raise Invalid("mark", "unknown")
    message = find.message(unit, message_id)
    if message.deleted_at:
        raise NotFound("message")
    row = {"practice_id": unit.practice_id, "message_id": message_id, "staff_id": unit.staff_id, "mark": mark}
    if on:
        unit.db.execute(upsert(unit.db, Reaction).values(row).on_conflict_do_nothing())
    else:
        unit.db.execute(
            delete(Reaction).where(
                Reaction.practice_id == unit.practice_id,
                Reaction.message_id == message_id,
                Reaction.staff_id == unit.staff_id,
                Reaction.mark == mark,
            )
        )
    changed(unit, message)
    return find.message(unit, message_id)


def call_back(unit: Unit, message: Message) -> None:
    """It never left: it says nothing any more, also not to a search, and its files can go with another message."""
    unit.db.execute(
        update(FileRow)
        .where(FileRow.practice_id == unit.practice_id, FileRow.message_id == message.id)
        .values(message_id=None)
    )
    said = Body(message.text, message.subject, message.form, message.whole, message.by_proxy)
    indexing.change(unit, message.id, message.kind, said, Body(""))
    _set(unit, message, deleted_at=unit.now)


def before(unit: Unit, message_id: UUID) -> tuple[Before, ...]:
    """What an internal message said before it was edited or taken back, oldest first; looking is audited (U30).

    Raises NotFound, Forbidden.
    """
    require(unit, Right.SEE_HISTORY)
    message = find.message(unit, message_id)
    rows = unit.db.execute(
        select(MessageBefore.number, MessageBefore.body, MessageBefore.until)
        .where(MessageBefore.practice_id == unit.practice_id, MessageBefore.message_id == message_id)
        .order_by(MessageBefore.number)
    )
    said = tuple(Before(open_before(unit, message, row.number, row.body), row.until) for row in rows)
    if said:
        append(unit, "message history seen", message_id)
    return said


def _keep(unit: Unit, message: Message) -> None:
    """Put what a message says now beside what it said before."""
    mine = (MessageBefore.practice_id == unit.practice_id, MessageBefore.message_id == message.id)
    number = (unit.db.scalar(select(func.max(MessageBefore.number)).where(*mine)) or 0) + 1
    unit.db.execute(
        insert(MessageBefore).values(
            practice_id=unit.practice_id,
            message_id=message.id,
            number=number,
            body=seal_before(unit, message, number),
            until=unit.now,
        )
    )


def _own_internal(unit: Unit, message_id: UUID) -> Message:
    message = find.message(unit, message_id)
    mine = message.author is not None and message.author.id == unit.staff_id
    if message.kind is not Kind.INTERNAL or not mine:
        raise Forbidden("change this message", unit.actor.role)
    return message


def _set(unit: Unit, message: Message, **values: object) -> None:
    unit.db.execute(
        update(MessageRow)
        .where(
            MessageRow.practice_id == unit.practice_id,
            MessageRow.conversation_id == message.conversation_id,
            MessageRow.seq == message.seq,
        )
        .values(**values)
    )
    changed(unit, message)
