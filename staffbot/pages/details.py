"""Details of a patient that were answered otherwise than the record has them, taken over one by one (F62)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request

from core.errors import NotFound
from core.forms.responses import answered, proposals
from core.forms.responses.proposals import CONTACTS, Detail, Proposal
from core.patients.phone import masked_email, masked_phone
from core.practice.words import Right
from core.store import Unit
from staffbot import form_words
from staffbot.errors import ProofNeeded
from staffbot.visit import can, check_form, look, need, need_proof, run

pages = Blueprint("details", __name__)


@pages.get("/messages/<uuid:message_id>/details")
def prove(message_id: UUID) -> Response:
    """Prove who one is before an address or a number is taken over, then on to the answers (S27, S47)."""
    need(Right.EDIT_PATIENTS)
    look(answered.of_message, message_id)  # raises unless this person may see it
    need_proof()
    return make_response(redirect(f"/messages/{message_id}/answers", 303))


@pages.post("/messages/<uuid:message_id>/details")
def take_over(message_id: UUID) -> Response:
    """Take one answered detail over into the record."""
    check_form()
    need(Right.EDIT_PATIENTS)
    detail = request.form.get("detail", "")
    if detail not in set(Detail):
        raise NotFound("proposal")
    if Detail(detail) in CONTACTS:
        need_proof()
    run(proposals.apply, message_id, Detail(detail))
    return make_response(redirect(f"/messages/{message_id}/answers", 303))


def facts(message_id: UUID) -> Mapping[str, Any]:
    """What the page of the answers needs for it."""
    return {
        "proposed": look(_proposed, message_id),
        "details": form_words.DETAILS,
        "may_take_over": can(Right.EDIT_PATIENTS),
        "prove_for": () if _proved() else CONTACTS,
    }


def _proposed(unit: Unit, message_id: UUID) -> list[Proposal]:
    return [_masked(one) for one in proposals.proposals(unit, answered.of_message(unit, message_id))]


def _masked(one: Proposal) -> Proposal:
    """An address or number of the record is only shown where somebody asked for it."""
    mask = {Detail.EMAIL: masked_email, Detail.MOBILE: masked_phone}.get(one.detail)
    return replace(one, old=mask(one.old)) if mask else one


def _proved() -> bool:
    try:
        need_proof()
    except ProofNeeded:
        return False
    return True
