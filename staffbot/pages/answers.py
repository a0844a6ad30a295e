"""The answers of a Smart Form: everything asked, the score with its working, and copies to take away (F60, F72-F74)."""

from collections.abc import Callable
from datetime import UTC
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid, NotFound
from core.forms.kinds import Posted
from core.forms.responses import answered, copies, correcting, paper, sheet, trend
from core.forms.responses.answered import Answered
from core.forms.responses.correcting import Tried
from core.forms.words import walk
from core.practice import find as practice
from core.practice.words import Right
from staffbot import form_fields, form_rows, form_words
from staffbot.handing import handed_out, may_hand_out
from staffbot.pages import details
from staffbot.patient_head import card
from staffbot.plots import plot
from staffbot.visit import can, check_form, look, need, run, saw, stay
from staffbot.wording import Said, say

pages = Blueprint("answers", __name__)


@pages.get("/messages/<uuid:message_id>/answers")
def show(message_id: UUID) -> Response:
    """Every question that was asked, with its answer or that there is none."""
    need(Right.SEE_PATIENTS)
    stay()
    before = request.args.get("before", "")
    shown = int(before) if before.isascii() and before.isdigit() and len(before) < 4 else None
    given = look(answered.of_message, message_id, shown=shown)
    if shown is not None and shown != given.shown:
        raise NotFound("form")
    over_time = look(trend.of_form, given.patient.id, given.form_id)
    saw(given.patient.id)
    return make_response(
        render_template(
            "messages/answers.html",
            given=given,
            patient=card(given.patient),
            lines=tuple(given.lines()),
            score=given.score,
            chooses=any(item.options for item in walk(given.form.items)),
            methods=form_words.METHODS,
            trend_found=over_time,
            drawn=plot(over_time) if over_time else None,
            newest=given.shown == len(given.corrections),
            may_correct=can(Right.EDIT_PATIENTS),
            **details.facts(message_id),
        )
    )


@pages.route("/messages/<uuid:message_id>/answers/correct", methods=["GET", "POST"])
def correct(message_id: UUID) -> Response:
    """Put answers right, with a reason; what was said before stays (F67)."""
    need(Right.EDIT_PATIENTS)
    stay()
    given = look(answered.of_message, message_id)
    saw(given.patient.id)
    if request.method == "GET":
        return _correcting(correcting.tried(given, {}, (), UTC))
    check_form()
    posted = {name: request.form.getlist(name) for name in request.form}
    zone = ZoneInfo(look(practice.card).time_zone)
    found = correcting.tried(given, posted, frozenset(request.form.getlist("asked")), zone)
    try:
        if request.form.get("seen", "") != str(given.shown):
            raise Invalid("correction", "meanwhile")
        run(correcting.correct, message_id, found, request.form.get("reason", ""))
    except Invalid as error:
        return _correcting(found, posted, say(error))
    return make_response(redirect(f"/messages/{given.message_id}/answers", 303))


def _correcting(found: Tried, posted: Posted | None = None, said: Said | None = None) -> Response:
    page = render_template(
        "messages/correct.html",
        given=found.given,
        patient=card(found.given.patient),
        rows=form_rows.corrections(found, posted),
        reason=request.form.get("reason", ""),
        problem=said.message if said else "",
    )
    return make_response(page, said.status if said else 200)


@pages.get("/messages/<uuid:message_id>/answers.pdf")
def as_pdf(message_id: UUID) -> Response:
    """As a PDF, for staff: with the score."""
    _may_take()
    given = run(copies.taken, message_id, "pdf")
    data = paper.copy_of(given, form_words.on_paper(given, look(practice.card)), for_staff=True)
    return handed_out(data, "application/pdf", f"{given.key}.pdf")


@pages.get("/messages/<uuid:message_id>/answers.csv")
def as_csv(message_id: UUID) -> Response:
    """As CSV: one row, and a sheet for each group that repeats."""
    _may_take()
    given = run(copies.taken, message_id, "csv")
    return _sheets([given], given)


@pages.get("/messages/<uuid:message_id>/answers.fhir")
def as_fhir(message_id: UUID) -> Response:
    """As a FHIR Bundle, with the questionnaire and the files."""
    _may_take()
    made: Callable[[], bytes] = run(copies.as_bundle, message_id)
    return handed_out(made(), "application/fhir+json", "answers.json")


def _may_take() -> None:
    need(Right.SEE_PATIENTS)
    may_hand_out()


def _sheets(rows: list[Answered], given: Answered) -> Response:
    wanted = form_fields.layout(request.args)
    ending, data = sheet.packed(sheet.sheets(given.form, rows, wanted))
    kind = "application/zip" if ending == "zip" else "text/csv; charset=utf-8"
    return handed_out(data, kind, f"{given.key}.{ending}")
