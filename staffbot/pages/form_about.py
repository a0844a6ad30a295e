"""Title and owner of a form that is built, and what its score means (F59, F75, F80)."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from core.errors import LatchkeyError
from core.forms.builder import building, sketches
from core.forms.builder.building import Form
from core.forms.own import Rule, licence_of, rule_of
from core.forms.questionnaire import read
from core.forms.response import dumps
from core.forms.scores import span
from core.practice.words import Right
from staffbot import form_fields, form_rows, form_words
from staffbot.visit import check_form, look, need, run, stay
from staffbot.wording import say

pages = Blueprint("form_about", __name__, url_prefix="/forms/build")


@pages.get("/<uuid:sketch_id>/about")
def show(sketch_id: UUID) -> Response:
    """What is said of the form as a whole, to be changed."""
    need(Right.ADMINISTER)
    stay()
    return _page(sketch_id)


@pages.post("/<uuid:sketch_id>/about")
def save(sketch_id: UUID) -> Response:
    """Keep what was typed; *More rows* comes back to the same page."""
    check_form()
    need(Right.ADMINISTER)
    given = request.form
    try:
        run(sketches.change, sketch_id, form_fields.seen(given), lambda form: _about(form, given))
    except LatchkeyError as error:
        return _page(sketch_id, given, error)
    further = "/about#bands" if given.get("then") == "stay" else ""
    return make_response(redirect(f"/forms/build/{sketch_id}{further}", 303))


def _about(form: Form, given: MultiDict[str, str]) -> Form:
    rule = form_fields.rule(given, rule_of(form) or Rule(()), read(dumps(form)).form)
    owner = replace(licence_of(form), owner=given.get("owner", "").strip(), terms=given.get("terms", "").strip())
    made = building.titled(form, given.get("title", "") or str(form.get("title", "")), owner)
    return building.scored(made, rule)


def _page(sketch_id: UUID, typed: MultiDict[str, str] | None = None, problem: LatchkeyError | None = None) -> Response:
    """The page; `typed` is what stands there after a mistake."""
    found, said = look(sketches.one, sketch_id), say(problem) if problem else None
    form, rule = read(dumps(found.form)).form, rule_of(found.form) or Rule(())
    lowest, highest = span(form, rule) if form else (0, 0)
    page = render_template(
        "forms/about.html",
        found=found,
        words=form_words,
        problem=said.message if said else "",
        licence=licence_of(found.form),
        rule=rule,
        typed=typed,
        band_rows=form_rows.bands(rule.bands, typed),
        lowest=lowest,
        highest=highest,
    )
    return make_response(page, said.status if said else 200)
