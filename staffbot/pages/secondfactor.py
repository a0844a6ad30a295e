"""After the password: a code of the app or a recovery code; enrolling the app; keeping recovery codes (U3, U5)."""

from typing import Any
from urllib.parse import quote

import segno
from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge

from core.errors import LatchkeyError, TooMany
from core.practice import doors, phones
from core.practice.doors import TicketDoor
from core.practice.enrolling import Enrolment, EnrolmentOver
from core.practice.secondfactor import AlreadyEnrolled, FactorClosed, WrongFactor
from core.practice.signin import finish, try_app, try_recovery
from core.practice.tickets import TicketOver
from core.web import cookies
from staffbot import trusted
from staffbot.pages.signin import OVER, TICKET, entered_with
from staffbot.signin_words import not_that_code
from staffbot.visit import check_form, house, place
from staffbot.wording import say

pages = Blueprint("secondfactor", __name__, url_prefix="/login")


@pages.get("/2fa")
def ask() -> Response:
    """The code, or a recovery code."""
    _ticket()
    return _page("code", recovery=False)


@pages.post("/2fa")
def enter() -> Response:
    """Check it and begin the session."""
    door = _ticket()
    check_form()
    number = request.form.get("number", "")
    try:
        if number:
            try_recovery(house().store, door, _number(number), request.form.get("recovery", ""))
        else:
            try_app(house().store, door, request.form.get("code", ""))
        entered = finish(house().store, door, known=bool(trusted.known(door.email)))
        return trusted.remember(entered_with(entered), door.email)
    except (WrongFactor, FactorClosed, TooMany) as error:
        return _page("code", error, recovery=bool(number))


@pages.get("/enrol")
def enrol() -> Response:
    """The QR code, and the same to be typed."""
    return _enrolment(_ticket())


@pages.post("/enrol")
def confirm() -> Response:
    """The app's first code: from now on it is asked for; here are the recovery codes, shown once."""
    door = _ticket()
    check_form()
    try:
        codes = phones.enrol(house().store, door, request.form.get("code", ""))
    except (WrongFactor, EnrolmentOver) as error:
        return _enrolment(door, error)
    return _page("recovery", action="/login/kept", codes=codes)


@pages.post("/kept")
def kept() -> Response:
    """The recovery codes are kept: begin the session."""
    door = _ticket()
    check_form()
    return trusted.remember(entered_with(finish(house().store, door, known=True)), door.email)


@pages.errorhandler(AlreadyEnrolled)
def enrolled(error: AlreadyEnrolled) -> Response:
    """Set up meanwhile, in another browser."""
    return make_response(redirect(f"/login/2fa?to={place(request.values.get('to', '/'))}", 303))


@pages.errorhandler(TicketOver)
def over(error: TicketOver) -> Response:
    """The password has to be typed again, which says why; where to go on is lost with a body too large to be read."""
    try:
        to = place(request.values.get("to", "/"))
    except RequestEntityTooLarge:
        to = "/"
    answer = make_response(redirect(f"/login?to={quote(to)}", 303))
    if cookies.only(request.headers.get("Cookie", ""), TICKET):
        answer.set_cookie(TICKET, OVER, max_age=60, **cookies.ATTRIBUTES)
    return answer


def _ticket() -> TicketDoor:
    """The ticket of this browser; forms are bound to it. Raises TicketOver."""
    g.before = cookies.only(request.headers.get("Cookie", ""), TICKET)
    store = house().store
    door = store.door(doors.ticket, g.before, store.clock())
    if door is None:
        raise TicketOver
    return door


def _enrolment(door: TicketDoor, problem: LatchkeyError | None = None) -> Response:
    return _page("enrol", problem, **shown(house().store.run(door.who, phones.first, door.ticket_id, door.email)))


def shown(wanted: Enrolment) -> dict[str, Any]:
    """The seed as a picture for the app, and in groups of four to be typed (U5)."""
    picture = segno.make(wanted.address).svg_inline(border=2, omitsize=True)
    return {"picture": Markup(picture), "secret": _in_fours(wanted.secret)}  # noqa: S704 - our own SVG


def _page(name: str, problem: LatchkeyError | None = None, **facts: Any) -> Response:
    said = say(problem) if problem else None
    words = not_that_code if facts.get("recovery") else lambda error: say(error).message
    shown = render_template(
        f"signin/{name}.html",
        problem=words(problem) if problem else "",
        to=place(request.values.get("to", "/")),
        **facts,
    )
    answer = make_response(shown, said.status if said else 200)
    answer.set_cookie(TICKET, g.before, **cookies.ATTRIBUTES)  # so that headers are those of a wrong password (S39)
    return answer


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0


def _in_fours(secret: str) -> str:
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
