"""The Smart Form, page by page, without script: start, questions, check, submit, done (F33, U82, U83)."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.calendar import day
from core.forms import answers as forms
from core.forms import kinds
from core.forms.answers import Filling, NotComplete, StalePage
from core.forms.words import Asked, Kind
from portal.visit import check_form, look, run, stay, unlocked
from portal.wording import question

pages = Blueprint("form", __name__, url_prefix="/form")
OURS = frozenset({"csrf_token", "question", "change", "back", "later"})  # everything else is an answer (S87)


@pages.get("/start")
def start() -> Response:
    """What it is, how long it takes, until when."""
    now = _filling()
    if now.submitted_at:
        return _to("/form/done")
    return make_response(render_template("form/start.html", **_about(now), going_on=bool(now.answers)))


@pages.get("/p/<int:number>")
def page(number: int) -> Response:
    """One question."""
    now = _filling()
    if now.submitted_at:
        return _to("/form/done")
    try:
        return make_response(_question(now, number))
    except StalePage as stale:
        return _to(f"/form/p/{stale.page}")


@pages.post("/p/<int:number>")
def save(number: int) -> Response:
    """Keep the answer and go on, back, or away until later; what cannot be taken is shown again as typed (F34)."""
    door = unlocked()
    check_form()
    stay(door)
    posted = {key: request.form.getlist(key) for key in request.form if key not in OURS}
    name = request.form.get("question", "")
    going_on = not {"back", "later"} & set(request.form)
    try:
        why = run(door.practice_id, forms.save_page, door.link_id, number, name, posted, demand=going_on)
    except StalePage as stale:
        return _to(f"/form/p/{stale.page}")
    if "later" in request.form:
        return _to("/form/later")
    if "back" in request.form:
        return _to(f"/form/p/{number - 1}" if number > 1 else "/form/start")
    now = _filling()
    if why:
        return make_response(_question(now, number), 422)
    if "change" in request.form and now.next_page > len(now.state.pages):
        return _to("/form/check")
    return _to(f"/form/p/{number + 1}" if number < len(now.state.pages) else "/form/check")


@pages.get("/check")
def check() -> Response:
    """Every answer, to be looked at once more."""
    now = _filling()
    if now.submitted_at:
        return _to("/form/done")
    bad = {str(one.place) for one in now.state.invalid} | set(now.wrong)
    lines = [
        {
            "number": number,
            "question": one.question.text,
            "answer": kinds.shown(one.question, one.asked.values),
            "wrong": str(one.asked.place) in bad,
        }
        for number, one in enumerate(now.state.pages, 1)
    ]
    return make_response(render_template("form/check.html", **_about(now), lines=lines, ready=not bad))


@pages.post("/submit")
def submit() -> Response:
    """Send it, once (S88)."""
    door = unlocked()
    check_form()
    try:
        run(door.practice_id, forms.submit, door.link_id)
    except NotComplete as missing:
        return _to(f"/form/p/{missing.page}")
    except forms.AlreadySent:
        return _to("/form/done")
    return _to("/form/done")


@pages.get("/done")
def done() -> Response:
    """It has arrived."""
    now = _filling()
    if not now.submitted_at:
        return _to("/form/start")
    return make_response(render_template("form/done.html", **_about(now)))


@pages.get("/later")
def later() -> Response:
    """What was answered is kept, and until when."""
    return make_response(render_template("form/later.html", **_about(_filling())))


def _filling() -> Filling:
    door = unlocked()
    return look(door.practice_id, forms.filling, door.link_id)


def _question(now: Filling, number: int) -> str:
    page = now.page(number)
    asked, item = page.asked, page.question
    why = now.wrong.get(str(asked.place), "")
    answered = now.values(asked)
    offer = () if answered or why else now.offered(asked)
    fields = {k: v for k, v in now.typed.items() if k.split("-")[0] == asked.name} if why else {}
    return render_template(
        "form/page.html",
        **_about(now),
        number=number,
        of=len(now.state.pages),
        before=[one.text for one in page.before],
        group=page.group,
        asked=asked,
        item=item,
        control=_control(asked),
        fields=fields or kinds.typed_again(asked, answered or offer),
        offer=bool(offer),
        problem=question("date" if why == "type" and item.kind is Kind.DATE else why, item.text) if why else "",
        change="change" in request.args or "change" in request.form,
    )


def _control(asked: Asked) -> str:
    """Which of the native controls asks it (F20)."""
    if asked.options:
        return "checkboxes" if asked.item.repeats else "radios" if len(asked.options) <= 12 else "select"
    controls = {Kind.BOOLEAN: "boolean", Kind.DATE: "date", Kind.DATE_TIME: "date", Kind.TEXT: "text"}
    return controls.get(asked.item.kind, "line")


def _about(now: Filling) -> dict[str, Any]:
    return {"title": now.title, "copyright": now.copyright, "until": day(now.until, "Europe/London")}


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))
