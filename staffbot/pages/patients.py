"""Patients: finding one, and the summary (U59)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.audit.trail import append
from core.compose import scheduled
from core.delivery.words import Channel
from core.messages.conversations import of_patient
from core.patients import find as patients
from core.patients.address import domain_hint
from core.patients.card import mac_of
from core.patients.directory import directory
from core.patients.phone import shown
from core.patients.words import PatientStatus
from core.practice.words import Right
from core.release import find as releases
from core.release.contacts import changed_lately
from core.store import Unit
from staffbot import waiting
from staffbot.parts import number, planned
from staffbot.patient_head import card, head
from staffbot.patient_rows import newest
from staffbot.reaching import channel_of
from staffbot.visit import can, look, need, run, saw, stay

pages = Blueprint("patients", __name__)
PAGE = 50
NEWEST = 5  # messages on the summary


@pages.get("/patients")
def listing() -> Response:
    """Everyone, or whoever fits what was typed."""
    need(Right.SEE_PATIENTS)
    stay()
    query, status = request.args.get("q", "")[:100], request.args.get("status", "")
    found, more = look(_listing, query, status, number(request.args.get("from", "")))
    return make_response(
        render_template(
            "patients/list.html",
            patients=found,
            query=query,
            status=status,
            next=more,
            statuses=tuple(PatientStatus),
            may_add=can(Right.ADD_PATIENTS),
            may_import=can(Right.ADMINISTER),
        )
    )


@pages.get("/patients/<uuid:patient_id>")
def summary(patient_id: UUID) -> Response:
    """Who, how to reach, what waits, what was said last."""
    need(Right.SEE_PATIENTS)
    stay()
    show = request.args.get("show") == "contacts"
    facts = run(_with_contacts, patient_id) if show else look(_summary, patient_id)
    saw(patient_id)
    return make_response(render_template("patients/summary.html", tab="summary", **facts))


@pages.get("/patients/<uuid:patient_id>/chat")
def chat(patient_id: UUID) -> Response:
    """The conversation about a patient, made when first asked for."""
    need(Right.SEE_PATIENTS)
    return make_response(redirect(f"/c/{run(of_patient, patient_id)}", 303))


def _listing(unit: Unit, query: str, status: str, start: int) -> tuple[list[dict[str, Any]], int | None]:
    book = directory(unit)
    found = book.match(query, 200) if query else book.all()
    wanted = [one for one in found if not status or one.status.value == status]
    more = start + PAGE if len(wanted) > start + PAGE else None
    return [card(one) for one in wanted[start : start + PAGE]], more


def _summary(unit: Unit, patient_id: UUID) -> dict[str, Any]:
    found = patients.patient(unit, patient_id)
    return {
        "patient": head(unit, found),
        "planned": [planned(one) for one in scheduled.listing(unit, patient_id)],
        "waiting": waiting.listing(unit, patient_id),
        "newest": newest(unit, patient_id, NEWEST),
        "contacts": None,
        "channels": [channel_of(unit, found, channel) for channel in Channel],
        "changed_at": changed_lately(unit, patient_id),
        "doubted": releases.doubted(unit, patient_id, mac_of(unit, "mobile", found.mobile)),
        "hint": domain_hint(found.email, directory(unit).common_domains),
    }


def _with_contacts(unit: Unit, patient_id: UUID) -> dict[str, Any]:
    """Unmasked contacts are shown when asked for, and that is recorded."""
    found = patients.patient(unit, patient_id)
    append(unit, "contacts shown", patient_id)
    return {**_summary(unit, patient_id), "contacts": {"email": found.email, "mobile": shown(found.mobile)}}
