"""What waits with a patient, by its own name: a form is called by its title, never a Direct Message (F79)."""

from operator import itemgetter
from typing import Any
from uuid import UUID

from core.calendar import day
from core.forms.waiting.outstanding import Outstanding, outstanding
from core.messages import find as messages
from core.practice import find as practice
from core.release import find as releases
from core.store import Unit
from staffbot import wording


def name(unit: Unit, message_id: UUID) -> str:
    """A message as one speaks of it: the titles of its forms, or its kind."""
    found = messages.message(unit, message_id)
    return str(found.form["title"]) if found.form else wording.KINDS[found.kind.value]


def of(unit: Unit, message_id: UUID) -> str:
    """A message told from others: `Direct Message of Monday 30 November`."""
    sent = messages.message(unit, message_id).created_at
    return f"{name(unit, message_id)} of {day(sent, practice.card(unit).time_zone)}"


def how_far(form: Outstanding, zone: str) -> str:
    """How far a form is that was not sent."""
    return f"begun {day(form.started_at, zone)}, not sent" if form.started_at else "not answered yet"


def listing(unit: Unit, patient_id: UUID) -> list[dict[str, Any]]:
    """What was sent and not opened, and each form that was not sent back, oldest first."""
    zone, forms = practice.card(unit).time_zone, outstanding(unit, patient_id)
    asked = {one.message_id for one in forms}
    found = [
        {"message": one.message_id, "name": one.title, "sent": one.sent_at, "how_far": how_far(one, zone)}
        for one in forms
    ]
    for row in releases.waiting(unit, patient_id=patient_id):
        if row.message_id not in asked:
            called = name(unit, row.message_id)
            found.append(
                {"message": row.message_id, "name": called, "sent": row.created_at, "how_far": "not opened yet"}
            )
    return sorted(found, key=itemgetter("sent"))
