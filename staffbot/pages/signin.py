"""Signing in and out (U1, U2, U6)."""

import secrets

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from flask_login import current_user

from core.errors import TooMany
from core.practice import sessions
from core.practice.signin import WrongSignIn, sign_in
from core.web import cookies
from core.web.throttle import SIGN_INS
from staffbot.visit import address, check_form, house, run, signed_in
from staffbot.wording import say

pages = Blueprint("signin", __name__)
BEFORE = "__Host-lk_in"


@pages.get("/login")
def show() -> Response:
    """The form."""
    if current_user.is_authenticated:
        return make_response(redirect(_place(request.args.get("to", "/")), 303))
    return _form()


@pages.post("/login")
def enter() -> Response:
    """Check, begin a session, go where the person wanted."""
    g.before = cookies.only(request.headers.get("Cookie", ""), BEFORE)
    check_form()
    email = request.form.get("email", "")
    try:
        house().throttle.check(SIGN_INS, address())
        entered = sign_in(house().store, email, request.form.get("password", ""), request.headers.get("User-Agent", ""))
    except (WrongSignIn, TooMany) as error:
        house().throttle.hit(SIGN_INS, address())
        return _form(email, say(error).message, 429 if isinstance(error, TooMany) else 422)
    answer = make_response(redirect(_place(request.form.get("to", "/")), 303))
    answer.set_cookie(cookies.STAFF, entered.cookie, **cookies.ATTRIBUTES)
    answer.delete_cookie(BEFORE, **cookies.ATTRIBUTES)
    return answer


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


def _form(email: str = "", problem: str = "", status: int = 200) -> Response:
    g.before = cookies.only(request.headers.get("Cookie", ""), BEFORE) or secrets.token_urlsafe(24)
    to = _place(request.values.get("to", "/"))
    answer = make_response(render_template("signin.html", email=email, problem=problem, to=to), status)
    answer.set_cookie(BEFORE, g.before, **cookies.ATTRIBUTES)
    return answer


def _place(to: str) -> str:
    """A path of ours; anything else is the chat (S76)."""
    return to if to.startswith("/") and not to.startswith("//") and "\\" not in to and len(to) < 200 else "/"
