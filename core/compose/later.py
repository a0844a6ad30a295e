"""Offering to send at the time that a text begins with; somebody decides whether it is meant (U45)."""

from uuid import UUID

from core.compose import when
from core.compose.words import Command, Later
from core.errors import Invalid, NotFound
from core.patients import find as patients
from core.practice import find as practice
from core.store.unit import Unit


def offer(unit: Unit, command: Command, people: list[UUID], text: str, subject: str = "") -> Later | None:
    """The time that a text (of an e-mail: its subject) begins with, or the next possible one; None for mere words.

    Raises Invalid("when", "unreal") where a time was meant that there is not: it would leave at once.
    """
    zone = practice.card(unit).time_zone
    said = when.read(subject or text, unit.now, zone)
    if said is None and (typed := when.unreal(subject or text, unit.now, zone)):
        raise Invalid("when", "unreal", typed=typed)
    if said is None or not said.rest.strip():
        return None
    at = when.possible(said.at, unit.now, zone, quiet=command is Command.SMS and _rings_a_patient(unit, people))
    kept = None if at == said.at else said.at
    return Later(at, zone, text, said.rest, kept) if subject else Later(at, zone, said.rest, "", kept)


def _rings_a_patient(unit: Unit, people: list[UUID]) -> bool:
    for person in people:
        try:
            patients.patient(unit, person)
        except NotFound:
            continue
        return True
    return False
