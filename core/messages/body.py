"""What a message says, sealed: subject, text and a form's answers as one JSON value (security decision 4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from core.messages.words import Message
from core.seal.keyring import Erased
from core.store.sealing import Place
from core.store.unit import Unit

ERASED = "This message was erased."


@dataclass(frozen=True, slots=True)
class Body:
    """The words of a message."""

    text: str
    subject: str = ""
    form: dict[str, Any] | None = None
    whole: str = ""
    by_proxy: bool = False


def seal_body(
    unit: Unit, message_id: UUID, conversation_id: UUID, patient_id: UUID | None, body: Body, own: bool
) -> bytes:
    """Seal under the conversation's key of this month, or under a key of its own (Direct Messages, form answers)."""
    plain = orjson.dumps({"t": body.text, "s": body.subject, "f": body.form, "w": body.whole, "p": body.by_proxy})
    scope = None if own else month_scope(conversation_id, unit.now)
    return unit.seals.seal(plain, _place(message_id, patient_id), scope=scope)


def open_body(unit: Unit, message_id: UUID, patient_id: UUID | None, sealed: bytes) -> Body:
    """The words again; of a shredded message only the fact that there was one."""
    try:
        said = orjson.loads(unit.seals.open(sealed, _place(message_id, patient_id)))
    except Erased:
        return Body(ERASED)
    return Body(said["t"], said["s"], said["f"], said.get("w", ""), said.get("p", False))


def seal_before(unit: Unit, message: Message, number: int) -> bytes:
    """Seal what an internal message says now as its version `number`."""
    scope = month_scope(message.conversation_id, unit.now)
    return unit.seals.seal(message.text.encode(), _before(message, number), scope=scope)


def open_before(unit: Unit, message: Message, number: int, sealed: bytes) -> str:
    """A version's words again."""
    try:
        return unit.seals.open(sealed, _before(message, number)).decode()
    except Erased:
        return ERASED


def month_scope(conversation_id: UUID, at: datetime) -> str:
    """One data key a conversation and calendar month: one seal a message, and retention shreds by month."""
    return f"conversation:{conversation_id}:{at:%Y-%m}"


def _before(message: Message, number: int) -> Place:
    return Place("message_before", message.id, "body", message.patient_id, part=str(number))


def _place(message_id: UUID, patient_id: UUID | None) -> Place:
    return Place("message", message_id, "body", patient_id)
