"""Building a form in plain words: questions in order, their score, what is wrong with it, publishing it (F75-F80)."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid, LatchkeyError, NotFound
from core.forms.builder import building, sketches
from core.forms.builder.building import Form, Way
from core.forms.builder.question import KINDS, SIGNS, texts_of, unsaid_choices
from core.forms.builder.reaching import never_asked
from core.forms.builder.sketches import Sketch
from core.forms.builder.translating import spoken
from core.forms.importing import wording as found_words
from core.forms.languages import name_of
from core.forms.library import NeedsAccepting, NotAForm, shelf
from core.forms.library.naming import slug
from core.forms.own import Rule, licence_of, rule_of
from core.forms.questionnaire import read
from core.forms.response import dumps
from core.forms.scores import span
from core.practice.words import Right
from staffbot import form_fields, form_rows, form_words, parts
from staffbot.pages.forms import listed
from staffbot.visit import check_form, look, need, run, stay
from staffbot.wording import say

pages = Blueprint("form_builder", __name__, url_prefix="/forms/build")
FIRST = {"one": ("Yes", "No"), "several": ("One", "Another"), "other": ("One", "Another")}  # so that it can be asked


@pages.post("")
def begin() -> Response:
    """Begin a form, from nothing or from another."""
    check_form()
    need(Right.ADMINISTER)
    given, title = request.form.get("form", ""), request.form.get("title", "")
    try:
        sketch_id = run(sketches.begin_from, _form_called(given), title) if given else run(sketches.begin, title)
    except Invalid as error:
        return listed(say(error).message)
    return make_response(redirect(f"/forms/build/{sketch_id}", 303))


@pages.get("/<uuid:sketch_id>")
def show(sketch_id: UUID) -> Response:
    """The questions in order, and what can be done with each."""
    need(Right.ADMINISTER)
    stay()
    return _page(look(sketches.one, sketch_id), freed=request.args.get("freed", ""))


@pages.post("/<uuid:sketch_id>/do")
def act(sketch_id: UUID) -> Response:
    """Move, copy or take away one question, as the button says."""
    check_form()
    need(Right.ADMINISTER)
    what, _, link_id = request.form.get("do", "").partition(" ")
    before = request.form.get("before", "")
    freed: list[str] = []

    def make(form: Form) -> Form:
        if what == "remove":
            made, waited = building.removed(form, link_id)
            freed.extend(waited)
            return made
        if what == "copy":
            return building.duplicated(form, link_id)[0]
        if what == "place":  # what a drag comes to: before which question it was let go
            return building.placed(form, link_id, before)
        return building.moved(form, link_id, Way(what) if what in set(Way) else Way.UP)

    def then() -> str:
        if what in set(Way):  # the same button again, for whoever moves by keyboard
            return f"?{urlencode({'at': f'{what} {link_id}'})}"
        if what == "remove":
            return f"?removed=1&freed={len(freed)}"
        return f"#{form_rows.anchor(link_id)}"

    return _changed(sketch_id, make, then)


@pages.post("/<uuid:sketch_id>/add")
def add(sketch_id: UUID) -> Response:
    """One more question, at the end or in a section; on to its page."""
    check_form()
    need(Right.ADMINISTER)
    kind, into = request.form.get("kind", ""), request.form.get("into", "")
    kind = kind if kind in KINDS else "short"
    made: list[str] = []

    def make(form: Form) -> Form:
        type_, repeats = KINDS[kind]
        item: Form = {"type": type_, "text": form_words.NEW_TEXT[kind == "section"]}
        if repeats:
            item["repeats"] = True
        if kind == "signature":
            item["extension"] = [SIGNS]
        if labels := FIRST.get(kind):
            system = f"{form.get('url', 'urn:latchkey')}:choices"
            item["answerOption"] = unsaid_choices(system, labels)
        form, link_id = building.added(form, item, into)
        made.append(link_id)
        return form

    return _changed(sketch_id, make, lambda: f"/question?q={made[0]}")


@pages.post("/<uuid:sketch_id>/back")
def go_back(sketch_id: UUID) -> Response:
    """Take the last change back."""
    check_form()
    need(Right.ADMINISTER)
    try:
        run(sketches.go_back, sketch_id, form_fields.seen(request.form))
    except sketches.SketchChanged as error:
        return _page(look(sketches.one, sketch_id), problem=error)
    return make_response(redirect(f"/forms/build/{sketch_id}?back=1", 303))


@pages.post("/<uuid:sketch_id>/publish")
def publish(sketch_id: UUID) -> Response:
    """Freeze it as a version, by the importer that reads everybody's files."""
    check_form()
    need(Right.ADMINISTER)
    before = look(sketches.one, sketch_id)
    key = request.form.get("key", "") or slug(before.title)
    try:
        seen, accepted = form_fields.seen(request.form), request.form.get("accept") == "1"
        if seen == before.changes:  # else somebody changed it, and that is said first
            _all_said(before.form)
        added = run(sketches.publish, sketch_id, seen, key, accept=accepted)
    except (NotAForm, NeedsAccepting, Invalid) as error:
        return _page(before, problem=error)
    except sketches.SketchChanged as error:
        return _page(look(sketches.one, sketch_id), problem=error)
    return make_response(redirect(f"/forms/{added.form_id}?done=published", 303))


@pages.post("/<uuid:sketch_id>/away")
def away(sketch_id: UUID) -> Response:
    """Throw the sketch away."""
    check_form()
    need(Right.ADMINISTER)
    try:
        run(sketches.put_away, sketch_id, form_fields.seen(request.form))
    except sketches.SketchChanged as error:
        return _page(look(sketches.one, sketch_id), problem=error)
    return make_response(redirect("/forms?done=thrown", 303))


def _all_said(form: Form) -> None:
    """Raises Invalid where an item still says what a new one begins with: patients would read it."""
    for text in texts_of(form).values():
        if text in form_words.NEW_TEXT.values():
            raise Invalid("question", "unsaid", value=text)


def _changed(sketch_id: UUID, make: Callable[[Form], Form], then: Callable[[], str]) -> Response:
    try:
        run(sketches.change, sketch_id, form_fields.seen(request.form), make)
    except sketches.SketchChanged as error:
        return _page(look(sketches.one, sketch_id), problem=error)
    return make_response(redirect(f"/forms/build/{sketch_id}{then()}", 303))


def _page(
    found: Sketch,
    *,
    problem: LatchkeyError | None = None,
    freed: str = "",
) -> Response:
    came = read(dumps(found.form))
    rule = rule_of(found.form) or Rule(())
    rows = form_rows.built(found.form)
    said = say(problem) if problem else None
    lowest, highest = span(came.form, rule) if came.form else (0, 0)
    page = render_template(
        "forms/build.html",
        found=found,
        rows=rows,
        words=form_words,
        anchor=form_rows.anchor,
        at=request.args.get("at", ""),
        problem=said.message if said else "",
        freed=parts.number(freed),
        troubles=[f"{found_words.problem(one)} {found_words.effect(one)}" for one in came.problems],
        refused=came.form is None,
        unreachable=never_asked(came.form) if came.form else (),
        licence=licence_of(found.form),
        rule=rule,
        behind=[(one, name_of(one.code)) for one in spoken(found.form) if one.stale],
        told="removed" if "removed" in request.args else "back" if "back" in request.args else "",
        lowest=lowest,
        highest=highest,
        called={flag.question for flag in rule.flags},
        silent=_silent(found.form, rule),
        becomes=look(shelf.one, found.form_id) if found.form_id else None,
        key=request.form.get("key", slug(found.title)),
    )
    return make_response(page, said.status if said else 200)


def _form_called(given: str) -> UUID:
    try:
        return UUID(given)
    except ValueError as error:
        raise NotFound("form") from error


def _silent(form: Form, rule: Rule) -> list[str]:
    """The questions without which there is no score, and that are not always asked."""
    if rule.minimum is not None or rule.prorate:
        return []
    counted = (item for item, _ in building.rows(form) if item["linkId"] in rule.questions)
    return [str(item.get("text") or item["linkId"]) for item in counted if item.get("enableWhen")]
