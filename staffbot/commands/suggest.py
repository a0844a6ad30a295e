"""Completion: what can come next at the cursor (U33-U38)."""

import re
from textwrap import shorten
from typing import Any
from uuid import UUID

from core.compose import habit, template
from core.errors import LatchkeyError
from core.forms import find as forms
from core.forms.library.naming import plain
from core.practice import find as practice
from core.practice import plans
from core.practice.rights import may
from core.practice.words import PracticeCard
from core.store import Unit
from staffbot.commands import people
from staffbot.commands.grammar import Call, Command, all_commands, nearest

LIMIT = 8


def suggest(unit: Unit, text: str, cursor: int, conversation_id: UUID | None) -> dict[str, Any]:
    """What can come next in `text` at `cursor`: commands, people, forms or nothing; in words who gets it; and where in
    a `/sms` its words begin, for counting them (U41)."""
    found = _unsigned(unit, text[:cursor], conversation_id) or _next(unit, text[:cursor])
    return {**found, "goes": goes(unit, text, conversation_id), "begins": _begins(unit, text, conversation_id)}


def _next(unit: Unit, before: str) -> dict[str, Any]:
    if before.startswith("/") and not re.search(r"\s", before) and not before.startswith("//"):
        return _answer("command", 0, len(before), _commands(unit, before[1:]))
    command = _command_of(before)
    at = before.rfind("@")
    if at >= 0 and (at == 0 or before[at - 1].isspace()) and _still_a_name(before[at:]):
        takes = command.takes if command and command.takes else "staff"
        if command and command.name == "im" and "about @" in before[max(0, at - 6) : at + 1]:
            takes = "patients"
        elif command and command.then and "@" in before[:at]:
            takes = command.then
        found = people.matching(unit, before[at + 1 :], takes, LIMIT)
        if found or not (command and command.name == "form"):
            return _answer("person", at, len(before), [_person(one) for one in found])
    if command and command.name == "patient" and (start := _rest_starts(before)) is not None:
        found = people.matching(unit, before[start:], "patients", LIMIT) if before[start:] else []
        return _answer("person", start, len(before), [_person(one) for one in found])
    if command and command.name == "form" and (start := _form_starts(before)) is not None:
        return _answer("form", start, len(before), _forms(unit, before[start:]))
    if command and command.name == "template" and (start := _rest_starts(before)) is not None:
        return _answer("template", start, len(before), _templates(unit, before[start:]))
    return _answer("none", len(before), len(before), [])


def _unsigned(unit: Unit, before: str, conversation_id: UUID | None) -> dict[str, Any] | None:
    """Who may be meant by the first words of a command that wants somebody where nobody is implied: `/dm tes am`."""
    command, start = _command_of(before), _rest_starts(before)
    if command is None or start is None or not (command.takes == "patients" or command.leaves):
        return None
    typed = before[start:]
    if not typed.strip() or not _still_a_name(f"@{typed}") or people.implied(unit, conversation_id, command.takes):
        return None
    found = [] if "@" in typed else people.matching(unit, typed, command.takes, LIMIT)
    return _answer("person", start, len(before), [_person(one) for one in found]) if found else None


def goes(unit: Unit, text: str, conversation_id: UUID | None) -> str:
    """Who gets it, in words, for the line over the box (U39); empty for what is no command."""
    command = _command_of(text)
    if command is None:
        return ""
    if command.says is not None:
        return _said(unit, command, Call(text.partition(" ")[2].strip(), conversation_id))
    names = [name for person in _meant(unit, command, text, conversation_id) if (name := people.called(unit, person))]
    to = f" to {', '.join(names)}" if names else ""
    if command.previewed:
        return f"{command.leaves}{to} – you check it before it leaves the building"
    return f"Internal message{to} – stays with your team" if command.name == "im" else command.help


def _said(unit: Unit, command: Command, call: Call) -> str:
    """What a line will do, as its command says it; while it is unfinished, what the command is for."""
    try:
        return command.says(unit, call) if command.says else command.help
    except LatchkeyError:
        return command.help


def _meant(unit: Unit, command: Command, text: str, conversation_id: UUID | None) -> list[UUID]:
    """Whom the line would reach as it stands. Whoever is named, were it by hand, and nobody while the name fits none or
    several: the line never speaks of the person in front where somebody else would get it.
    """
    try:
        return people.meant(unit, text.partition(" ")[2].strip(), conversation_id, command.takes or "")[0]
    except LatchkeyError:
        return []


def _begins(unit: Unit, text: str, conversation_id: UUID | None) -> int | None:
    command = _command_of(text)
    if command is None or command.name != "sms":
        return None
    try:
        said = people.meant(unit, text.partition(" ")[2].strip(), conversation_id, command.takes)[1]
    except LatchkeyError:
        return None
    return text.rfind(said) if said else len(text)


def _commands(unit: Unit, typed: str) -> list[dict[str, Any]]:
    """Those that begin so, else the nearest: what the person uses most, then in the order of lists. Refused ones stand
    last and are explained, not hidden (U38).
    """
    card = practice.card(unit)
    known = all_commands()
    names = [name for name in known if name.startswith(typed.casefold())] or [n for n in (nearest(typed),) if n]
    used = habit.uses(unit)
    names.sort(key=lambda name: -used.get(name, 0))
    found = [_command(known[name], refused(known[name], card, unit)) for name in names]
    return sorted(found, key=lambda one: one["disabled"] is not None)


def refused(one: Command, card: PracticeCard, unit: Unit) -> str | None:
    """Why a command is not for the actor, in a few words; None when it is (U38)."""
    if one.leaves and (refusal := plans.refused(card, one.right, unit.now)):
        return "trial is over" if isinstance(refusal, plans.TrialOver) else "not on trial"
    return None if may(unit.actor.role, one.right) else "not for your role"


def _command(one: Command, disabled: str | None) -> dict[str, Any]:
    return {
        "insert": f"/{one.name} ",
        "label": one.shape,
        "detail": one.help,
        "help": one.examples[0],
        "id": None,
        "disabled": disabled,
        "alone": one.alone,
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
        if any(word.startswith(plain(typed)) for word in card.words) or typed.casefold() in card.title.casefold()
    ][:LIMIT]


def _templates(unit: Unit, typed: str) -> list[dict[str, Any]]:
    return [
        {
            "insert": f"{one.name} ",
            "label": one.name,
            "detail": shorten(one.text, 60, placeholder=" …"),
            "help": "",
            "id": None,
            "disabled": None,
        }
        for one in template.listing(unit)
        if typed.casefold() in one.name
    ][:LIMIT]


def _command_of(before: str) -> Command | None:
    name = before[1:].split(" ", 1)[0].casefold() if before.startswith("/") else ""
    return all_commands().get(name)


def _still_a_name(typed: str) -> bool:
    """From the `@` on: a name is at most three words long while it is typed, on one line, and not bound yet."""
    return "\n" not in typed and len(typed.split(" ")) <= 3 and not people.BY_ID.match(typed)


def _rest_starts(before: str) -> int | None:
    """Where what follows the command's name begins."""
    return before.index(" ") + 1 if " " in before else None


def _form_starts(before: str) -> int | None:
    """Where the form's key begins: the last word, once somebody is named or implied."""
    return before.rfind(" ") + 1 if " " in before else None


def _answer(kind: str, start: int, end: int, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": kind, "from": start, "to": end, "items": items}
