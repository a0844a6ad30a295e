"""What waits with a patient, by its own name: a form is called by its title, never a Direct Message (F79)."""

from uuid import UUID

from core.calendar import day
from core.forms.waiting.outstanding import Outstanding
from core.messages import find as messages
from core.store import Unit
from staffbot import wording


def name(unit: Unit, message_id: UUID) -> str:
    """A message as one speaks of it: the titles of its forms, or its kind."""
    found = messages.message(unit, message_id)
    return str(found.form["title"]) if found.form else wording.KINDS[found.kind.value]


def how_far(form: Outstanding, zone: str) -> str:
    """How far a form is that was not sent."""
    return f"begun {day(form.started_at, zone)}, not sent" if form.started_at else "not answered yet"
