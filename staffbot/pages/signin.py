"""Signing in and out: the password (U1, U2, U6). What comes after it: `secondfactor.py`."""

import secrets
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask_login import current_user

from core.errors import LatchkeyError, TooMany
from core.practice import sessions
from core.practice.passwords import CROWD
from core.practice.signin import Halfway, SignedIn, WrongSignIn, sign_in
from core.practice.tickets import TicketOver
from core.web import cookies
from core.web.csrf import ForeignRequest
from core.web.throttle import ACCOUNTS, SIGN_INS
from staffbot import trusted
from staffbot.ended_words import said
from staffbot.signin_words import NO_COOKIE, TOO_OLD, not_right
from staffbot.visit import address, check_form, ended, house, place, run, signed_in
from staffbot.wording import say

pages = Blueprint("signin", __name__)
BEFORE = "__Host-lk_in"
TICKET = "__Host-lk_t"
OVER = "over"  # in the place of a ticket that was let lie too long or tried too often


@pages.get("/login")
def show() -> Response:
    """The form."""
    if current_user.is_authenticated:
        return make_response(redirect(place(request.args.get("to", "/")), 303))
    return form(over=_over())


@pages.get("/login/here")
def here() -> Response:
    """Whose session this browser has: asked for by a page that wants to know whether its own still stands, and where
    signing in on a covered page ends (U7). It is no activity (S45).
    """
    door = signed_in()
    answer = make_response("" if request.method == "HEAD" else render_template("signin/here.html"))
    answer.headers["Session-Id"] = str(door.session_id)
    return answer


@pages.post("/login")
def enter() -> Response:
    """Check, and on to the second factor or, in a demonstration, to where the person wanted."""
    g.before = cookies.only(request.headers.get("Cookie", ""), BEFORE)
    email = request.form.get("email", "")
    try:
        check_form()
    except ForeignRequest:
        if request.headers.get("Sec-Fetch-Site") != "same-origin":
            raise
        return form(
            email, TOO_OLD if g.before else NO_COOKIE, 403
        )  # another tab began anew, or came and went: here the form is again
    try:
        _slow_down(email)
        entered = sign_in(
            house().store,
            email,
            request.form.get("password", ""),
            request.headers.get("User-Agent", ""),
            trusted.known(email),
        )
    except (WrongSignIn, TooMany) as error:
        house().throttle.hit(SIGN_INS, address())
        answer = form(email, not_right(error), _status(error))
        if isinstance(error, TooMany):
            answer.headers["Retry-After"] = str(error.wait)
        return answer
    return entered_with(entered) if isinstance(entered, SignedIn) else _halfway(entered)


@pages.post("/logout")
def leave() -> Response:
    """End the session here; its sockets close."""
    door = signed_in()
    check_form()
    run(sessions.end, door.session_id)
    answer = make_response(redirect("/login", 303))
    answer.delete_cookie(cookies.STAFF, **cookies.ATTRIBUTES)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def entered_with(entered: SignedIn) -> Response:
    """Signed in: the session's cookie, and on to where the person wanted."""
    house().store.run(entered.who, sessions.touch, entered.session_id, address())
    answer = make_response(redirect(place(request.values.get("to", "/")), 303))
    answer.set_cookie(cookies.STAFF, entered.cookie, **cookies.ATTRIBUTES)
    answer.delete_cookie(TICKET, **cookies.ATTRIBUTES)
    return _bound(answer, secrets.token_urlsafe(24))  # for all tabs at once, when this session ends


def _bound(answer: Response, to: str) -> Response:
    answer.set_cookie(BEFORE, to, **cookies.ATTRIBUTES)
    return answer


def _halfway(entered: Halfway) -> Response:
    page = "/login/2fa" if entered.enrolled else "/login/enrol"
    answer = make_response(redirect(f"{page}?to={quote(place(request.form.get('to', '/')))}", 303))
    answer.set_cookie(TICKET, entered.ticket, **cookies.ATTRIBUTES)
    return answer


def _status(error: LatchkeyError) -> int:
    """One that tries too often waits (429); when too many sign in at once, that is nobody's fault (503, S36)."""
    if not isinstance(error, TooMany):
        return 422
    return 503 if error.what == CROWD else 429


def _slow_down(email: str) -> None:
    """Few tries, and few different names, from one address (S38). Raises TooMany."""
    throttle, here = house().throttle, address()
    throttle.check(SIGN_INS, here)
    throttle.count_different(ACCOUNTS, here, email.strip().casefold())


def before_form(template: str, status: int = 200, **facts: Any) -> Response:
    """A page with a form for somebody who is not signed in: the form is bound to a cookie of its own."""
    g.before = cookies.only(request.headers.get("Cookie", ""), BEFORE) or secrets.token_urlsafe(24)
    return _bound(make_response(render_template(template, **facts), status), g.before)


def form(email: str = "", problem: str = "", status: int = 200, over: str = "") -> Response:
    """The page of signing in, as far as it was filled in."""
    to = place(request.values.get("to", "/"))
    facts = {"email": email, "problem": problem, "to": to, "over": over, "passkey_first": trusted.with_passkey()}
    return before_form("signin/password.html", status, **facts)


def _over() -> str:
    """Why somebody who was signed in, or just gave their password, is asked again (E4, E5); empty for whoever
    signed out or never was.
    """
    if cookies.only(request.headers.get("Cookie", ""), TICKET) == OVER:
        return say(TicketOver()).message
    why = ended()
    return "" if why is None else said(why)
