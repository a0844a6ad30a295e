"""`/status`"""

from typing import Any

from core.calendar import day, moment
from core.compose import scheduled
from core.compose.words import Planned
from core.delivery import find as deliveries
from core.forms.waiting.outstanding import Outstanding, outstanding
from core.messages import find as messages
from core.patients import find as patients
from core.practice import find as practice
from core.practice.words import Right
from core.release import find as releases
from core.store import Unit
from staffbot import delivery_words, waiting, wording
from staffbot.commands.addressed import named, nothing_more
from staffbot.commands.grammar import Call, Done, command


@command(
    "/status [@patient]", right=Right.SEE_PATIENTS, takes="patients", examples=("/status", "/status @Amara Testwell")
)
def status(unit: Unit, call: Call) -> Done:
    """List what is planned, what is not opened or answered yet and what could not be delivered."""
    people, more = named(unit, call, "patients")
    nothing_more("status", more, people)
    wanted = people[0] if people else None
    items = [_item(_planned(unit, one), f"/scheduled#p-{one.id}") for one in scheduled.listing(unit, wanted)]
    forms = outstanding(unit, wanted)
    asked = {one.message_id for one in forms}
    unopened = [row for row in releases.waiting(unit, patient_id=wanted) if row.message_id not in asked]
    items += [_item(_waiting(unit, row), f"/messages/{row.message_id}") for row in unopened]
    for one in sorted(forms, key=lambda one: one.title.casefold()):
        items.append(_item(_unanswered(unit, one), f"/messages/{one.message_id}"))
    failed = [(row, _failed(unit, row, wanted)) for row in deliveries.unsettled(unit)]
    items += [_item(said, f"/messages/{row.message_id}#can") for row, said in failed if said]
    said = "\n".join(one["text"] for one in items)
    return Done(said or "Nothing waits: all was opened and delivered.", items=tuple(items))


def _item(text: str, href: str) -> dict[str, Any]:
    """A line that leads to where one sees what is stuck, and what can be done about it."""
    return {"text": text, "href": href}


def _planned(unit: Unit, one: Planned) -> str:
    what = f"{one.name}: {wording.KINDS[one.command.value]} planned for"
    return f"{what} {moment(one.at, practice.card(unit).time_zone)}{', held: its author left' if one.held else ''}"


def _waiting(unit: Unit, row: Any) -> str:
    name = patients.patient(unit, row.patient_id).name
    return f"{name}: {waiting.of(unit, row.message_id)}, not opened yet"


def _unanswered(unit: Unit, one: Outstanding) -> str:
    zone, name = practice.card(unit).time_zone, patients.patient(unit, one.patient_id).name
    sent, until = day(one.sent_at, zone), day(one.until, zone)
    return f"{one.title}: {name}, sent {sent}, {waiting.how_far(one, zone)}; until {until}"


def _failed(unit: Unit, row: Any, wanted: object) -> str:
    message = messages.message(unit, row.message_id)
    if message.patient_id is None or (wanted and message.patient_id != wanted):
        return ""
    name = patients.patient(unit, message.patient_id).name
    why = delivery_words.why(row.channel, row.status, row.reason)
    said = f"{name}: {waiting.name(unit, message.id)}, {delivery_words.STATUS[row.status].casefold()}"
    return f"{said}: {why}" if why else said
