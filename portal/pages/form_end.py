"""The end of a form: check the answers, send them once, keep a copy (F38-F42, F61, F72)."""

from flask import Blueprint, Response, make_response, render_template

from core.forms import kinds, submission
from core.forms.answers import AlreadySent, StalePage
from core.forms.submission import NotComplete
from portal import asking
from portal.pages.form import filling, to
from portal.visit import check_form, house, unlocked, who

pages = Blueprint("form_end", __name__, url_prefix="/form")


@pages.get("/check")
def check() -> Response:
    """Every answer, to be looked at once more."""
    now = filling()
    if now.submitted_at:
        return to("/form/done")
    lines = [
        {
            "number": number,
            "question": one.question.look.short_text or one.question.text or one.group,
            "answer": asking.counted(now, one) if one.lists else kinds.shown(one.question, one.asked.values),
            "wrong": now.why(one.asked) is not None,
        }
        for number, one in enumerate(now.state.pages, 1)
    ]
    return make_response(render_template("form/check.html", **asking.about(now), lines=lines, ready=now.complete))


@pages.post("/submit")
def submit() -> Response:
    """Send it, once (S88)."""
    door = unlocked()
    check_form()
    try:
        submission.send(house().store, who(door.practice_id), door.link_id)
    except NotComplete as missing:
        return to(f"/form/p/{missing.page}?change=1")
    except StalePage:
        return to("/form/check")
    except AlreadySent:
        return to("/form/done")
    return to("/form/done")


@pages.get("/done")
def done() -> Response:
    """It has arrived."""
    now = filling()
    if not now.submitted_at:
        return to("/form/start")
    return make_response(render_template("form/done.html", **asking.about(now)))
