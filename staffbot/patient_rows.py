"""A patient's messages as rows of a list: on the Messages tab, printed, and the newest on the summary (U59, U60)."""

from typing import Any
from uuid import UUID

from core.forms import thread
from core.messages import find as messages
from core.messages.words import Message, Reader
from core.store import Unit
from staffbot import shapes, thread_words


def rows(unit: Unit, patient_id: UUID, found: list[Message]) -> list[dict[str, Any]]:
    """These messages, each with its status in words."""
    conversation = messages.patient_thread(unit, patient_id)
    readers = messages.readers(unit, conversation) if conversation and found else []
    return [_row(one, readers) for one in found]


def newest(unit: Unit, patient_id: UUID, many: int) -> list[dict[str, Any]]:
    """The last so many, newest first."""
    return rows(unit, patient_id, thread.page(unit, patient_id, thread.Sought(), limit=many))


def _row(found: Message, readers: list[Reader]) -> dict[str, Any]:
    """A message as a list shows it; `to`: where it went, masked."""
    row = shapes.message(found)
    status = row["status"] or {"code": "", "words": thread_words.here(found, readers)}
    return {**row, "status": status, "to": sorted({one.to for one in found.deliveries})}
