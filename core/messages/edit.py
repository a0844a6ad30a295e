"""Changing what was said among colleagues: edit, delete, react. What left the building cannot be edited (U30)."""

from uuid import UUID

from sqlalchemy import delete, update

from core.audit.trail import append
from core.errors import Forbidden, Invalid
from core.messages import find
from core.messages.body import Body, seal_body
from core.messages.post import LONGEST, changed
from core.messages.tables import MessageRow, Reaction
from core.messages.words import Kind, Message
from core.store.counting import upsert
from core.store.unit import Unit

MARKS = frozenset(["👍", "❤️", "😄", "🎉", "👀", "✅", "🙏", "😕"])


def edit(unit: Unit, message_id: UUID, text: str) -> Message:
    """Say one's own internal message differently. Raises NotFound, Forbidden, Invalid."""
    message = _own_internal(unit, message_id)
    if not text.strip():
        raise Invalid("text", "empty")
    if len(text) > LONGEST:
        raise Invalid("text", "too_long", limit=LONGEST, over=len(text) - LONGEST)
    body = seal_body(unit, message.id, message.conversation_id, message.patient_id, Body(text), own=False)
    _set(unit, message, body=body, edited_at=unit.now)
    append(unit, "message edited", message.id)
    return find.message(unit, message.id)


def remove(unit: Unit, message_id: UUID) -> Message:
    """Take back one's own internal message; that there was one stays visible. Raises NotFound, Forbidden."""
    message = _own_internal(unit, message_id)
    _set(unit, message, deleted_at=unit.now)
    append(unit, "message deleted", message.id)
    return find.message(unit, message.id)


def react(unit: Unit, message_id: UUID, mark: str, on: bool) -> Message:
    """Put a mark on a message, or take it off. Raises NotFound, Invalid."""
    if mark not in MARKS:
        raise Invalid("mark", "unknown")
    message = find.message(unit, message_id)
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


def _own_internal(unit: Unit, message_id: UUID) -> Message:
    message = find.message(unit, message_id)
    mine = message.author is not None and message.author.id == unit.staff_id
    if message.kind is not Kind.INTERNAL or not mine or message.deleted_at:
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
