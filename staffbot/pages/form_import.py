"""Bringing in a form: the file or its text, what can be asked of it, and (when somebody says so) the form (F1-F9)."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.forms import library
from core.forms.importing import wording as found_words
from core.forms.importing.outcome import Import
from core.forms.importing.source import LARGEST, Refused
from core.forms.library import shelf, supplying, upload
from core.forms.library.difference import difference
from core.forms.library.naming import slug
from core.forms.questionnaire import read
from core.practice.words import Right
from staffbot import form_words
from staffbot.visit import check_form, look, need, run, stay

pages = Blueprint("form_import", __name__, url_prefix="/forms/import")
SHOWN, LONGEST_KEY = 100, 60  # problems (F6); letters of what staff type


@pages.get("")
def ask() -> Response:
    """Where a file is chosen, or its text pasted."""
    need(Right.ADMINISTER)
    stay()
    return make_response(render_template("forms/import.html", problem=""))


@pages.post("")
def take() -> Response:
    """Keep the file to be looked at."""
    request.max_form_memory_size = LARGEST + (1 << 16)  # the pasted text, and the other fields
    need(Right.ADMINISTER)
    check_form()
    given = request.files.get("file")
    source = given.stream.read(LARGEST + 1) if given else b""
    source = source or request.form.get("text", "").encode()
    if not source.strip():
        return make_response(
            render_template("forms/import.html", problem="Choose a file, or paste what is in it."), 422
        )
    name = given.filename or "" if given else ""
    return make_response(redirect(f"/forms/import/{run(upload.keep, source, name)}", 303))


@pages.get("/<uuid:upload_id>")
def report(upload_id: UUID) -> Response:
    """What came of the file: full, part or refused, with each question and reason; what would change."""
    need(Right.ADMINISTER)
    stay()
    file = look(upload.kept, upload_id)
    return _report(upload_id, read(file.source, called=library.called(file.name)))


@pages.post("/<uuid:upload_id>")
def accept(upload_id: UUID) -> Response:
    """Make it a form, or the next version of one."""
    check_form()
    need(Right.ADMINISTER)
    if any(lines.strip() for lines in request.form.getlist("choices")):  # typed, and then the other button pressed
        return _supplied(upload_id)
    file = look(upload.kept, upload_id)
    key, accepted = request.form.get("key", ""), request.form.get("accept") == "1"
    try:
        added = run(library.add_form, file.source, key=key, accept=accepted, file=file.name)
    except (library.NotAForm, library.NeedsAccepting) as error:
        return _report(upload_id, error.found, status=422)
    if not added.new:
        return _report(upload_id, added.found, same=added, status=409)
    return make_response(redirect(f"/forms/{added.form_id}?done=imported", 303))


@pages.post("/<uuid:upload_id>/choices")
def supply(upload_id: UUID) -> Response:
    """Type in the choices that are not in the file; the file with them is looked at anew (F22)."""
    check_form()
    need(Right.ADMINISTER)
    return _supplied(upload_id)


def _supplied(upload_id: UUID) -> Response:
    given = zip(request.form.getlist("question"), request.form.getlist("choices"), strict=False)
    typed = {question: lines for question, lines in given if lines.strip()}
    file = look(upload.kept, upload_id)
    try:
        source = supplying.supplied(file.source, typed)
    except Refused:  # then its report says why
        return make_response(redirect(f"/forms/import/{upload_id}", 303))
    key = urlencode({"key": request.form.get("key", "")[:LONGEST_KEY]})
    return make_response(redirect(f"/forms/import/{run(upload.keep, source, file.name)}?{key}", 303))


def _report(upload_id: UUID, found: Import, same: library.Added | None = None, status: int = 200) -> Response:
    known = look(shelf.same_form, found.form) if found.form else None
    before = [one.form for one in reversed(look(shelf.versions, known.id))] if known else []
    key = known.key if known else slug(found.form.name or found.form.title) if found.form else ""
    page = render_template(
        "forms/report.html",
        upload_id=upload_id,
        found=found,
        result=form_words.RESULTS[found.result],
        problems=[(one, found_words.problem(one), found_words.effect(one)) for one in found.problems[:SHOWN]],
        more=max(0, len(found.problems) - SHOWN),
        lacking=_lacking(found),
        notes=[found_words.note(one) for one in found.notes],
        key=request.values.get("key") or key,
        known=known,
        changes=difference(known.current.form, found.form) if known and found.form else (),
        translated=form_words.translated([*before, found.form]) if before and found.form else (),
        same=same,
        words=form_words,
        unaccepted=status == 422,
    )
    return make_response(page, status)


def _lacking(found: Import) -> dict[str, str]:
    """The questions that can be asked once somebody types in their choices; by linkId their words."""
    lacking = {one.link_id: one.text for one in found.problems if one.why in supplying.CAN_BE_SUPPLIED and one.link_id}
    others = [one for one in found.problems if one.effect == "refused" and one.link_id not in lacking]
    return {} if others else lacking
