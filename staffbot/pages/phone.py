"""Another phone for the second step: it is set up beside the old one, which goes on until the new one's first code."""

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_login import current_user

from core.errors import LatchkeyError
from core.practice import enrolling, find, phones
from core.practice.enrolling import Enrolment, EnrolmentOver
from core.practice.secondfactor import WrongFactor
from core.store import Unit
from core.web import cookies
from staffbot.pages.secondfactor import shown
from staffbot.visit import check_form, house, look, need_proof, run, signed_in, who
from staffbot.wording import say

pages = Blueprint("phone", __name__, url_prefix="/security/phone")


@pages.post("")
def begin() -> Response:
    """A seed for the new phone, which waits."""
    check_form()
    need_proof()
    run(_begin)
    return make_response(redirect("/security/phone", 303))


@pages.get("")
def show() -> Response:
    """The QR code, and the same to be typed; to who proved lately who they are, for it opens the account."""
    signed_in()
    need_proof()
    try:
        return _page(look(_waiting))
    except EnrolmentOver:
        return make_response(redirect("/security", 303))


@pages.post("/confirm")
def confirm() -> Response:
    """The new phone's first code: from now on its codes count; here are the new recovery codes, shown once."""
    door = signed_in()
    check_form()
    need_proof()
    try:
        cookie, codes = phones.move(house().store, who(), door.session_id, request.form.get("code", ""))
    except (WrongFactor, EnrolmentOver) as error:
        return _page(run(_begin), error)
    current_user.token = cookie  # what the page's forms are bound to from now on
    answer = make_response(render_template("signin/recovery.html", codes=codes, to="/security", action="/security"))
    answer.set_cookie(cookies.STAFF, cookie, **cookies.ATTRIBUTES)
    return answer


@pages.post("/stop")
def stop() -> Response:
    """No new phone after all."""
    check_form()
    run(enrolling.forget)
    return make_response(redirect("/security", 303))


def _page(wanted: Enrolment, problem: LatchkeyError | None = None) -> Response:
    said = say(problem) if problem else None
    page = render_template("signin/phone.html", problem=said.message if said else "", **shown(wanted))
    return make_response(page, said.status if said else 200)


def _begin(unit: Unit) -> Enrolment:
    return enrolling.begin(unit, _email(unit), signed_in().session_id)


def _waiting(unit: Unit) -> Enrolment:
    return enrolling.waiting(unit, _email(unit), signed_in().session_id)


def _email(unit: Unit) -> str:
    return find.staff_member(unit, unit.staff_id).email
