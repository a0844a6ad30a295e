"""A form tried out by staff on the very pages of patients: nothing is kept, nothing is sent (F78)."""

import zlib
from base64 import b64decode, b64encode
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, make_response, render_template, request

from core.errors import NotFound
from core.forms import find
from core.forms.answering import saving
from core.forms.answering.drafts import Draft, packed, unpacked
from core.forms.answering.saving import Saved
from core.forms.answers import Filling, StalePage
from core.forms.asking import pictures
from core.forms.asking.route import after
from core.forms.builder import sketches
from core.forms.languages import in_language
from core.forms.questionnaire import read
from core.forms.response import dumps
from core.forms.words import Questionnaire
from core.practice import find as practice
from core.store import Unit
from core.web import preview
from portal import asking
from portal.pages.form import LEAVING, OURS, picture_of, with_button, with_script
from portal.visit import check_form, house, look

pages = Blueprint("preview", __name__, url_prefix="/preview")


@pages.get("/<token>")
def start(token: str) -> Response:
    """From the beginning, with nothing filled in."""
    now = _now(token)
    return _shown(token, now, 1 if now.state.pages else 0)


@pages.post("/<token>/p/<int:number>")
def go(token: str, number: int) -> Response:
    """Judge what was filled in as a patient's page would be, and go where it would lead."""
    now = _now(token, request.form.get("draft", ""))
    check_form()
    pressed = LEAVING & set(request.form)
    cleared = request.form.get("clear", "")
    answered = (key for key in request.form if key not in OURS | {"draft"} and key.split("-")[0] != cleared)
    posted = {key: request.form.getlist(key) for key in answered}
    try:
        saved = with_button(saving.saved(now, asking.offered(now.form_id), posted, demand=not pressed))
    except StalePage as stale:
        return _shown(token, now, stale.page)
    if saved.wrong and not {"back", "later"} & pressed:
        return _shown(token, saved.then, saved.number, saved)
    if pressed - {"skip"}:
        return _shown(token, saved.then, max(1, saved.number - ("back" in pressed)))
    return _on(token, saved.then, saved.number)


@pages.post("/<token>/p/<int:number>/file")
def file(token: str, number: int) -> Response:
    """A file is never taken in here: the page stays as it is, or goes on."""
    now = _now(token, request.form.get("draft", ""))
    check_form()
    return _on(token, now, number) if "next" in request.form else _shown(token, now, number)


@pages.get("/<token>/picture/<digest>")
def picture(token: str, digest: str) -> Response:
    """A picture that the form carries in itself."""
    return picture_of(_now(token).form, digest)


def _on(token: str, now: Filling, number: int) -> Response:
    onward = after(now.state.pages, number)
    return _shown(token, now, onward if onward <= len(now.state.pages) else 0)


def _shown(token: str, now: Filling, number: int, saved: Saved | None = None) -> Response:
    """A page by its number; 0 is where the answers are checked."""
    here = {"base": f"/preview/{token}", "rehearsal": _carried(now.draft)}
    if number:
        try:
            facts: dict[str, Any] = asking.page(now, number, now.form_id, saved)
        except StalePage as stale:
            return _shown(token, now, stale.page)
        answer = with_script({**facts, **here}, 422 if saved else 200)
        answer.set_data(answer.get_data(as_text=True).replace(f'src="{pictures.AT}', f'src="/preview/{token}/picture/'))
        return answer
    facts = {**asking.about(now), "sections": asking.sections(now), "ready": now.complete, "unsent": []}
    signs = {"signs": False, "signed": "", "problem": ""}
    return make_response(render_template("form/check.html", **{**facts, **signs, **here}))


def _now(token: str, carried: str = "") -> Filling:
    """The form of an address, with what a page carried. Raises NotFound for an address that is not ours or too old."""
    keys = [key.get_secret_value() for key in house().settings.secret_key]
    asked = preview.addresses(keys).read(token)
    if not asked:
        raise NotFound("form")
    g.practice_id, g.binding = UUID(asked["practice"]), token[-43:]
    found = preview.drafts(keys).read(carried).get("draft", "") if carried else ""
    draft = unpacked(zlib.decompress(b64decode(found))) if found else Draft()
    return look(g.practice_id, _filling, asked, draft)


def _carried(draft: Draft) -> str:
    keys = [key.get_secret_value() for key in house().settings.secret_key]
    return preview.drafts(keys).write({"draft": b64encode(zlib.compress(packed(draft))).decode()})


def _filling(unit: Unit, asked: dict[str, str], draft: Draft) -> Filling:
    form_id, number = UUID(asked["form"]), int(asked["number"])
    form = find.version(unit, form_id, number)[1] if number else _sketched(unit, form_id)
    if asked["language"]:
        form = read(dumps(in_language(form.source, asked["language"])), called=form.title).form or form
    return Filling(
        key="",
        form=form,
        form_id=form_id,
        number=number,
        draft=draft,
        sealed=None,
        until=unit.now + timedelta(days=7),
        saved_at=None,
        submitted_at=None,
        patient=None,
        zone=ZoneInfo(practice.card(unit).time_zone),
        now=unit.now,
    )


def _sketched(unit: Unit, sketch_id: UUID) -> Questionnaire:
    form = read(dumps(sketches.one(unit, sketch_id).form)).form
    if form is None:
        raise NotFound("form")
    return form
