"""How a patient is reached and proves who they are: correcting contacts, the PIN, a card on paper (S25-S27)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.delivery.incoming import unmatched
from core.errors import Invalid, LatchkeyError, NotFound
from core.patients import find as patients
from core.patients import newcomer
from core.patients.phone import shown
from core.patients.record import ChangedMeanwhile, KnownAlready
from core.patients.words import PatientStatus
from core.practice import find as practice
from core.practice.words import Right
from core.release import card, contacts, pin
from core.release.card_text import CardText, card_text
from core.store import Unit
from staffbot import patient_words
from staffbot.errors import ProofNeeded
from staffbot.patient_head import head
from staffbot.visit import check_form, house, look, need, need_proof, run, stay, who
from staffbot.wording import say

pages = Blueprint("reach", __name__)
DONE = {
    "contacts": "The contacts are kept. New links use them; links already sent keep the old number.",
    "told": "The contacts are kept, and the old email address is told. Links already sent keep the old number.",
    "who": "What you changed is kept.",
    "pin": "The PIN is kept. Sensitive messages ask for it from now on.",
    "no-pin": "The PIN is gone. No sensitive message can be opened or sent until there is a new one.",
    "no-card": "The card no longer opens anything.",
}


@pages.get("/patients/<uuid:patient_id>/contacts")
def show(patient_id: UUID) -> Response:
    """The forms; whoever may open them proved lately who they are. `linked` is a text whose number may be theirs."""
    need(Right.EDIT_PATIENTS)
    need_proof()
    stay()
    facts: dict[str, Any] = {"done": DONE.get(request.args.get("done", ""), "")}
    if linked := request.args.get("linked", ""):
        facts["mobile"], facts["linked"] = shown(look(unmatched.linked_number, _id(linked), patient_id)), True
    return make_response(_page(patient_id, **facts))


@pages.post("/patients/<uuid:patient_id>/contacts")
def correct(patient_id: UUID) -> Response:
    """Change the address or the number."""
    check_form()
    need(Right.EDIT_PATIENTS)
    typed = {name: request.form.get(name, "") for name in ("email", "mobile")}
    try:
        need_proof()
        kept = run(contacts.correct, patient_id, **typed, seen=_seen(typed))
    except (Invalid, KnownAlready, ChangedMeanwhile, ProofNeeded) as error:
        return _refused(patient_id, error, **typed)
    return _done(patient_id, "told" if kept.told else "contacts")


@pages.post("/patients/<uuid:patient_id>/who")
def put_right(patient_id: UUID) -> Response:
    """Change the name, the date of birth, the status: whom colleagues take this person for."""
    check_form()
    need(Right.EDIT_PATIENTS)
    typed = {name: request.form.get(name, "") for name in newcomer.WHO}
    try:
        need_proof()
        run(newcomer.put_right, patient_id, **typed, seen=_seen(typed))
    except (Invalid, KnownAlready, ChangedMeanwhile, ProofNeeded) as error:
        return _refused(patient_id, error, who=typed)
    return _done(patient_id, "who")


@pages.post("/patients/<uuid:patient_id>/pin")
def set_pin(patient_id: UUID) -> Response:
    """Keep the PIN that the patient typed here."""
    check_form()
    need(Right.EDIT_PATIENTS)
    need_proof()
    try:
        pin.choose(house().store, who(), patient_id, request.form.get("pin", ""))
    except Invalid as error:
        return _refused(patient_id, error)
    return _done(patient_id, "pin")


@pages.post("/patients/<uuid:patient_id>/pin/remove")
def remove_pin(patient_id: UUID) -> Response:
    """Take the PIN away."""
    check_form()
    need(Right.EDIT_PATIENTS)
    need_proof()
    run(pin.take_away, patient_id)
    return _done(patient_id, "no-pin")


@pages.post("/patients/<uuid:patient_id>/card")
def make_card(patient_id: UUID) -> Response:
    """A card to print, shown this once."""
    check_form()
    need(Right.EDIT_PATIENTS)
    need_proof()
    made = card.issue(house().store, who(), patient_id)
    facts = {**look(_facts, patient_id), "text": look(_printed, patient_id, made.until)}
    return make_response(render_template("patients/card.html", tab="details", code=card.spaced(made.code), **facts))


@pages.post("/patients/<uuid:patient_id>/card/remove")
def remove_card(patient_id: UUID) -> Response:
    """End a card that was lost."""
    check_form()
    need(Right.EDIT_PATIENTS)
    need_proof()
    run(card.take_away, patient_id)
    return _done(patient_id, "no-card")


def _done(patient_id: UUID, what: str) -> Response:
    """The same page, with a sentence about what changed (U87)."""
    return make_response(redirect(f"/patients/{patient_id}/contacts?done={what}", 303))


def _refused(patient_id: UUID, error: LatchkeyError, **typed: Any) -> Response:
    """The same page with what was typed, a PIN excepted, and what is wrong with it."""
    said, prove = say(error), isinstance(error, ProofNeeded)
    facts = {"wrong": getattr(error, "field", ""), "prove": prove, **typed}
    page = _page(patient_id, problem=patient_words.PROVE if prove else said.message, **facts)
    return make_response(page, said.status)


def _page(patient_id: UUID, **facts: Any) -> str:
    known = {"problem": "", "wrong": "", "done": "", "prove": False, **look(_facts, patient_id)}
    return render_template("patients/contacts.html", tab="details", **{**known, **facts})


def _printed(unit: Unit, patient_id: UUID, until: datetime) -> CardText:
    return card_text(patients.patient(unit, patient_id), practice.card(unit), until)


def _facts(unit: Unit, patient_id: UUID) -> dict[str, Any]:
    found, live = patients.patient(unit, patient_id), card.live(unit, patient_id)
    return {
        "patient": head(unit, found),
        "card_until": live.expires_at if live else None,
        "who": (now := newcomer.written(found)),
        "now": now,
        "statuses": tuple(PatientStatus),
        "email": found.email,
        "mobile": shown(found.mobile),
        "has_pin": pin.has_pin(unit, patient_id),
        "linked": False,
    }


def _seen(names: Iterable[str]) -> dict[str, str]:
    """What the page showed of some fields."""
    return {name: request.form[f"was-{name}"] for name in names if f"was-{name}" in request.form}


def _id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as error:
        raise NotFound("text") from error
