"""A form as a patient finds it, to be tried out; nothing of it is kept (F78)."""

from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.forms import kinds
from core.forms.builder import sketches
from core.forms.builder.rehearsal import rehearse
from core.forms.languages import in_language, languages, name_of
from core.forms.library import shelf
from core.forms.questionnaire import read
from core.forms.response import dumps
from core.forms.words import Questionnaire
from core.practice import find as practice
from core.practice.words import Right
from core.web import preview
from staffbot.visit import check_form, house, look, need, stay, who

pages = Blueprint("form_preview", __name__, url_prefix="/forms")


@pages.route("/<uuid:form_id>/preview", methods=["GET", "POST"])
def published(form_id: UUID) -> Response:
    """The current version of a form."""
    need(Right.SEND_FORM)
    stay()
    found = look(shelf.one, form_id).current
    return _page(found.form, f"/forms/{form_id}", form_id, found.number)


@pages.route("/build/<uuid:sketch_id>/preview", methods=["GET", "POST"])
def built(sketch_id: UUID) -> Response:
    """A form that is being built, as far as it can be asked."""
    need(Right.ADMINISTER)
    stay()
    back = f"/forms/build/{sketch_id}"
    form = read(dumps(look(sketches.one, sketch_id).form)).form
    return _page(form, back, sketch_id, 0) if form else make_response(redirect(back, 303))


def _page(form: Questionnaire, back: str, form_id: UUID, number: int) -> Response:
    """The form; `number` is the version that is looked at, 0 for one that is being built."""
    if request.method == "POST":
        check_form()
    own, asked = form.language, request.args.get("language", "")
    translated = [code for code in languages(form.source) if code != own]
    spoken = asked if asked in translated else own
    if spoken != own:
        form = read(dumps(in_language(form.source, spoken)), called=form.title).form or form
    posted = {name: request.form.getlist(name) for name in request.form}
    zone = ZoneInfo(look(practice.card).time_zone)
    tried = rehearse(form, posted, house().store.clock(), zone)
    return make_response(
        render_template(
            "forms/preview.html",
            form=form,
            tried=tried,
            back=back,
            translated=[(code, name_of(code)) for code in translated],
            own=name_of(own),
            spoken=spoken if spoken != own else "",
            posted=posted,
            sent=request.method == "POST",
            shown=kinds.shown,
            as_patient=_address(form_id, number, spoken if spoken != own else ""),
        )
    )


def _address(form_id: UUID, number: int, language: str) -> str:
    """Where the same form stands on the patients' own pages, page by page; for an hour."""
    settings = house().settings
    keys = [key.get_secret_value() for key in settings.secret_key]
    facts = {"practice": str(who().practice_id), "form": str(form_id), "number": str(number), "language": language}
    return f"{settings.portal_url}/preview/{preview.addresses(keys).write(facts)}"
