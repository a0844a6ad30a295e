"""The audit trail for owners and admins: who did and read what, filtered, page by page (S108)."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request

from core.audit.checkpoint import newest_signed
from core.calendar import birthday
from core.days import Days, written_days
from core.patients.directory import Directory, directory
from core.practice import find as practice
from core.release import trail
from core.store import ActorKind, Unit
from staffbot.visit import look, need_to_administer, stay

pages = Blueprint("audit", __name__, url_prefix="/admin/audit")
PAGE = 50
NAMESAKES = 20  # patients that one typed name may stand for
LONGEST_FACT = 40  # letters; longer ones are hashes and signatures, for machines
ASKED = ("person", "patient", "verb", "day")
PLAIN = {  # where the trail's own word is one of ours, not of a practice
    "bait laid": "bait link made",
    "bait ended": "bait link ended",
    "bait opened": "bait link opened",
    "code asked of bait": "code asked at a bait link",
    "drafts let go": "drafts that are over deleted",
    "kept long enough": "deleted, as it was kept long enough",
    "orphan keys swept": "keys of nothing that is still here deleted",
}


@pages.get("")
def show() -> Response:
    """The newest entries, or those that fit."""
    need_to_administer()
    stay()
    asked = {name: request.args.get(name, "").strip()[:100] for name in ASKED}
    before = request.args.get("before", "")
    facts = look(_page, asked, int(before) if before.isascii() and before.isdigit() and len(before) < 12 else 0)
    return make_response(render_template("audit.html", asked=asked, **facts))


def _page(unit: Unit, asked: dict[str, str], before: int) -> dict[str, Any]:
    book = directory(unit)
    people = {one.id: one.name for one in practice.staff_names(unit)}
    zone = ZoneInfo(practice.card(unit).time_zone)
    today = unit.now.astimezone(zone).date()
    days = written_days(asked["day"], today, past=True) if asked["day"] else None
    problem = "Write the day like 3 March 2026, yesterday or last week." if asked["day"] and days is None else ""
    found = [] if problem else trail.page(unit, _sought(asked, people, book, days, zone), before, PAGE + 1)
    return {
        "rows": [_row(one, people, book) for one in found[:PAGE]],
        "older": urlencode({**asked, "before": found[PAGE - 1].seq}) if len(found) > PAGE else "",
        "problem": problem,
        "people": sorted(people.items(), key=lambda one: one[1].casefold()),
        "verbs": [(verb, said(verb)) for verb in trail.verbs(unit)],
        "checkpoint": newest_signed(unit),
    }


def _sought(
    asked: dict[str, str], people: dict[UUID, str], book: Directory, days: Days | None, zone: ZoneInfo
) -> trail.Sought:
    start = datetime.combine(days.first, time(), zone) if days else None
    end = datetime.combine(days.last + timedelta(days=1), time(), zone) if days else None
    patients = frozenset(one.id for one in book.match(asked["patient"], NAMESAKES)) if asked["patient"] else None
    person = next((staff_id for staff_id in people if str(staff_id) == asked["person"]), None)
    return trail.Sought(person, patients, asked["verb"], start, end)


def _row(one: trail.Entry, people: dict[UUID, str], book: Directory) -> dict[str, Any]:
    patient = book.get(one.patient) if one.patient else None
    about = patient.name if patient else people.get(one.patient, "") if one.patient else ""
    kinds = {ActorKind.PATIENT: patient.name if patient else "A patient", ActorKind.SYSTEM: "Latchkey"}
    return {
        "at": one.at,
        "who": kinds.get(ActorKind(one.actor)) or (people.get(one.actor_id, "") if one.actor_id else ""),
        "verb": said(one.verb),
        "about": about,
        "born": birthday(patient.date_of_birth) if patient and len(book.named(patient.name)) > 1 else "",
        "patient": patient.id if patient else None,
        "facts": ", ".join(_facts(one.facts)),
    }


def said(verb: str) -> str:
    """What was done, as it is written elsewhere: `SMS sent`, `Direct Message answered`."""
    verb = re.sub(r"\bsms\b", "SMS", PLAIN.get(verb, verb)).replace("direct message", "Direct Message")
    return verb[:1].upper() + verb[1:]


def _facts(facts: dict[str, Any]) -> list[str]:
    """What an entry says beside, as far as a person can read it."""
    plain = {name: value for name, value in facts.items() if isinstance(value, str | int) and value != ""}
    return [
        f"{name.replace('_', ' ')}: {'yes' if value is True else 'no' if value is False else value}"
        for name, value in plain.items()
        if len(str(value)) <= LONGEST_FACT and not _is_id(value)
    ]


def _is_id(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False
