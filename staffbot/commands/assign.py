"""`/assign`"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import calendar
from core.compose import due
from core.errors import Invalid
from core.messages import find, tasks
from core.practice import find as practice
from core.practice import hours
from core.practice.words import Right
from core.store import Unit
from staffbot.away_words import notes
from staffbot.commands.addressed import another_colleague
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import called, one

ABOUT = re.compile(r"(?:about\s+)?(?=@)", re.IGNORECASE)
OTHERS = re.compile(r"(?:[,;&+]|(?:and|und)\b)\s*@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a line asks for, of whom, about which patient and message, until when."""

    to: UUID
    patient_id: UUID | None
    about: UUID | None
    text: str
    due_at: datetime | None


def read(unit: Unit, call: Call) -> Asked:
    """The line as it is meant. In a patient's conversation the patient is implied, and without words their newest
    message. Raises Invalid, Ambiguous, NoOneFits.
    """
    if not call.rest.startswith("@"):
        raise Invalid("recipients", "none")
    to, rest = one(unit, call.rest, "staff")
    if OTHERS.match(rest) or another_colleague(unit, call.rest, rest, [to]):
        raise Invalid("recipients", "one_asked")
    thread = find.conversation(unit, call.conversation_id) if call.conversation_id else None
    patient = thread.patient_id if thread else None
    if found := ABOUT.match(rest):
        patient, rest = one(unit, rest[found.end() :], "patients")
    card = practice.card(unit)
    evening = (hours.read(card.hours) or hours.Hours()).closes
    due_at, text = due.read(rest.strip(), unit.now, card.time_zone, evening)
    about = None
    if thread and thread.patient_id == patient:
        about = call.reply_to or (find.newest_inbound(unit, thread.id) if patient else None)
    if not text and not about and not call.attachments:
        raise Invalid("task", "empty")
    return Asked(to, patient, about, text or tasks.SEE_TO_IT, due_at)


def says(unit: Unit, call: Call) -> str:
    """The line over the box: of whom, about whom, until when."""
    asked = read(unit, call)
    return f"{_asks(unit, asked)} – stays with your team. {notes(unit, asked.to)}".strip()


@command(
    "/assign @colleague-or-group [@patient] what [due when]",
    right=Right.CHAT,
    takes="staff",
    then="patients",
    says=says,
    examples=(
        "/assign @virtual-admin please book a follow-up due friday",
        "/assign @Ben Example @Amara Testwell ring her about the letter",
    ),
)
def assign(unit: Unit, call: Call) -> Done:
    """Ask a colleague or a group for something that is then taken and done; it never leaves the practice."""
    asked = read(unit, call)
    message = tasks.ask(
        unit,
        asked.to,
        asked.text,
        patient_id=asked.patient_id,
        about=asked.about,
        due_at=asked.due_at,
        client_id=call.client_id,
        attachments=call.attachments,
    )
    return Done(f"{_asks(unit, asked)}.", message=message, note=notes(unit, asked.to))


def _asks(unit: Unit, asked: Asked) -> str:
    about = f" about {called(unit, asked.patient_id)}" if asked.patient_id else ""
    until = f", due {calendar.at(asked.due_at, practice.card(unit).time_zone)}" if asked.due_at else ""
    return f"Request to {called(unit, asked.to)}{about}{until}"
