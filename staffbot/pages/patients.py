"""Patients: finding one, and the summary (U59)."""

from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.audit.trail import append
from core.calendar import birthday
from core.compose import scheduled
from core.delivery import suppression
from core.delivery.words import Bar, Channel
from core.errors import Invalid
from core.forms import outstanding
from core.language import NAMES, of_country
from core.messages.conversations import of_patient
from core.patients import consent, record
from core.patients import find as patients
from core.patients.address import domain_hint
from core.patients.card import mac_of
from core.patients.directory import directory
from core.patients.phone import masked_email, masked_phone, shown
from core.patients.words import Patient
from core.practice import find as practice
from core.practice.rights import may
from core.practice.words import Right
from core.release import find as releases
from core.release.contacts import changed_lately
from core.store import Unit
from staffbot import addresses, waiting
from staffbot.parts import planned
from staffbot.visit import check_form, look, need, run, saw, stay

pages = Blueprint("patients", __name__)
PAGE = 50


@pages.get("/patients")
def listing() -> Response:
    """Everyone, or whoever fits what was typed."""
    need(Right.SEE_PATIENTS)
    stay()
    query, status = request.args.get("q", "")[:100], request.args.get("status", "")
    found, more = look(_listing, query, status, _number("from"))
    return make_response(
        render_template(
            "patients/list.html", patients=found, query=query, status=status, next=more, statuses=_statuses()
        )
    )


@pages.get("/patients/<uuid:patient_id>")
def summary(patient_id: UUID) -> Response:
    """Who, how to reach, what waits."""
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


@pages.post("/patients/<uuid:patient_id>/language")
def speak(patient_id: UUID) -> Response:
    """Keep in which language the patient is written to."""
    need(Right.EDIT_PATIENTS)
    check_form()
    run(record.choose_language, patient_id, request.form.get("language", ""))
    return make_response(redirect(f"/patients/{patient_id}", 303))


@pages.post("/patients/<uuid:patient_id>/wish")
def wish(patient_id: UUID) -> Response:
    """The patient told the practice that they want no more texts or e-mails, or want them again."""
    check_form()
    need(Right.EDIT_PATIENTS)
    wanted = request.form.get("wanted") == "yes"
    run(consent.record_wish, patient_id, request.form.get("means", ""), wanted=wanted)
    return make_response(redirect(f"/patients/{patient_id}", 303))


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
    return make_response(redirect(f"/patients/{patient_id}", 303))


def _listing(unit: Unit, query: str, status: str, start: int) -> tuple[list[dict[str, Any]], int | None]:
    book = directory(unit)
    found = book.match(query, 200) if query else book.all()
    wanted = [one for one in found if not status or one.status.value == status]
    more = start + PAGE if len(wanted) > start + PAGE else None
    return [card(one) for one in wanted[start : start + PAGE]], more


def _summary(unit: Unit, patient_id: UUID) -> dict[str, Any]:
    found = patients.patient(unit, patient_id)
    return {
        "patient": card(found),
        "planned": [planned(one) for one in scheduled.listing(unit, patient_id)],
        "waiting": _waiting(unit, patient_id),
        "contacts": None,
        "channels": [_channel(unit, found, channel) for channel in Channel],
        "may_edit": may(unit.actor.role, Right.EDIT_PATIENTS),
        "may_administer": may(unit.actor.role, Right.ADMINISTER),
        "languages": NAMES,
        "usual_language": NAMES[of_country(practice.card(unit).country)],
        "changed_at": changed_lately(unit, patient_id),
        "doubted": releases.doubted(unit, patient_id, mac_of(unit, "mobile", found.mobile)),
        "hint": domain_hint(found.email, directory(unit).common_domains),
    }


def _channel(unit: Unit, found: Patient, channel: Channel) -> dict[str, Any]:
    """What the patient and the network say about one way to write to them."""
    sms = channel is Channel.SMS
    since = found.no_texts_since if sms else found.no_emails_since
    barred = suppression.bars(unit, channel, found.mobile if sms else found.email)
    return {
        "channel": channel.value,
        "name": "Texts" if sms else "Emails",
        "wish": since,
        "bars": [
            {
                "bar": one.bar.value,
                "said": addresses.barred(one),
                "may": may(unit.actor.role, suppression.LIFTED_BY[one.bar]),
            }
            for one in barred
        ],
    }


def _allow(unit: Unit, patient_id: UUID, channel: Channel, bar: Bar, reason: str) -> None:
    found = patients.patient(unit, patient_id)
    suppression.lift(unit, channel, found.mobile if channel is Channel.SMS else found.email, bar, reason)


def _with_contacts(unit: Unit, patient_id: UUID) -> dict[str, Any]:
    """Unmasked contacts are shown when asked for, and that is recorded."""
    found = patients.patient(unit, patient_id)
    append(unit, "contacts shown", patient_id)
    return {**_summary(unit, patient_id), "contacts": {"email": found.email, "mobile": shown(found.mobile)}}


def card(found: Patient) -> dict[str, Any]:
    """A patient as pages show one: contacts masked."""
    return {
        "id": found.id,
        "name": found.name,
        "first_name": found.first_name or found.name,
        "status": found.status.value,
        "born": birthday(found.date_of_birth) or "not known",
        "mobile": masked_phone(found.mobile),
        "email": masked_email(found.email),
        "language": found.language,
    }


def _waiting(unit: Unit, patient_id: UUID) -> list[dict[str, Any]]:
    """What was sent and not opened, and each form that was not sent back, oldest first."""
    zone, forms = practice.card(unit).time_zone, outstanding.outstanding(unit, patient_id)
    asked = {one.message_id for one in forms}
    found = [
        {"message": one.message_id, "name": one.title, "sent": one.sent_at, "how_far": waiting.how_far(one, zone)}
        for one in forms
    ]
    for row in releases.waiting(unit, patient_id=patient_id):
        if row.message_id not in asked:
            name = waiting.name(unit, row.message_id)
            found.append({"message": row.message_id, "name": name, "sent": row.created_at, "how_far": "not opened yet"})
    return sorted(found, key=itemgetter("sent"))


def _number(name: str) -> int:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 12 else 0


def _statuses() -> tuple[str, ...]:
    return ("active", "prospective", "lapsed", "archived")
