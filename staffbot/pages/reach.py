"""How a patient is reached and proves who they are: correcting contacts, the PIN, a card on paper (S25-S27)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.delivery import unmatched
from core.errors import NotFound
from core.patients import find as patients
from core.patients.phone import shown
from core.practice import find as practice
from core.practice.words import Right
from core.release import card, contacts, pin
from core.release.card_text import CardText, card_text
from core.store import Unit
from staffbot.patient_head import head
from staffbot.visit import check_form, house, look, need, need_proof, run, stay, who

pages = Blueprint("reach", __name__)


@pages.get("/patients/<uuid:patient_id>/contacts")
def show(patient_id: UUID) -> Response:
    """The forms; whoever may open them proved lately who they are. `linked` is a text whose number may be theirs."""
    need(Right.EDIT_PATIENTS)
    need_proof()
    stay()
    facts = look(_facts, patient_id)
    if linked := request.args.get("linked", ""):
        facts["mobile"], facts["linked"] = shown(look(unmatched.linked_number, _id(linked), patient_id)), True
    return make_response(render_template("patients/contacts.html", tab="details", **facts))


@pages.post("/patients/<uuid:patient_id>/contacts")
def correct(patient_id: UUID) -> Response:
    """Change the address or the number."""
    check_form()
    need(Right.EDIT_PATIENTS)
    need_proof()
    run(contacts.correct, patient_id, request.form.get("email", ""), request.form.get("mobile", ""))
    return make_response(redirect(f"/patients/{patient_id}", 303))


@pages.post("/patients/<uuid:patient_id>/pin")
def set_pin(patient_id: UUID) -> Response:
    """Keep the PIN that the patient typed here."""
    check_form()
    need(Right.EDIT_PATIENTS)
    need_proof()
    pin.choose(house().store, who(), patient_id, request.form.get("pin", ""))
    return make_response(redirect(f"/patients/{patient_id}", 303))


@pages.post("/patients/<uuid:patient_id>/pin/remove")
def remove_pin(patient_id: UUID) -> Response:
    """Take the PIN away."""
    check_form()
    need(Right.EDIT_PATIENTS)
    need_proof()
    run(pin.take_away, patient_id)
    return make_response(redirect(f"/patients/{patient_id}/contacts", 303))


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
    return make_response(redirect(f"/patients/{patient_id}/contacts", 303))


def _printed(unit: Unit, patient_id: UUID, until: datetime) -> CardText:
    return card_text(patients.patient(unit, patient_id), practice.card(unit), until)


def _facts(unit: Unit, patient_id: UUID) -> dict[str, Any]:
    found, live = patients.patient(unit, patient_id), card.live(unit, patient_id)
    return {
        "patient": head(unit, found),
        "card_until": live.expires_at if live else None,
        "email": found.email,
        "mobile": shown(found.mobile),
        "has_pin": pin.has_pin(unit, patient_id),
        "linked": False,
    }


def _id(said: str) -> UUID:
    try:
        return UUID(said)
    except ValueError as error:
        raise NotFound("text") from error
