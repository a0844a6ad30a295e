"""The answers of a Smart Form: everything asked, the score with its working, and copies to take away (F60, F72-F74)."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from core.errors import NotFound
from core.forms import answered, copies, paper, sheet, trend
from core.forms.answered import Answered
from core.practice import find as practice
from core.practice.words import Right
from staffbot import form_words
from staffbot.handing import handed_out
from staffbot.pages.patients import card
from staffbot.plots import plot
from staffbot.visit import look, need, need_proof, run, saw, stay

pages = Blueprint("answers", __name__)


@pages.get("/messages/<uuid:message_id>/answers")
def show(message_id: UUID) -> Response:
    """Every question that was asked, with its answer or that there is none."""
    need(Right.SEE_PATIENTS)
    stay()
    given = look(answered.of_message, message_id)
    over_time = look(trend.of_form, given.patient.id, given.form_id)
    saw(given.patient.id)
    return make_response(
        render_template(
            "messages/answers.html",
            given=given,
            patient=card(given.patient),
            lines=tuple(given.lines()),
            score=given.score,
            methods=form_words.METHODS,
            trend_found=over_time,
            drawn=plot(over_time) if over_time else None,
        )
    )


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
    """A copy leaves the practice's own pages: once more who one is, and never from another site (S47, S84)."""
    need(Right.SEE_PATIENTS)
    need_proof()
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotFound("form")


def _sheets(rows: list[Answered], given: Answered) -> Response:
    wanted = sheet.Layout(weights="weights" in request.args, apart="apart" in request.args)
    ending, data = sheet.packed(sheet.sheets(given.form, rows, wanted))
    kind = "application/zip" if ending == "zip" else "text/csv; charset=utf-8"
    return handed_out(data, kind, f"{given.key}.{ending}")
