"""`/remind`"""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import calendar
from core.compose import when
from core.errors import Invalid, NotFound
from core.forms.waiting.reminding import remind_by_hand
from core.messages import find, reminders
from core.patients import find as patients
from core.practice import find as practice
from core.practice.rights import require
from core.practice.words import Right
from core.release.link import link_of
from core.store import Unit
from staffbot.commands.addressed import another_colleague
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import called, one
from staffbot.commands.released import newest

ME = re.compile(r"me\b\s*", re.IGNORECASE)
ABOUT = re.compile(r"(?:about\s+)?(?=@)", re.IGNORECASE)
ENDS = (".", "!", "?", "…")
TO = re.compile(r"\Ato\s+", re.IGNORECASE)  # `remind me to call the lab in 2 hours`


@dataclass(frozen=True, slots=True)
class Meant:
    """What a line says: whom to remind, about which patient, when, of what.

    Without a time a patient is meant, who is to be reminded of the message that waits for them.
    """

    to: UUID
    patient_id: UUID | None
    at: datetime | None
    text: str


def read(unit: Unit, call: Call) -> Meant:
    """The line as it is meant; in a patient's conversation it is about them. Raises Invalid, Ambiguous, NoOneFits,
    NotThen.
    """
    to, rest, named = unit.staff_id, call.rest, False
    patient = find.conversation(unit, call.conversation_id).patient_id if call.conversation_id else None
    if found := ME.match(rest):
        rest = rest[found.end() :]
    elif rest.startswith("@"):
        person, rest = one(unit, rest, "anyone")
        if _is_patient(unit, person):
            patient, named = person, True
        elif word := another_colleague(unit, call.rest, rest, [person]):
            raise Invalid("recipients", "one_reminded", typed=word)
        else:
            to = person
    if not named and (found := ABOUT.match(rest)):
        patient, rest = one(unit, rest[found.end() :], "patients")
    if not rest.strip():
        if not named:
            raise Invalid("reminder", "when")
        return Meant(to, patient, None, "")
    zone = practice.card(unit).time_zone
    rest = TO.sub("", rest.strip(), count=1)
    said = when.loosely(rest, unit.now, zone) or when.at_the_end(rest, unit.now, zone)
    if said is None:
        raise Invalid("reminder", "when")
    when.check(said.at, unit.now, zone, quiet=False)
    what = TO.sub("", said.rest.strip(), count=1)
    if not what:
        raise Invalid("reminder", "empty")
    return Meant(to, patient, said.at, what)


def says(unit: Unit, call: Call) -> str:
    """The line over the box: who is reminded, about whom, when."""
    meant = read(unit, call)
    if meant.at is None:
        return f"Email to {_patient(unit, meant)} with a new link – it leaves the building at once"
    return f"{_reminds(unit, meant)} – stays with your team"


@command(
    "/remind [me|@person|@patient] [when what]",
    right=Right.CHAT,
    takes="anyone",
    says=says,
    examples=(
        "/remind me in 2 hours call the lab",
        "/remind @Ben Example friday bring the forms",
        "/remind @Amara Testwell tomorrow 9am ring her back",
        "/remind @Amara Testwell",
    ),
)
def remind(unit: Unit, call: Call) -> Done:
    """Remind yourself or a colleague at a time; with a patient alone, email them that a message waits."""
    meant = read(unit, call)
    if meant.at is None and meant.patient_id is not None:
        return _of_what_waits(unit, meant.patient_id)
    if meant.at is None:
        raise Invalid("reminder", "when")
    reminders.remind_at(unit, meant.to, meant.at, meant.text, patient_id=meant.patient_id, client_id=call.client_id)
    said = _reminds(unit, meant)
    return Done(f"{said}{'' if said.endswith(ENDS) else '.'} Planned shows it, and calls it off.")


def _of_what_waits(unit: Unit, patient_id: UUID) -> Done:
    """By email, once a message, as the worker would after three days."""
    require(unit, Right.SEND_DIRECT)
    name = called(unit, patient_id)
    if remind_by_hand(unit, link_of(unit, newest(unit, [patient_id]))):
        return Done(f"An email with a new link is on its way to {name}. The old link has ended.")
    return Done(f"{name} has read or sent it, or was reminded before. Nothing was sent.")


def _reminds(unit: Unit, meant: Meant) -> str:
    whom = "you" if meant.to == unit.staff_id else called(unit, meant.to)
    about = f" about {_patient(unit, meant)}" if meant.patient_id else ""
    at = calendar.at(meant.at, practice.card(unit).time_zone) if meant.at else ""
    return f"Reminds {whom}{about} {at}: {meant.text}"


def _patient(unit: Unit, meant: Meant) -> str:
    return called(unit, meant.patient_id) if meant.patient_id else ""


def _is_patient(unit: Unit, person: UUID) -> bool:
    try:
        patients.patient(unit, person)
    except NotFound:
        return False
    return True
