"""The Forms and Files tabs of a patient: what was sent to fill in, and every file that went or came (U59)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from core.forms import thread
from core.forms.responses import trend
from core.forms.responses.trend import Point
from core.forms.thread import Sought
from core.forms.waiting import sent
from core.forms.waiting.sent import SentForm
from core.patients import find as patients
from core.practice.words import Right
from core.store import Unit
from staffbot import shapes
from staffbot.patient_head import head
from staffbot.plots import plot
from staffbot.visit import look, need, saw, stay
from staffbot.wording import RELEASE

pages = Blueprint("patient_papers", __name__)


@pages.get("/patients/<uuid:patient_id>/forms")
def forms(patient_id: UUID) -> Response:
    """Every form that was sent, how far it is, and the scores over time."""
    need(Right.SEE_PATIENTS)
    stay()
    facts = look(_forms, patient_id)
    saw(patient_id)
    return make_response(render_template("patients/forms.html", tab="forms", **facts))


@pages.get("/patients/<uuid:patient_id>/files")
def files(patient_id: UUID) -> Response:
    """Every file, with the message it belongs to."""
    need(Right.SEE_PATIENTS)
    stay()
    given = request.args.get("beyond", "")
    beyond = int(given) if given.isascii() and given.isdigit() and len(given) < 12 else 0
    facts = look(_files, patient_id, beyond)
    saw(patient_id)
    return make_response(render_template("patients/files.html", tab="files", beyond=beyond, **facts))


def _forms(unit: Unit, patient_id: UUID) -> dict[str, Any]:
    found, scored = sent.sent_to(unit, patient_id, sent.MOST + 1), trend.every(unit, patient_id)
    scores = {point.message_id: point for one in scored for point in one.points}
    return {
        "patient": head(unit, patients.patient(unit, patient_id)),
        "rows": [_form(one, scores.get(one.answers_id) if one.answers_id else None) for one in found[: sent.MOST]],
        "left_out": len(found) > sent.MOST,
        "trends": [(one, plot(one)) for one in scored if len(one.points) > 1],
    }


def _form(one: SentForm, point: Point | None) -> dict[str, Any]:
    """`href`: its answers once they are here, else the message it went with."""
    begun = one.begun_at is not None and one.answered_at is None
    status = ("answered", "Answered") if one.answered_at else (one.release.value, RELEASE[one.release])
    return {
        "title": one.title,
        "version": one.version,
        "sent": one.sent_at,
        "until": one.until,
        "answered": one.answered_at,
        "score": point,
        "code": status[0],
        "words": f"{status[1]}, begun" if begun else status[1],
        "href": f"/messages/{one.answers_id}/answers" if one.answers_id else f"/messages/{one.message_id}",
    }


def _files(unit: Unit, patient_id: UUID, beyond: int) -> dict[str, Any]:
    found = thread.page(unit, patient_id, Sought(with_files=True), beyond=beyond, limit=thread.PAGE + 1)
    shown = found[: thread.PAGE]
    return {
        "patient": head(unit, patients.patient(unit, patient_id)),
        "rows": [
            (shapes.message(message), shapes.attachment(file)) for message in shown for file in message.attachments
        ],
        "further": shown[-1].seq if len(found) > thread.PAGE else 0,
    }
