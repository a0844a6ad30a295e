"""The end of a form: check the answers, send them once, keep a copy (F38-F42, F61, F72)."""

from flask import Blueprint, Response, make_response, render_template

from core.calendar import clock
from core.forms import answers as forms
from core.forms import submission
from core.forms.answers import AlreadySent, Filling, StalePage
from core.forms.submission import NotComplete
from core.web import headers
from portal import asking
from portal.language import day
from portal.pages.form import filling, to
from portal.visit import check_form, house, look, unlocked, who

pages = Blueprint("form_end", __name__, url_prefix="/form")


@pages.get("/check")
def check() -> Response:
    """Every answer, to be looked at once more."""
    now = filling()
    if now.submitted_at:
        return to("/form/done")
    facts = {"sections": asking.sections(now), "ready": now.complete, "unsent": [item.text for item in now.unsent]}
    return make_response(render_template("form/check.html", **asking.about(now), **facts))


@pages.post("/submit")
def submit() -> Response:
    """Send it, once (S88)."""
    door = unlocked()
    check_form()
    try:
        submission.send(house().store, who(door.practice_id), door.link_id)
    except NotComplete as missing:
        return to(f"/form/p/{missing.page}?change=1&missing=1")
    except StalePage:
        return to("/form/check")
    except AlreadySent:
        return to("/form/done")
    return to("/form/done")


@pages.get("/done")
def done() -> Response:
    """It has arrived."""
    now = _sent()
    if now is None:
        return to("/form/start")
    return make_response(render_template("form/done.html", **asking.about(now)))


@pages.get("/copy")
def copy() -> Response:
    """What was sent, as a text file to keep (U82)."""
    now = _sent()
    if now is None or now.submitted_at is None:
        return to("/form/start")
    zone = str(now.zone)
    when = f"{day(now.submitted_at, zone)}, {clock(now.submitted_at, zone)}"
    text = render_template("form/copy.txt", **asking.about(now), sections=asking.sections(now), sent_at=when)
    answer = make_response(text)
    answer.headers.update(headers.file(f"{now.form.title}.txt"))
    answer.headers["Content-Type"] = "text/plain; charset=utf-8"
    return answer


def _sent() -> Filling | None:
    """The form that was sent last: of several behind one link the next may still wait (F79)."""
    door = unlocked()
    return look(door.practice_id, forms.last_sent, door.link_id)
