"""The Messages tab of a patient: every message with its status, narrowed, sorted, paged and printed (U60-U64).

What is asked for stands in the address: kinds, directions, statuses and days, never anything about the patient.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, render_template, request
from werkzeug.datastructures import MultiDict

from core.audit.trail import append
from core.days import written_days
from core.forms import thread
from core.forms.responses import trend
from core.forms.thread import FORM, Sought
from core.messages.words import Direction
from core.patients import find as patients
from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot import thread_words
from staffbot.parts import number
from staffbot.patient_head import card, head
from staffbot.patient_rows import rows as rows_of
from staffbot.plots import plot
from staffbot.visit import check_form, look, need, run, saw, stay

pages = Blueprint("patient_messages", __name__)
MOST_PRINTED = 500
OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for; what is no answer of ours counts as not asked. Days stay as they were typed."""

    kind: str = ""
    direction: str = ""
    status: str = ""
    since: str = ""
    until: str = ""
    order: str = ""

    @classmethod
    def of(cls, given: MultiDict[str, str]) -> "Asked":
        """What was sent, by address or form."""

        def one_of(name: str, known: Any) -> str:
            value = given.get(name, "")
            return value if value in known else ""

        return cls(
            kind=one_of("kind", thread_words.KINDS),
            direction=one_of("direction", [one.value for one in Direction]),
            status=one_of("status", thread_words.STATUSES),
            since=given.get("since", "").strip()[:40],
            until=given.get("until", "").strip()[:40],
            order=one_of("order", [OLDEST]),
        )

    @property
    def fields(self) -> dict[str, str]:
        """What is asked for, by name."""
        every = {name: getattr(self, name) for name in ("kind", "direction", "status", "since", "until", "order")}
        return {name: value for name, value in every.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.fields.keys() - {"order"})

    @property
    def sieved(self) -> bool:
        """Whether the form, not a kind alone, leaves anything out."""
        return bool(self.fields.keys() - {"order", "kind"})

    def address(self, **other: str | int) -> str:
        """The address that asks the same, but for these."""
        return "?" + urlencode({name: value for name, value in (self.fields | other).items() if value})


@pages.get("/patients/<uuid:patient_id>/messages")
def show(patient_id: UUID) -> Response:
    """Every message with a patient: all kinds, both directions, with status."""
    need(Right.SEE_PATIENTS)
    stay()
    asked = Asked.of(request.args)
    facts = look(_page, patient_id, asked, number(request.args.get("beyond", "")))
    trends = [(one, plot(one)) for one in look(trend.of_patient, patient_id)] if asked.kind == FORM else []
    saw(patient_id)
    page = render_template("patients/messages.html", tab="messages", trends=trends, **facts)
    return make_response(page, 422 if facts["problem"] else 200)


@pages.post("/patients/<uuid:patient_id>/messages/print")
def on_paper(patient_id: UUID) -> Response:
    """The same rows as a page to be printed; that it was made is kept."""
    need(Right.SEE_PATIENTS)
    check_form()
    stay()
    facts = run(_printed, patient_id, Asked.of(request.form))
    saw(patient_id)
    return make_response(render_template("patients/print.html", **facts))


def _page(unit: Unit, patient_id: UUID, asked: Asked, beyond: int) -> dict[str, Any]:
    found = patients.patient(unit, patient_id)
    sought, problem = _sought(unit, asked)
    rows = [] if problem else thread.page(unit, patient_id, sought, beyond=beyond, limit=thread.PAGE + 1)
    more = rows[thread.PAGE - 1].seq if len(rows) > thread.PAGE else 0
    other = asked.address(order="" if asked.order else OLDEST)
    many = None if problem else thread.counts(unit, patient_id, sought)
    return {
        "patient": head(unit, found),
        "asked": asked,
        "problem": problem,
        "rows": rows_of(unit, patient_id, rows[: thread.PAGE]),
        "further": asked.address(beyond=more) if more else "",
        "first": asked.address() if beyond else "",
        "turned": other,
        "nothing": thread_words.nothing(asked.kind, sought.direction, asked.status, bool(asked.since or asked.until)),
        "kinds": [
            (one, words, asked.address(kind=one), many[one] if many else None)
            for one, words in (("", "All"), *thread_words.CHIPS.items())
        ],
        "trouble": _trouble(unit, patient_id, asked, sought) if many else None,
        "shown": _shown(unit, patient_id, sought, beyond, len(rows[: thread.PAGE]), many[asked.kind] if many else None),
        "directions": thread_words.DIRECTIONS,
        "statuses": thread_words.STATUSES,
    }


def _shown(unit: Unit, patient_id: UUID, sought: Sought, beyond: int, rows: int, many: int | None) -> str:
    """Which of how many messages a page has: `51–100 of 134`."""
    if many is None or not rows:
        return ""
    before = thread.place(unit, patient_id, sought, beyond) if beyond else 0
    return f"{before + 1}–{before + rows} of {many}"


def _trouble(unit: Unit, patient_id: UUID, asked: Asked, sought: Sought) -> tuple[str, int] | None:
    """Where the messages are that somebody should look at, and how many; None where there is none."""
    found = thread.counts(unit, patient_id, replace(sought, status=thread.TROUBLE))
    many = found[asked.kind] if found else 0
    return (asked.address(status=thread.TROUBLE), many) if many else None


def _printed(unit: Unit, patient_id: UUID, asked: Asked) -> dict[str, Any]:
    found = patients.patient(unit, patient_id)
    sought, problem = _sought(unit, asked)
    rows = [] if problem else thread.page(unit, patient_id, sought, limit=MOST_PRINTED + 1)
    append(unit, "messages printed", patient_id, rows=min(len(rows), MOST_PRINTED), kind=asked.kind)
    return {
        "patient": card(found),
        "asked": asked,
        "rows": rows_of(unit, patient_id, rows[:MOST_PRINTED]),
        "left_out": len(rows) > MOST_PRINTED,
        "most": MOST_PRINTED,
        "at": unit.now,
        "kind_words": thread_words.KINDS.get(asked.kind, ""),
        "status_words": thread_words.STATUSES.get(asked.status, ""),
        "direction_words": thread_words.DIRECTIONS[sought.direction] if sought.direction else "",
    }


def _sought(unit: Unit, asked: Asked) -> tuple[Sought, str]:
    """What is asked of the thread, and what is wrong with the days that were typed."""
    zone = ZoneInfo(practice.card(unit).time_zone)
    sought = Sought(
        kind=asked.kind,
        direction=Direction(asked.direction) if asked.direction else None,
        status=asked.status,
        oldest_first=asked.order == OLDEST,
    )
    today = unit.now.astimezone(zone).date()
    since, until = (written_days(said, today, past=True) if said else None for said in (asked.since, asked.until))
    if (asked.since and since is None) or (asked.until and until is None):
        return sought, thread_words.BAD_DAY
    first, last = since and since.first, until and until.last
    if first and last and first > last:
        return sought, thread_words.BACKWARDS
    after = _midnight(last + timedelta(days=1), zone) if last else None
    return replace(sought, since=_midnight(first, zone) if first else None, until=after), ""


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
