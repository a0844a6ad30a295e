"""The words of a form that is built in one more language, each beside its original, one helping a page (F82)."""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import LatchkeyError
from core.forms import languages
from core.forms.builder import sketches, translating
from core.language import of_country
from core.practice import find as practice
from core.practice.words import Right
from staffbot import form_fields
from staffbot.visit import check_form, look, need, run, stay
from staffbot.wording import say

pages = Blueprint("form_words_in", __name__, url_prefix="/forms/build")


@pages.get("/<uuid:sketch_id>/words")
def show(sketch_id: UUID) -> Response:
    """Choose a language; then its texts, and what they are in that language so far."""
    need(Right.ADMINISTER)
    stay()
    return _page(sketch_id, request.args.get("in", ""), _whole(request.args.get("page", "")))


@pages.post("/<uuid:sketch_id>/words")
def save(sketch_id: UUID) -> Response:
    """Keep what was typed and go on; a text left empty is not translated."""
    check_form()
    need(Right.ADMINISTER)
    code, own, page = request.form.get("in", ""), _own(), _whole(request.form.get("page", ""))
    seen = form_fields.seen(request.form)
    words = {key.removeprefix("w-"): said for key, said in request.form.items() if key.startswith("w-")}
    fits = frozenset(request.form.getlist("fits"))
    try:
        run(sketches.change, sketch_id, seen, lambda form: translating.translated(form, code, own, words, fits=fits))
    except LatchkeyError as error:
        return _page(sketch_id, code, page, words, error)
    next_one = page + 1 if request.form.get("then") == "next" else page
    return make_response(redirect(f"/forms/build/{sketch_id}/words?in={code}&page={next_one}&saved=1", 303))


def _own() -> str:
    """What a form is taken to be written in that does not say it: the language of the practice's country."""
    return of_country(look(practice.card).country)


def _whole(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else -1


def _page(
    sketch_id: UUID,
    code: str,
    number: int,
    typed: dict[str, str] | None = None,
    problem: LatchkeyError | None = None,
) -> Response:
    found, said = look(sketches.one, sketch_id), say(problem) if problem else None
    own = str(found.form.get("language") or _own())
    there = [(one, languages.name_of(one.code)) for one in translating.spoken(found.form) if one.code != own]
    names = {one: name for one, name in languages.NAMES.items() if one != own} | {one.code: n for one, n in there}
    texts = translating.texts(found.form, code)
    helpings = translating.pages(texts)
    number = min(max(number, 1), max(len(helpings), 1))
    page = render_template(
        "forms/words.html",
        found=found,
        code=code if code in names else "",
        names=names,
        own=languages.name_of(own),
        there=there,
        texts=texts,
        helpings=helpings,
        number=number,
        typed=typed or {},
        problem=said.message if said else "",
        saved="saved" in request.args and not problem,
    )
    return make_response(page, said.status if said else 200)
