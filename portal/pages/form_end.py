"""The end of a form: check the answers, send them once, keep a copy (F38-F42, F61, F72)."""

from flask import Blueprint, Response, make_response, render_template, request

from core.calendar import clock
from core.errors import Invalid
from core.forms import answers as forms
from core.forms.answering import signing, submission
from core.forms.answering.submission import NotComplete
from core.forms.answers import AlreadySent, Filling, StalePage
from core.forms.responses import answered, paper
from core.practice import find as practice
from core.web import headers
from portal import asking
from portal.language import day, page_language, say
from portal.pages.form import filling, to
from portal.visit import check_form, house, look, unlocked, who
from portal.wording import sentence

pages = Blueprint("form_end", __name__, url_prefix="/form")


@pages.get("/check")
def check() -> Response:
    """Every answer, to be looked at once more. Where one form was sent and the next is not begun, somebody went back
    from its end: they see that it arrived, not all that the next one still lacks.
    """
    now = filling()
    ended = now.submitted_at or (not now.draft.count and _sent())
    return to("/form/done") if ended else _checked(now)


@pages.post("/submit")
def submit() -> Response:
    """Send it, once (S88)."""
    door = unlocked()
    check_form()
    try:
        signed = request.form.get("signed", "") if "sign" in request.form else ""
        submission.send(house().store, who(door.practice_id), door.link_id, signed, page_language())
    except NotComplete as missing:
        return to(f"/form/p/{missing.page}?change=1&missing=1")
    except StalePage:
        return to("/form/check")
    except AlreadySent:
        return to("/form/done")
    except Invalid as error:
        answer = _checked(filling(), sentence(error))
        answer.status_code = 422
        return answer
    return to("/form/done")


def _checked(now: Filling, problem: str = "") -> Response:
    """Every answer; a form that is to be signed asks for the name, filled in where it was given before (F71)."""
    facts = {"sections": asking.sections(now), "ready": now.complete, "unsent": [item.text for item in now.unsent]}
    name = request.form.get("signed", signing.name_in(now.form, now.state.answers))
    signs = {"signs": signing.wanted(now.form), "signed": name, "problem": problem}
    return make_response(render_template("form/check.html", **asking.about(now), **facts, **signs))


@pages.get("/done")
def done() -> Response:
    """It has arrived."""
    now = _sent()
    if now is None:
        return to("/form/start")
    return make_response(render_template("form/done.html", **asking.about(now)))


@pages.get("/copy")
def copy() -> Response:
    """What was sent, to keep: a PDF, or a text file where no font has its letters (U82, F72)."""
    door, now = unlocked(), _sent()
    given = look(door.practice_id, answered.behind_link, door.link_id)
    if now is None or given is None:
        return to("/form/start")
    card, zone = look(door.practice_id, practice.card), str(now.zone)
    when = f"{day(given.at, zone)}, {clock(given.at, zone)}"
    try:
        given = given.as_read()
        data = paper.copy_of(given, _on_paper(given, card.name, when), for_staff=False)
        return _kept(data, f"{now.form.title}.pdf", "application/pdf")
    except paper.CannotPrint:
        text = render_template("form/copy.txt", **asking.about(now), sections=asking.sections(now), sent_at=when)
        return _kept(text.encode(), f"{now.form.title}.txt", "text/plain; charset=utf-8")


def _on_paper(given: answered.Answered, name: str, when: str) -> paper.Words:
    signed = given.signature
    return paper.Words(
        practice=name,
        who=given.patient.name,
        when=say("Sent to %(practice)s on %(day)s", practice=name, day=when),
        open=say("Not answered"),
        page=say("Page {page} of {pages}"),
        signed=say("Signed by %(name)s", name=signed.name) if signed and signed.holds else "",
        language=page_language(),
    )


def _kept(data: bytes, name: str, kind: str) -> Response:
    answer = make_response(data)
    answer.headers.update(headers.file(name))
    answer.headers["Content-Type"] = kind
    return answer


def _sent() -> Filling | None:
    """The form that was sent last: of several behind one link the next may still wait (F79)."""
    door = unlocked()
    sent = look(door.practice_id, forms.last_sent, door.link_id)
    return sent.read_in(page_language()) if sent else None
