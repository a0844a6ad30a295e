"""The Details tab of a patient: the record, the language, and what may be sent (U59, P67)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.delivery import suppression
from core.delivery.words import Bar, Channel
from core.errors import Invalid
from core.language import NAMES, of_country
from core.patients import consent, record
from core.patients import find as patients
from core.practice import find as practice
from core.practice.rights import may
from core.practice.words import Right
from core.store import Unit
from staffbot.patient_head import head
from staffbot.reaching import channel_of
from staffbot.visit import check_form, look, need, run, saw, stay

pages = Blueprint("patient_details", __name__)
DONE = {
    "added": "The patient is added. Press New message to write the first one.",
    "language": "The language is kept. Texts, emails and pages follow it from now on.",
    "wish": "What the patient told you is kept, with the day.",
    "allowed": "It may be written to again. Your reason is kept.",
}


@pages.get("/patients/<uuid:patient_id>/details")
def show(patient_id: UUID) -> Response:
    """What is on record, and the forms to change it."""
    need(Right.SEE_PATIENTS)
    stay()
    facts, done = look(_details, patient_id), request.args.get("done", "")
    saw(patient_id)
    return make_response(render_template("patients/details.html", tab="details", done=DONE.get(done, ""), **facts))


@pages.post("/patients/<uuid:patient_id>/language")
def speak(patient_id: UUID) -> Response:
    """Keep in which language the patient is written to."""
    need(Right.EDIT_PATIENTS)
    check_form()
    run(record.choose_language, patient_id, request.form.get("language", ""))
    return make_response(redirect(f"/patients/{patient_id}/details?done=language", 303))


@pages.post("/patients/<uuid:patient_id>/wish")
def wish(patient_id: UUID) -> Response:
    """The patient told the practice that they want no more texts or e-mails, or want them again."""
    check_form()
    need(Right.EDIT_PATIENTS)
    wanted = request.form.get("wanted") == "yes"
    run(consent.record_wish, patient_id, request.form.get("means", ""), wanted=wanted)
    return make_response(redirect(f"/patients/{patient_id}/details?done=wish", 303))


@pages.post("/patients/<uuid:patient_id>/allow")
def allow(patient_id: UUID) -> Response:
    """Write to an address again, and say why."""
    need(Right.SEE_PATIENTS)
    check_form()
    try:
        channel, bar = Channel(request.form.get("channel", "")), Bar(request.form.get("bar", ""))
    except ValueError as error:
        raise Invalid("address", "unknown") from error
    run(_allow, patient_id, channel, bar, request.form.get("reason", ""))
    return make_response(redirect(f"/patients/{patient_id}/details?done=allowed", 303))


def _details(unit: Unit, patient_id: UUID) -> dict[str, Any]:
    found = patients.patient(unit, patient_id)
    return {
        "patient": head(unit, found),
        "elsewhere": found.external_id,
        "channels": [channel_of(unit, found, channel) for channel in Channel],
        "may_edit": may(unit.actor.role, Right.EDIT_PATIENTS),
        "may_administer": may(unit.actor.role, Right.ADMINISTER),
        "languages": NAMES,
        "usual_language": NAMES[of_country(practice.card(unit).country)],
    }


def _allow(unit: Unit, patient_id: UUID, channel: Channel, bar: Bar, reason: str) -> None:
    found = patients.patient(unit, patient_id)
    suppression.lift(unit, channel, found.mobile if channel is Channel.SMS else found.email, bar, reason)
