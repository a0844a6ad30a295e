"""Before the lock: whose practice, one button, then the code field (U72-U76)."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.calendar import clock, day
from core.release import code
from core.release.code import AskLater, CodeMalformed, CodeWrong
from core.release.find import live_link
from core.release.reading import not_me
from core.web import cookies
from core.web.device import named
from core.web.throttle import CODE_SENDS, WRONG_CODES
from portal.visit import (
    Before,
    NoLink,
    SessionOver,
    address,
    before,
    check_form,
    house,
    look,
    maybe_before,
    practice_card,
    run,
    unlocked,
)
from portal.wording import sentence

pages = Blueprint("unlock", __name__)


@pages.get("/unlock")
def show() -> Response:
    """What to do: ask for a code, or type the one that came."""
    followed = maybe_before()
    if _already_open(followed):
        return make_response(redirect("/message", 303))
    seen = before()  # again: from here on the page is about this link, not the one that is open
    if look(seen.practice_id, code.asked, seen.link_id, seen.browser):
        return make_response(_code_page(seen))
    return make_response(_start_page(seen))


@pages.post("/unlock/send")
def send() -> Response:
    """Text a code, once a person has pressed (S4, S9); what looks like a machine's press gets the button once more."""
    seen = before()
    check_form()
    if _like_a_machine() and "again" not in request.form:
        return make_response(_start_page(seen, confirm_human=True))
    house().throttle.check(CODE_SENDS, address())
    try:
        run(seen.practice_id, code.ask, seen.link_id, seen.browser)
    except AskLater as later:
        return _asked_too_soon(seen, later)
    house().throttle.count(CODE_SENDS, address())
    return make_response(redirect("/unlock", 303))


@pages.post("/unlock/verify")
def verify() -> Response:
    """Try a code; a right one opens a session in this browser alone."""
    seen = before()
    check_form()
    house().throttle.check(WRONG_CODES, address())
    try:
        tried = run(seen.practice_id, code.verify, seen.link_id, seen.browser, request.form.get("code", ""), device())
    except CodeMalformed as error:
        _count_wrong()
        return make_response(_code_page(seen, sentence(error)), 422)
    if isinstance(tried.error, CodeWrong):
        _count_wrong()
        return make_response(_code_page(seen, sentence(tried.error)), 422)
    if tried.error is not None:
        raise tried.error
    answer = make_response(redirect("/message", 303))
    answer.set_cookie(cookies.PATIENT, tried.cookie, **cookies.ATTRIBUTES)
    answer.delete_cookie(cookies.BEFORE, **cookies.ATTRIBUTES)
    return answer


@pages.get("/unlock/not-me")
def ask_not_me() -> Response:
    """A page of its own, so that no scanner's single press can close a link."""
    seen = before()
    look(seen.practice_id, live_link, seen.link_id)
    return make_response(render_template("unlock/notme.html"))


@pages.post("/unlock/not-me")
def close_not_me() -> Response:
    """Close the link and tell the practice."""
    seen = before()
    check_form()
    run(seen.practice_id, not_me, seen.link_id)
    answer = make_response(render_template("unlock/notme_done.html"))
    answer.delete_cookie(cookies.BEFORE, **cookies.ATTRIBUTES)
    return answer


def device() -> str:
    """What a browser calls itself, in two words a person knows."""
    return named(request.headers.get("User-Agent", ""))


def _already_open(followed: Before | None) -> bool:
    """Whether this very link is unlocked here; another one that is does not count."""
    try:
        door = unlocked()
        return followed is None or door.link_id == followed.link_id
    except (NoLink, SessionOver):
        return False


def _like_a_machine() -> bool:
    """Browsers mark a press by a person with `Sec-Fetch-User: ?1`; those that send no such headers are not judged."""
    return "Sec-Fetch-Mode" in request.headers and request.headers.get("Sec-Fetch-User") != "?1"


def _count_wrong() -> None:
    house().throttle.count(WRONG_CODES, address())


def _asked_too_soon(seen: Before, later: AskLater) -> Response:
    problem = sentence(later)
    if look(seen.practice_id, code.asked, seen.link_id, seen.browser):
        answer = make_response(_code_page(seen, problem), 429)
    else:
        answer = make_response(_start_page(seen, problem), 429)
    answer.headers["Retry-After"] = str(max(1, int((later.at - house().store.clock()).total_seconds())))
    return answer


def _start_page(seen: Before, problem: str = "", *, confirm_human: bool = False) -> str:
    return render_template("unlock/start.html", problem=problem, confirm_human=confirm_human, **_link_facts(seen))


def _code_page(seen: Before, problem: str = "") -> str:
    return render_template("unlock/code.html", problem=problem, **_link_facts(seen))


def _link_facts(seen: Before) -> dict[str, Any]:
    link = look(seen.practice_id, live_link, seen.link_id)
    zone = practice_card().time_zone
    at = look(seen.practice_id, code.next_ask, seen.link_id)
    return {
        "phone_ending": link.phone_ending,
        "until": day(link.expires_at, zone),
        "again_at": clock(at, zone) if at else "",
    }
