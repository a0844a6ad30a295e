"""Open work as rows, for the page and for the script that keeps it up to date (U58)."""

from typing import Any

from core import calendar
from core.messages import find, work
from core.messages.words import Conversation, Message
from core.messages.work import Whose
from core.store import Unit
from staffbot import shapes

BLANK: dict[str, Any] = {  # the row that scripts clone is the very row that pages are made of
    "id": "", "conversation": "", "title": "", "text": "", "pieces": None, "age": "", "quoted": None, "held": False,
    "free": True,
    "task": {"state": "open", "words": "", "asked_by": {"name": ""}, "to": {"id": ""}, "due_at": "", "late": True},
}  # fmt: skip


def rows(unit: Unit, whose: Whose) -> list[dict[str, Any]]:
    """What is open, what is due first on top."""
    found = work.listing(unit, whose)
    threads = find.seen(unit, {one.conversation_id for one in found})
    return [_row(unit, one, threads[one.conversation_id]) for one in found]


def _row(unit: Unit, message: Message, thread: Conversation) -> dict[str, Any]:
    """A message that asks for something: whose conversation it is, how old, what the actor may do about it."""
    task = message.task
    return {
        **shapes.message(message),
        "title": thread.title,
        "age": calendar.ago(task.created_at, unit.now) if task else "",
        "held": task is not None and task.holder is not None and task.holder.id == unit.staff_id,
        "free": task is not None and (not task.held_by or unit.staff_id in task.held_by),
    }
