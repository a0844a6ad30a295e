"""Undo: while a message is held, it is taken out of the outbox and its draft comes back (U51)."""

from uuid import UUID

from core.audit.trail import append
from core.compose import draft as drafts
from core.compose.words import Draft, TooLate
from core.delivery import find as deliveries
from core.delivery import outbox
from core.delivery.words import Status
from core.errors import Forbidden
from core.messages import find
from core.messages.edit import call_back
from core.release.link import drop
from core.store.unit import Unit


def undo(unit: Unit, message_id: UUID) -> Draft | None:
    """Call one's own message back before it left; its draft again. Raises NotFound, Forbidden, TooLate."""
    message = find.message(unit, message_id)
    if message.author is None or message.author.id != unit.staff_id:
        raise Forbidden("undo this message", unit.actor.role)
    if message.deleted_at is not None:
        return drafts.reopen(unit, message_id)  # called back already: asked again after an answer that was lost
    waiting = deliveries.of_messages(unit, [message_id]).get(message_id, ())
    if not waiting or any(found.status is not Status.QUEUED for found in waiting):
        raise TooLate
    for found in waiting:
        if not outbox.cancel(unit, found.id):
            raise TooLate
    drop(unit, message_id)
    call_back(unit, message)
    append(unit, "message undone", message_id)
    return drafts.reopen(unit, message_id)
