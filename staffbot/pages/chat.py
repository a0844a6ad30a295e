"""The chat: the list and the newest messages as HTML, readable before any script has run (U10-U12)."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template

from core.calendar import birthday
from core.compose import scratch
from core.delivery import segments
from core.errors import NotFound
from core.live import log as events
from core.messages import find
from core.messages.words import Conversation, ConversationKind
from core.patients import find as patients
from core.practice import find as practice
from core.practice.words import Right
from core.release import record
from core.store import Unit
from staffbot import left_open, shapes
from staffbot.away_words import notes
from staffbot.beside import beside
from staffbot.commands import mentions, suggest
from staffbot.first_steps import first_steps
from staffbot.key_words import keys
from staffbot.patient_head import wishing
from staffbot.visit import look, need, saw, stay

pages = Blueprint("chat", __name__)
EVERYBODYS = "Nobody has opened"
SECTIONS = (EVERYBODYS, "Unread", "Pinned", "Patients", "Colleagues", "Groups")
AT_ONCE = 50  # rows of a section that the page begins with; the greeting brings the others (`list.js`)
AROUND = 25  # messages after the first unread one that the page begins with


@pages.get("/")
def home() -> Response:
    """The conversation that was open last, else the one with the newest message (U10)."""
    need(Right.CHAT)
    if last := look(_begins_with, left_open.kept()):
        return make_response(redirect(f"/c/{last}", 303))
    return make_response(render_template("chat.html", **look(_chat, None)))


@pages.get("/c/<uuid:conversation_id>")
def show(conversation_id: UUID) -> Response:
    """One conversation."""
    need(Right.CHAT)
    stay()
    facts = look(_chat, conversation_id)
    saw(facts["patient"] and facts["patient"]["id"])
    return left_open.keep(make_response(render_template("chat.html", **facts)), conversation_id)


def _begins_with(unit: Unit, left: UUID | None) -> UUID | None:
    if left:
        with suppress(NotFound):
            return find.conversation(unit, left).id
    seen = find.conversations(unit)
    return seen[0].id if seen else None


def _chat(unit: Unit, conversation_id: UUID | None) -> dict[str, Any]:
    heard = events.newest(unit)  # first: what comes while the rest is read is told again, and never missed
    seen = find.conversations(unit)
    current = find.conversation(unit, conversation_id) if conversation_id else None
    if current and current.id not in {one.id for one in seen}:
        seen = [current, *seen]
    last = record.newest(unit, seen)
    typed = scratch.where(unit)
    half = mentions.typed(unit, current.id) if current else None
    rows = [{**shapes.conversation(one, last.get(one.id)), "typed": one.id in typed} for one in seen]
    colleagues = [one for one in practice.staff(unit) if one.id != unit.staff_id]
    return {
        "heard": heard,
        "sections": _sections(rows, conversation_id),
        "current": shapes.conversation(current) if current else None,
        "detail": _detail(unit, current),
        "messages": _newest(unit, current),
        "goes_on": shapes.goes_on,
        "blank_message": shapes.BLANK_MESSAGE,
        "blank_conversation": shapes.BLANK_CONVERSATION,
        "patient": _card(unit, current),
        "beside": beside(unit, current) if current else {},
        "colleagues": colleagues,
        "people": [one for one in colleagues if current and one.id in current.members],
        "groups": practice.groups(unit),
        "alphabet": shapes.ALPHABET,
        "most_segments": segments.MOST,
        "own_keys": keys(enter_sends=practice.staff_member(unit, unit.staff_id).enter_sends),
        "steps": [] if current else first_steps(unit),
        "typed": half,
        "goes": suggest.goes(unit, half["text"], current.id) if current and half else "",
    }


def _newest(unit: Unit, current: Conversation | None) -> list[dict[str, Any]]:
    """The newest messages; where more than a page is unread, those around the first unread one (U27)."""
    if current is None:
        return []
    first = current.read_up_to + 1
    before = first + AROUND if current.last_seq - first > AROUND else None
    return [shapes.message(one) for one in record.page(unit, current.id, before=before)]


def _sections(rows: list[dict[str, Any]], current: UUID | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every section, also the empty ones: a row finds its place there when something happens to it.

    Of each the newest, and the one that is open: what is below them need not weigh on the page (table C).
    """
    found: dict[str, list[dict[str, Any]]] = {title: [] for title in SECTIONS}
    for row in rows:
        section = found[_section(row)]
        if len(section) < AT_ONCE or row["id"] == str(current):
            section.append(row)
    return list(found.items())


def _section(row: dict[str, Any]) -> str:
    if row["everybodys"]:
        return EVERYBODYS
    if row["unread"] and not row["muted"]:
        return "Unread"
    if row["pinned"]:
        return "Pinned"
    return {"patient": "Patients", "direct": "Colleagues", "group": "Groups"}[row["kind"]]


def _detail(unit: Unit, current: Conversation | None) -> str:
    if current is None:
        return ""
    if current.patient_id:
        born = birthday(patients.patient(unit, current.patient_id).date_of_birth)
        return f"Patient · born {born}" if born else "Patient"
    if current.kind is ConversationKind.GROUP:
        since = " · you see what was said since you came" if current.sees_after else ""
        return f"Group · {len(current.members)} people{since}"
    return notes(unit, *(one for one in current.members if one != unit.staff_id)).rstrip(".") or "Colleague"


def _card(unit: Unit, current: Conversation | None) -> dict[str, Any] | None:
    if current is None or current.patient_id is None:
        return None
    try:
        found = patients.patient(unit, current.patient_id)
    except NotFound:
        return None
    return wishing(unit, found)
