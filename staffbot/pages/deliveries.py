"""What leaves the practice, delivery by delivery, for owners and admins: to whom, and what became of it (U88)."""

import csv
import io
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from core.delivery import listing
from core.delivery.listing import Listed, Place, Wanted
from core.delivery.words import Channel, Purpose, Status
from core.forms.responses.sheet import harmless
from core.patients.directory import Directory, directory
from core.practice.words import Right
from core.store import Unit
from staffbot import delivery_words, narrowing
from staffbot.handing import handed_out, may_hand_out
from staffbot.visit import look, need, run, saw_all, stay

pages = Blueprint("deliveries", __name__, url_prefix="/admin")
PAGE = 50
NAMESAKES = 20  # patients that one typed name may stand for
LOOK = "look"
STATES: dict[str, tuple[Status, ...]] = {  # what can be asked for, by its name in the address
    "": (),
    LOOK: listing.TROUBLE,
    **{one.value: (one,) for one in (Status.QUEUED, Status.SENT, Status.DELIVERED, Status.CANCELLED)},
}
CHANNELS = {"": "SMS and email", Channel.SMS.value: "SMS", Channel.EMAIL.value: "Email"}
HEAD = (
    "queued_at", "moved_at", "patient_id", "patient", "what", "to", "status", "reason", "provider", "tries", "credits",
)  # fmt: skip


@pages.get("/deliveries")
def show() -> Response:
    """What moved last first, or what fits."""
    need(Right.ADMINISTER)
    stay()
    asked = _asked()
    found, patients = look(_page, asked, _behind(request.args.get("behind", "")))
    saw_all(patients)
    return make_response(render_template("deliveries.html", asked=asked, **found))


@pages.get("/deliveries.csv")
def take() -> Response:
    """The same as CSV, to be taken away: once more who one is, and in the trail (S47)."""
    need(Right.ADMINISTER)
    may_hand_out()
    stay()
    data, patients = run(_sheet, _asked())
    saw_all(patients)
    return handed_out(data, "text/csv; charset=utf-8", "deliveries.csv")


def _asked() -> dict[str, str]:
    """What the address asks for; what is no answer of ours counts as not asked."""
    state, channel = request.args.get("state", ""), request.args.get("channel", "")
    return {
        "q": narrowing.typed(),
        "state": state if state in STATES else "",
        "channel": channel if channel in CHANNELS else "",
    }


def _page(unit: Unit, asked: dict[str, str], behind: Place | None) -> tuple[dict[str, Any], set[UUID]]:
    book = directory(unit)
    found = listing.page(unit, _wanted(asked, book), behind, PAGE + 1)
    shown = found[:PAGE]
    last = shown[-1].delivery if len(found) > PAGE else None
    facts = {
        "rows": [_row(one, book) for one in shown],
        "older": _address(asked, behind=f"{last.at.isoformat()}_{last.id}") if last else "",
        "first": _address(asked) if behind else "",
        "states": [(one, _state_words(one), _address(asked, state=one)) for one in STATES],
        "channels": [(one, words, _address(asked, channel=one)) for one, words in CHANNELS.items()],
        "file": "/admin/deliveries.csv" + _address(asked),
        "most": f"{listing.MOST:,}",
    }
    return facts, _patients(shown)


def _sheet(unit: Unit, asked: dict[str, str]) -> tuple[bytes, set[UUID]]:
    book = directory(unit)
    found = listing.exported(unit, _wanted(asked, book))
    whole = io.StringIO()
    written = csv.writer(whole)
    written.writerow(HEAD)
    for one in found:
        written.writerow(harmless(str(cell)) for cell in _cells(one, book))
    return whole.getvalue().encode("utf-8-sig"), _patients(found)


def _wanted(asked: dict[str, str], book: Directory) -> Wanted:
    patients = frozenset(one.id for one in book.match(asked["q"], NAMESAKES)) if asked["q"] else None
    return Wanted(STATES[asked["state"]], Channel(asked["channel"]) if asked["channel"] else None, patients)


def _row(one: Listed, book: Directory) -> dict[str, Any]:
    sent = one.delivery
    patient = book.get(one.patient) if one.patient else None
    return {
        "at": sent.at,
        "patient": patient,
        "to": sent.to,
        "what": delivery_words.carries(sent.purpose, sent.channel),
        "channel": sent.channel,
        "message": sent.message_id if patient and sent.purpose is not Purpose.NUDGE else None,
        "status": sent.status,
        "words": delivery_words.state(sent),
        "why": delivery_words.why(sent.channel, sent.status, sent.reason),
    }


def _cells(one: Listed, book: Directory) -> tuple[object, ...]:
    sent, row = one.delivery, _row(one, book)
    return (
        one.created_at.isoformat(), sent.at.isoformat(), one.patient or "",
        row["patient"].name if row["patient"] else "", row["what"], sent.to,
        row["words"], sent.reason, sent.provider, one.attempts, one.credits,
    )  # fmt: skip


def _patients(found: list[Listed]) -> set[UUID]:
    return {one.patient for one in found if one.patient}


def _state_words(state: str) -> str:
    return {"": "All", LOOK: "Needs a look"}.get(state) or delivery_words.STATUS[Status(state)]


def _address(asked: dict[str, str], **other: str) -> str:
    """The address that asks the same, but for these."""
    return "?" + urlencode({name: value for name, value in (asked | other).items() if value})


def _behind(said: str) -> Place | None:
    """Where a page begins; None, which is the first page, for what is no place."""
    at, _, which = said.partition("_")
    try:
        place = Place(datetime.fromisoformat(at), UUID(which))
    except ValueError:
        return None
    return place if place.at.tzinfo and 2000 < place.at.year < 3000 else None
