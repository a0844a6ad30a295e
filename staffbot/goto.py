"""Where one can go from anywhere: people, groups, patients, pages and commands in one list (U21)."""

from typing import Any

from core.patients.directory import begins, words
from core.practice.rights import may
from core.store import Unit
from staffbot.commands import people
from staffbot.commands.grammar import all_commands

MOST = 12
PAGES = (
    ("Patients", "/patients"),
    ("Work", "/work"),
    ("Search", "/search"),
    ("Forms", "/forms"),
    ("Credits", "/credits"),
    ("Notifications", "/notifications"),
    ("What you can type", "/manual"),
)


def places(unit: Unit, typed: str) -> list[dict[str, Any]]:
    """What fits what was typed so far, people first; a slash asks for commands only."""
    if typed.startswith("/"):
        return _commands(unit, typed[1:])[:MOST]
    if not words(typed):
        return []
    found = [_person(one) for one in people.matching(unit, typed, "anyone", MOST)]
    return [*found, *_pages(typed), *_commands(unit, typed)][:MOST]


def _person(one: people.Candidate) -> dict[str, Any]:
    return {"kind": one.kind, "label": one.name, "detail": one.detail, "open": {one.kind: str(one.id)}}


def _pages(typed: str) -> list[dict[str, Any]]:
    return [
        {"kind": "page", "label": name, "detail": "Page", "href": href}
        for name, href in PAGES
        if begins(words(typed), words(name))
    ]


def _commands(unit: Unit, typed: str) -> list[dict[str, Any]]:
    return [
        {"kind": "command", "label": one.shape, "detail": one.help, "insert": f"/{name} "}
        for name, one in all_commands().items()
        if name.startswith(typed.casefold()) and may(unit.actor.role, one.right)
    ]
