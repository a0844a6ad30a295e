"""One's own account: where one is signed in, the second step, proving anew who one is (U8, S47, S50)."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.audit.checkpoint import newest_signed
from core.device import named
from core.errors import LatchkeyError, TooMany
from core.practice import find, passkeys, secondfactor, sessions
from core.practice.secondfactor import FactorClosed, WrongFactor
from core.practice.signin import WrongSignIn, make_recovery_codes, prove
from core.store import Unit
from core.web import cookies
from staffbot.signin_words import not_proved
from staffbot.visit import address, check_form, house, look, need_proof, place, run, signed_in, stay, who
from staffbot.wording import say

pages = Blueprint("security", __name__)


@pages.get("/security")
def show() -> Response:
    """Sessions and the second step."""
    stay()
    facts = look(_account)
    to = place(request.args.get("to", "/"))
    wanted = to if to != "/" and not facts["passkeys"] else ""
    return make_response(render_template("security.html", wanted=wanted, **facts))


@pages.post("/security/sessions/<uuid:session_id>/end")
def end(session_id: Any) -> Response:
    """End one session, this one included."""
    check_form()
    run(sessions.end_mine, session_id)
    return make_response(redirect("/security", 303))


@pages.post("/security/sessions/end-others")
def end_others() -> Response:
    """End every session but this one."""
    check_form()
    run(sessions.end_others, signed_in().session_id)
    return make_response(redirect("/security", 303))


@pages.post("/security/recovery")
def recovery() -> Response:
    """Ten new recovery codes, shown once."""
    check_form()
    need_proof()
    codes = make_recovery_codes(house().store, who())
    return make_response(render_template("signin/recovery.html", codes=codes, to="/security", action="/security"))


@pages.get("/login/again")
def ask() -> Response:
    """Password and code once more."""
    return _again()


@pages.post("/login/again")
def again() -> Response:
    """Check them; the session goes on under a new cookie."""
    door = signed_in()
    check_form()
    email = look(lambda unit: find.staff_member(unit, unit.staff_id)).email
    try:
        cookie = prove(
            house().store,
            door.who,
            door.session_id,
            email,
            request.form.get("password", ""),
            request.form.get("code", ""),
        )
    except (WrongSignIn, WrongFactor, FactorClosed, TooMany) as error:
        return _again(error)
    answer = make_response(redirect(place(request.form.get("to", "/")), 303))
    answer.set_cookie(cookies.STAFF, cookie, **cookies.ATTRIBUTES)
    return answer


def _again(problem: LatchkeyError | None = None) -> Response:
    said = say(problem) if problem else None
    page = render_template(
        "signin/again.html",
        problem=not_proved(problem) if problem else "",
        to=place(request.values.get("to", "/")),
        enrolled=look(lambda unit: secondfactor.enrolled(unit, unit.staff_id)),
        passkeys=look(passkeys.listing),
    )
    return make_response(page, said.status if said else 200)


def _account(unit: Unit) -> dict[str, Any]:
    here, network = signed_in().session_id, sessions.network_of(unit, address())
    return {
        "enrolled": secondfactor.enrolled(unit, unit.staff_id),
        "left": secondfactor.recovery_left(unit),
        "passkeys": passkeys.listing(unit),
        "checkpoint": newest_signed(unit),
        "sessions": [
            {
                "id": one.id,
                "device": named(one.device),
                "seen_at": one.seen_at,
                "here": one.id == here,
                "near": one.network == network if one.network else None,
            }
            for one in sessions.listing(unit)
        ],
    }
