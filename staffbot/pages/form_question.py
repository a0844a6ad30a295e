"""One question of a form that is built: its words, choices, points, limits, and when it is asked (F75)."""

from dataclasses import replace
from urllib.parse import quote
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.datastructures import MultiDict

from core.errors import LatchkeyError
from core.forms.builder import building, sketches
from core.forms.builder.building import Form
from core.forms.builder.question import CHOOSES, KINDS, Question, changed, counted, question
from core.forms.builder.sketches import Sketch
from core.forms.own import Rule, rule_of
from core.practice.words import Right
from staffbot import form_fields, form_rows, form_words
from staffbot.visit import check_form, look, need, run, stay
from staffbot.wording import say

pages = Blueprint("form_question", __name__, url_prefix="/forms/build")
CHOICES = frozenset({"one", "several", "other"})


@pages.get("/<uuid:sketch_id>/question")
def show(sketch_id: UUID) -> Response:
    """The question, to be changed."""
    need(Right.ADMINISTER)
    stay()
    found = look(sketches.one, sketch_id)
    link_id = request.args.get("q", "")
    return _page(found, link_id, question(found.form, link_id, rule_of(found.form)))


@pages.post("/<uuid:sketch_id>/question")
def save(sketch_id: UUID) -> Response:
    """Keep what was typed; another kind, or *More rows*, comes back to the same page."""
    check_form()
    need(Right.ADMINISTER)
    link_id, found = request.args.get("q", ""), look(sketches.one, sketch_id)
    before = question(found.form, link_id, rule_of(found.form))
    try:
        typed = form_fields.question(request.form)
        stays = request.form.get("then") == "stay" or typed.kind != before.kind
        if stays and not typed.text.strip():
            typed = replace(typed, text=before.text)  # its words may come last
        if typed.kind in CHOICES and before.kind not in CHOICES and not typed.choices:
            return _page(found, link_id, replace(before, kind=typed.kind), typed=request.form)  # they are typed next
        run(sketches.change, sketch_id, form_fields.seen(request.form), lambda form: _changed(form, link_id, typed))
    except LatchkeyError as error:
        return _page(found, link_id, before, error)
    back = f"/forms/build/{sketch_id}#{form_rows.anchor(link_id)}"
    return make_response(redirect(_here(sketch_id, link_id) if stays else back, 303))


def _changed(form: Form, link_id: str, typed: Question) -> Form:
    return building.scored(changed(form, link_id, typed), counted(rule_of(form) or Rule(()), link_id, typed))


def _page(
    found: Sketch,
    link_id: str,
    shown: Question,
    problem: LatchkeyError | None = None,
    typed: MultiDict[str, str] | None = None,
) -> Response:
    """The page; with what was `typed` where that is not kept yet, as after a mistake."""
    said = say(problem) if problem else None
    others = [(item, item.get("text") or item["linkId"]) for item, _ in building.rows(found.form)]
    page = render_template(
        "forms/question.html",
        found=found,
        link_id=link_id,
        one=shown,
        typed=request.form if problem else typed,
        problem=said.message if said else "",
        words=form_words,
        kinds=form_words.PLAIN if shown.kind in KINDS else {shown.kind: shown.kind, **form_words.PLAIN},
        chooses=shown.kind in CHOICES,
        others=[(str(item["linkId"]), text) for item, text in others if _asks(item) and item["linkId"] != link_id],
        values=_values(found.form, link_id),
        rows=form_rows,
    )
    return make_response(page, said.status if said else 200)


def _values(form: Form, link_id: str) -> list[str]:
    """What can be written as the value of a condition: the choices of the other questions, and yes and no."""
    choosing = (str(item["linkId"]) for item, _ in building.rows(form) if item.get("type") in CHOOSES)
    found = [one.label for other in choosing if other != link_id for one in question(form, other, None).choices]
    return list(dict.fromkeys(["Yes", "No", *found]))


def _asks(item: Form) -> bool:
    return item.get("type") not in ("group", "display")


def _here(sketch_id: UUID, link_id: str) -> str:
    return f"/forms/build/{sketch_id}/question?q={quote(link_id, safe='')}"
