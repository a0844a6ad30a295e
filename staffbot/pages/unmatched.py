"""The tray: texts and letters that belong to nobody for certain, to be linked to a patient or put away."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.delivery.incoming import unmatched
from core.delivery.words import Channel
from core.errors import Invalid
from core.patients.directory import directory
from core.patients.phone import masked_email, masked_phone
from core.patients.words import Patient
from core.practice.rights import may
from core.practice.words import Right
from core.store import Unit
from staffbot import addresses
from staffbot.patient_head import card
from staffbot.visit import check_form, look, need, run, stay

pages = Blueprint("unmatched", __name__)


@pages.get("/unmatched")
def listing() -> Response:
    """What waits, oldest first; `find` narrows the patients offered for one of them."""
    need(Right.SEE_PATIENTS)
    stay()
    of, find = request.args.get("of", ""), request.args.get("find", "")[:100]
    return make_response(render_template("unmatched.html", of=of, find=find, **look(_tray, of, find)))


@pages.post("/unmatched/<uuid:unmatched_id>/link")
def link(unmatched_id: UUID) -> Response:
    """It was this patient: on to their conversation, or first to their card when the number shall stand there."""
    need(Right.SEE_PATIENTS)
    check_form()
    try:
        patient = UUID(request.form.get("patient", ""))
    except ValueError as error:
        raise Invalid("patient", "none") from error
    message = run(unmatched.link, unmatched_id, patient)
    if request.form.get("keep") == "number":
        return make_response(redirect(f"/patients/{patient}/contacts?linked={unmatched_id}", 303))
    return make_response(redirect(f"/c/{message.conversation_id}", 303))


@pages.post("/unmatched/<uuid:unmatched_id>/dismiss")
def dismiss(unmatched_id: UUID) -> Response:
    """It was for nobody here."""
    check_form()
    run(unmatched.dismiss, unmatched_id)
    return make_response(redirect("/unmatched", 303))


def _tray(unit: Unit, of: str, find: str) -> dict[str, Any]:
    return {
        "waiting": [_shown(unit, one, find if str(one.id) == of else "") for one in unmatched.waiting(unit)],
        "may_edit": may(unit.actor.role, Right.EDIT_PATIENTS),
    }


def _shown(unit: Unit, one: unmatched.Unmatched, find: str) -> dict[str, Any]:
    found: list[Patient] = directory(unit).match(find, 8) if find.strip() else []
    text = one.channel is Channel.SMS
    return {
        "id": str(one.id),
        "channel": one.channel.value,
        "kind": "Text" if text else "Email",
        "why": addresses.UNCLEAR[one.why],
        "sender": masked_phone(one.sender) if text else masked_email(one.sender),
        "subject": one.subject,
        "text": one.text,
        "at": one.at,
        "choices": [card(patient) for patient in (*one.suggested, *(p for p in found if p not in one.suggested))],
    }
