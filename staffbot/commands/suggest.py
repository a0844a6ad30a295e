"""Completion: what can come next at the cursor (U33-U38)."""

from typing import Any
from uuid import UUID

from core.forms import find as forms
from core.practice import find as practice
from core.practice.rights import may
from core.practice.words import Plan
from core.store import Unit
from staffbot.commands import people
from staffbot.commands.grammar import Command, all_commands, nearest

LIMIT = 8


def suggest(unit: Unit, text: str, cursor: int, conversation_id: UUID | None) -> dict[str, Any]:
    """What can come next in `text` at `cursor`: commands, people, forms or nothing."""
    before = text[:cursor]
    if before.startswith("/") and " " not in before and not before.startswith("//"):
        return _answer("command", 0, cursor, _commands(unit, before[1:]))
    command = _command_of(before)
    at = before.rfind("@")
    if at >= 0 and (at == 0 or before[at - 1].isspace()) and _still_a_name(before[at + 1 :]):
        takes = command.takes if command and command.takes else "staff"
        if command and command.name == "im" and "about @" in before[max(0, at - 6) : at + 1]:
            takes = "patients"
        found = people.matching(unit, before[at + 1 :], takes, LIMIT)
        if found or not (command and command.name == "form"):
            return _answer("person", at, cursor, [_person(one) for one in found])
    if command and command.name == "form" and (start := _form_starts(before)) is not None:
        return _answer("form", start, cursor, _forms(unit, before[start:]))
    return _answer("none", cursor, cursor, [])


def _commands(unit: Unit, typed: str) -> list[dict[str, Any]]:
    """Those that begin so, then the nearest; refused ones are listed and explained, not hidden (U38)."""
    trial = practice.card(unit).plan is Plan.TRIAL
    known = all_commands()
    names = [name for name in known if name.startswith(typed.casefold())] or [n for n in (nearest(typed),) if n]
    found = [_command(known[name], trial, unit.actor.role) for name in names]
    return sorted(found, key=lambda one: one["disabled"] is not None)


def _command(one: Command, trial: bool, role: str) -> dict[str, Any]:
    disabled = "not on trial" if trial and one.not_on_trial else None if may(role, one.right) else "not for your role"
    return {
        "insert": f"/{one.name} ",
        "label": one.shape,
        "detail": one.help,
        "help": one.examples[0],
        "id": None,
        "disabled": disabled,
    }


def _person(one: people.Candidate) -> dict[str, Any]:
    return {
        "insert": f"@{one.name} ",
        "label": one.name,
        "detail": one.detail,
        "help": one.kind,
        "id": str(one.id),
        "disabled": None,
    }


def _forms(unit: Unit, typed: str) -> list[dict[str, Any]]:
    return [
        {
            "insert": f"{card.key} ",
            "label": card.key,
            "detail": card.title,
            "help": f"{card.questions} questions, about {card.minutes} minutes",
            "id": None,
            "disabled": None,
        }
        for card in forms.listing(unit)
        if card.key.startswith(typed.casefold()) or typed.casefold() in card.title.casefold()
    ][:LIMIT]


def _command_of(before: str) -> Command | None:
    name = before[1:].split(" ", 1)[0].casefold() if before.startswith("/") else ""
    return all_commands().get(name)


def _still_a_name(typed: str) -> bool:
    """A name is at most three words long while it is typed, on one line."""
    return "\n" not in typed and len(typed.split(" ")) <= 3


def _form_starts(before: str) -> int | None:
    """Where the form's key begins: the last word, once somebody is named or implied."""
    return before.rfind(" ") + 1 if before.count(" ") >= 1 else None


def _answer(kind: str, start: int, end: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": kind, "from": start, "to": end, "items": items}
