"""The lock, for admins: how likely a guess is, the limits, and closing every link at once (d9, d12, S118)."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.delivery.segments import count
from core.delivery.writing.patient_letters import code_text, link_subject
from core.delivery.writing.patient_texts import form_reminder_text, heads_up_text
from core.errors import Invalid, NotFound
from core.limits import table
from core.messages.inspect import check_logo
from core.practice import find as practice
from core.practice import portal_look
from core.practice.words import Right
from core.release import birth, control
from core.release.risk import guess_risk
from core.store import Unit
from staffbot.visit import check_form, look, need, need_proof, run, stay
from staffbot.wording import say

pages = Blueprint("lock", __name__)
LARGEST = 5 << 20  # bytes of a picture, before it is made small
DONE = {
    "closed": "All links are closed. No patient can open a message until you open them again.",
    "open": "Links open again, each as long as it was meant to.",
    "look": "It is kept. It counts from the next link on; the colour shows at once.",
    "days": "It is kept, also for what waits already.",
    "logo": "Your logo is kept. Patients see it on their pages and in their emails from now on.",
    "no-logo": "Your logo is gone from patients’ pages and emails.",
    "named": "It is kept. It counts from the next code on.",
    "letters": "It is kept. It counts from the next email on.",
    "texts": "It is kept. It counts from the next email on.",
    "birth": "It is kept, for the next link that is opened.",
}


@pages.get("/admin/lock")
def show() -> Response:
    """The meter, the table of limits, the switch."""
    need(Right.ADMINISTER)
    stay()
    return make_response(_page(done=DONE.get(request.args.get("done", ""), "")))


@pages.post("/admin/lock/freeze")
def freeze() -> Response:
    """Close every link, or open them again; once more who one is, because it stops everybody."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    closed = request.form.get("freeze") == "1"
    run(control.freeze_all, closed)
    return _done("closed" if closed else "open")


@pages.post("/admin/lock/portal")
def choose_look() -> Response:
    """The colour of the strip and the usual time of links."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    hours = request.form.get("hours", "")
    colour = request.form.get("colour", "") if "own_colour" in request.form else ""
    run(portal_look.choose, colour, max(_whole(hours), 0))
    return _done("look")


@pages.post("/admin/lock/chase")
def choose_days() -> Response:
    """When a patient is reminded of what they did not open, and when a colleague is asked to ring them."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    chosen = {name: _whole(request.form.get(name, "")) for name in ("remind", "call")}
    try:
        run(portal_look.chase, *chosen.values())
    except Invalid as error:
        return make_response(_page(problem=say(error).message, chosen=chosen), 422)
    return _done("days")


@pages.get("/admin/lock/logo.png")
def show_logo() -> Response:
    """The logo as patients see it."""
    need(Right.ADMINISTER)
    stay()
    png = look(portal_look.logo)
    if png is None:
        raise NotFound("logo")
    response = make_response(png)
    response.headers["Content-Type"] = "image/png"
    return response


@pages.post("/admin/lock/logo")
def choose_logo() -> Response:
    """Take a picture as the logo; it is made small and encoded anew, away from this process."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    given = request.files.get("logo")
    try:
        run(portal_look.keep_logo, check_logo(given.stream.read(LARGEST + 1) if given else b"", LARGEST))
    except Invalid as error:
        return make_response(_page(problem=say(error).message), 422)
    return _done("logo")


@pages.post("/admin/lock/logo/remove")
def remove_logo() -> Response:
    """Show none any more."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    run(portal_look.remove_logo)
    return _done("no-logo")


@pages.post("/admin/lock/birth")
def ask_birth() -> Response:
    """Ask for the date of birth beside the code, or no more."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    run(birth.ask_for, request.form.get("on") == "1")
    return _done("birth")


@pages.post("/admin/lock/named")
def name_in_codes() -> Response:
    """Let the practice's name stand in texts with codes, or no more."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    run(portal_look.name_in_codes, request.form.get("on") == "1")
    return _done("named")


@pages.post("/admin/lock/letters")
def name_in_letters() -> Response:
    """Let the practice's name stand in subject and sender of e-mails to patients, or no more."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    run(portal_look.name_in_letters, request.form.get("on") == "1")
    return _done("letters")


@pages.post("/admin/lock/texts")
def text_beside() -> Response:
    """Let texts go beside the e-mails with links, or no more."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    heads_up, reminder = (request.form.get(name) == "1" for name in ("heads_up", "reminder"))
    run(portal_look.text_beside, heads_up=heads_up, reminder=reminder)
    return _done("texts")


def _page(*, done: str = "", problem: str = "", chosen: dict[str, int] | None = None) -> str:
    return render_template("lock.html", done=done, problem=problem, chosen=chosen or {}, **look(_lock))


def _done(what: str) -> Response:
    """The same page, with a sentence about what changed (U87)."""
    return make_response(redirect(f"/admin/lock?done={what}", 303))


def _whole(typed: str) -> int:
    """A number as the lists offer it; one that is never offered for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1


def _lock(unit: Unit) -> dict[str, Any]:
    risk, card = guess_risk(unit), practice.card(unit)
    until = unit.now + timedelta(hours=card.link_hours)
    return {
        "risk": risk,
        "one_in": round(1 / risk.chance) if risk.chance else 0,
        "frozen": control.all_frozen(unit),
        "asks_birth": birth.asked(unit),
        "samples": [
            code_text("48219037", urlsplit(unit.settings.portal_url).hostname or "", "en", named)
            for named in (card.name, "")
        ],
        "subject": link_subject(card, "en"),
        "beside": [
            (name, says, wanted, text, count(text).segments)
            for name, says, wanted, text in (
                (
                    "heads_up",
                    "When a message or form is in their mailbox",
                    card.texts_heads_up,
                    heads_up_text(card, "en", until),
                ),
                (
                    "reminder",
                    "When we remind them of a form",
                    card.texts_reminder,
                    form_reminder_text(card, "en", until),
                ),
            )
        ],
        "plivo_keeps": unit.settings.plivo_log if unit.settings.sms_provider == "plivo" else "",
        "usual_hours": [(hours, f"{hours // 24} day{'s' if hours > 24 else ''}") for hours in portal_look.HOURS],
        "days": {"remind": portal_look.REMIND_DAYS, "call": portal_look.CALL_DAYS},
        "limits": table(unit.settings.limits),
    }
