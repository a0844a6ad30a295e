"""The library of forms: what is there and whose it is, its versions, retiring, adding what Latchkey brings along."""

from collections.abc import Iterator
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid, NotFound
from core.forms import habits, library
from core.forms.builder import sketches
from core.forms.builder.building import Form, all_items
from core.forms.builder.question import texts_of
from core.forms.builder.translating import spoken_of
from core.forms.habits import Habits
from core.forms.languages import name_of
from core.forms.library import shelf
from core.forms.library.difference import difference
from core.forms.own import licence_of, rule_of
from core.forms.responses import copies, sheet
from core.forms.words import Item, walk
from core.practice import find as practice
from core.practice.words import Right
from staffbot import form_fields, form_words
from staffbot.handing import handed_out
from staffbot.visit import can, check_form, look, need, need_proof, run, stay
from staffbot.wording import say

pages = Blueprint("forms", __name__)


@pages.get("/forms")
def listing() -> Response:
    """All forms, how to send one, and what could be added."""
    need(Right.SEND_FORM)
    stay()
    return listed()


def listed(problem: str = "") -> Response:
    """The list; with what was wrong with the title of a new one."""
    there = look(shelf.everything)
    known = {one.key for one in there}
    offered = [(key, form, licence_of(form.source)) for key, form in library.ours().items() if key not in known]
    return make_response(
        render_template(
            "forms/list.html",
            used=[one for one in there if one.state == shelf.PUBLISHED],
            retired=[one for one in there if one.state == shelf.RETIRED],
            offered=sorted(offered, key=lambda one: one[1].title.casefold()),
            left_out=form_words.LEFT_OUT,
            origins=form_words.ORIGINS,
            may_change=can(Right.ADMINISTER),
            built=look(sketches.listing) if can(Right.ADMINISTER) else (),
            minutes=lambda one: max(1, -(-one.questions // 4)),
            problem=problem,
            done=form_words.DONE.get(request.args.get("done", ""), ""),
        ),
        422 if problem else 200,
    )


@pages.post("/forms/add")
def add() -> Response:
    """Add a form that Latchkey brings along."""
    check_form()
    need(Right.ADMINISTER)
    run(shelf.add_ours, request.form.get("key", ""))
    return make_response(redirect("/forms?done=added", 303))


@pages.get("/forms/<uuid:form_id>")
def show(form_id: UUID) -> Response:
    """One form: whose it is, what it asks, how it is scored, and its frozen versions."""
    need(Right.SEND_FORM)
    stay()
    return make_response(_shown(form_id, look(habits.habits, form_id)))


def _shown(form_id: UUID, used: Habits, problem: str = "") -> str:
    found, versions = look(shelf.one, form_id), look(shelf.versions, form_id)
    return render_template(
        "forms/show.html",
        problem=problem,
        done="" if problem else form_words.DONE.get(request.args.get("done", ""), ""),
        found=found,
        licence=found.licence,
        rule=rule_of(found.current.form.source),
        versions=versions,
        items=[item for item in walk(found.current.form.items) if not item.hidden],
        kind=form_words.kind,
        asked_if=_asked_if(dict(found.current.form.source)),
        depths=dict(_depths(found.current.form.items)),
        own=name_of(found.current.form.language),
        spoken=[(one, name_of(one.code)) for one in spoken_of(*(old.form for old in reversed(versions)))],
        origins=form_words.ORIGINS,
        habits=used,
        groups=look(practice.groups),
        prefill=form_words.PREFILL,
        methods=form_words.METHODS,
        may_change=can(Right.ADMINISTER),
    )


@pages.post("/forms/<uuid:form_id>/habits")
def use(form_id: UUID) -> Response:
    """Use it otherwise from now on."""
    check_form()
    need(Right.ADMINISTER)
    chosen = form_fields.habits(request.form)
    try:
        run(habits.choose, form_id, chosen)
    except Invalid as error:
        said = say(error)
        return make_response(_shown(form_id, chosen, said.message), said.status)
    return make_response(redirect(f"/forms/{form_id}?done=used", 303))


@pages.get("/forms/<uuid:form_id>/versions/<int:number>.json")
def source(form_id: UUID, number: int) -> Response:
    """The very bytes of a version (F12)."""
    need(Right.SEND_FORM)
    key = look(shelf.one, form_id).key
    return handed_out(look(library.export_form, key, number), "application/fhir+json", f"{key}-{number}.json")


@pages.get("/forms/<uuid:form_id>/difference/<int:number>")
def changes(form_id: UUID, number: int) -> Response:
    """What a version changed, question by question (F9)."""
    need(Right.SEND_FORM)
    stay()
    by_number = {one.number: one for one in look(shelf.versions, form_id)}
    if number not in by_number or number - 1 not in by_number:
        raise NotFound("form")
    return make_response(
        render_template(
            "forms/difference.html",
            found=look(shelf.one, form_id),
            number=number,
            changes=difference(by_number[number - 1].form, by_number[number].form),
            translated=form_words.translated([by_number[n].form for n in sorted(by_number) if n <= number]),
            words=form_words,
        )
    )


@pages.post("/forms/<uuid:form_id>/retire")
def retire(form_id: UUID) -> Response:
    """Take it out of use, or bring it back."""
    check_form()
    need(Right.ADMINISTER)
    again = request.form.get("again") == "1"
    run(shelf.retire, form_id, again=again)
    return make_response(redirect(f"/forms/{form_id}?done={'again' if again else 'retired'}", 303))


@pages.get("/forms/<uuid:form_id>/answers/<int:number>.csv")
def all_answers(form_id: UUID, number: int) -> Response:
    """Every answer to one version as CSV; once more who one is, and in the audit trail (S47, S89)."""
    need(Right.ADMINISTER)
    need_proof()
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotFound("form")
    found = look(shelf.one, form_id)
    given = run(copies.all_taken, form_id, number)
    form = next((one.form for one in look(shelf.versions, form_id) if one.number == number), None)
    if form is None:
        raise NotFound("form")
    ending, data = sheet.packed(sheet.sheets(form, given, form_fields.layout(request.args)))
    return handed_out(
        data, "application/zip" if ending == "zip" else "text/csv; charset=utf-8", f"{found.key}.{ending}"
    )


def _asked_if(form: Form) -> dict[str, str]:
    texts, waiting = texts_of(form), (one for one, _ in all_items(form) if one.get("enableWhen"))
    return {str(one["linkId"]): form_words.asked_if(form, one, texts) for one in waiting}


def _depths(items: tuple[Item, ...], depth: int = 0) -> Iterator[tuple[str, int]]:
    for item in items:
        yield item.link_id, min(depth, 5)
        yield from _depths(item.items, depth + 1)
