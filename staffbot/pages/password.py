"""A password that was forgotten, or was never set: asking for a link, following it, choosing (S49)."""

from flask import Blueprint, Response, g, make_response, redirect, request

from core.errors import Invalid, TooMany
from core.practice.accounts import PasswordLinkOver, forgot, set_password
from core.web import cookies
from core.web.throttle import SIGN_INS
from staffbot.pages.signin import BEFORE, before_form
from staffbot.visit import address, check_form, house
from staffbot.wording import say

pages = Blueprint("password", __name__, url_prefix="/login")
LINK = "__Host-lk_n"


@pages.get("/forgotten")
def ask() -> Response:
    """The form: an e-mail address."""
    return before_form("signin/forgotten.html", sent=False, problem="", email="")


@pages.post("/forgotten")
def send() -> Response:
    """Mail a link, if there is such an account; the answer is the same if not."""
    g.before = cookies.only(request.headers.get("Cookie", ""), BEFORE)
    check_form()
    email = request.form.get("email", "")
    try:
        house().throttle.count(SIGN_INS, address())
        forgot(house().store, email)
    except (Invalid, TooMany) as error:
        said = say(error)
        return before_form("signin/forgotten.html", said.status, sent=False, problem=said.message, email=email)
    return before_form("signin/forgotten.html", sent=True, problem="", email="")


@pages.get("/new/<token>")
def follow(token: str) -> Response:
    """The mailed link: changes nothing; the token leaves the address bar (S5)."""
    answer = make_response(redirect("/login/new", 303))
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.set_cookie(LINK, token[:64], **cookies.ATTRIBUTES)
    return answer


@pages.get("/new")
def choose() -> Response:
    """The form: a password."""
    return before_form("signin/new.html", problem="")


@pages.post("/new")
def keep() -> Response:
    """Set it; now one can sign in with it."""
    g.before = cookies.only(request.headers.get("Cookie", ""), BEFORE)
    check_form()
    token = cookies.only(request.headers.get("Cookie", ""), LINK)
    try:
        house().throttle.check(SIGN_INS, address())
        set_password(house().store, token, request.form.get("password", ""))
    except (Invalid, PasswordLinkOver, TooMany) as error:
        house().throttle.hit(SIGN_INS, address())
        said = say(error)
        return before_form("signin/new.html", said.status, problem=said.message)
    answer = make_response(redirect("/login", 303))
    answer.delete_cookie(LINK, **cookies.ATTRIBUTES)
    return answer
