"""People in a text: bound by their ids while it is typed, written as their names when it is said (U36)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.compose import scratch
from core.errors import NotFound
from core.messages.whom import mentioned
from core.practice import find as practice
from core.store import Unit
from staffbot import shapes
from staffbot.commands.people import BY_ID, called


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text with names instead of ids, and the colleagues it names."""

    text: str
    named: frozenset[UUID]


def spoken(unit: Unit, text: str) -> Spoken:
    """A typed text as it is said. Who is bound by id is named for certain; other names count as they are written."""
    bound = {UUID(found[1]) for found in BY_ID.finditer(text)}
    if not bound:
        return Spoken(text, frozenset(mentioned(unit, text)))
    names = names_in(unit, text)
    said = BY_ID.sub(lambda found: f"@{names.get(found[1].lower(), '?')} ", text).strip()
    named = {staff_id for one in bound for staff_id in _people_of(unit, one)}
    return Spoken(said, frozenset(named | mentioned(unit, BY_ID.sub(" ", text))))


def names_in(unit: Unit, text: str) -> dict[str, str]:
    """The names of everyone a text binds by id."""
    ids = {found[1].lower() for found in BY_ID.finditer(text)}
    return {one: name for one in ids if (name := called(unit, UUID(one)))}


def typed(unit: Unit, conversation_id: UUID) -> dict[str, Any]:
    """What a person has half-typed in a conversation, as their devices show it."""
    kept = scratch.kept(unit, conversation_id)
    return {
        "text": kept.text,
        "names": names_in(unit, kept.text),
        "attachments": [shapes.attachment(one) for one in kept.attachments],
    }


def _people_of(unit: Unit, someone: UUID) -> set[UUID]:
    """A colleague, or everyone of a group; nobody for a patient."""
    try:
        return set(practice.group(unit, someone).members)
    except NotFound:
        return {one.id for one in practice.staff(unit) if one.id == someone}
