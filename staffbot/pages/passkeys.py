"""Passkeys: signing in with one, proving with one, adding and removing one's own (U4, S44)."""

from uuid import UUID

from flask import Blueprint, Response, g, jsonify, make_response, redirect, request

from core.practice import doors, find
from core.practice import passkeys as keys
from core.practice.doors import TicketDoor
from core.practice.signin import prove_with_passkey, with_passkey
from core.store import Unit
from core.store.unit import NOBODYS
from core.web import cookies
from core.web.csrf import ForeignRequest
from core.web.throttle import SIGN_INS
from staffbot import trusted
from staffbot.pages.signin import BEFORE, TICKET, entered_with, form
from staffbot.visit import address, check_form, house, look, need_proof, place, run, signed_in
from staffbot.wording import say

pages = Blueprint("passkeys", __name__)


@pages.post("/login/passkey/options")
def asking() -> Response:
    """What the browser is to sign."""
    _from_our_page()
    house().throttle.count(SIGN_INS, address())
    return jsonify(keys.asking(house().settings, house().store.run(NOBODYS, keys.challenge)))


@pages.post("/login/passkey")
def enter() -> Response:
    """Sign in with what the browser signed."""
    _from_our_page()
    answer = request.form.get("credential", "")
    try:
        device = request.headers.get("User-Agent", "")
        entered, email = with_passkey(house().store, answer, device, trusted.known, _ticket())
    except keys.WrongPasskey as error:
        said = say(error)
        return form(problem=said.message, status=said.status)
    return trusted.remember(entered_with(entered), email, passkey=True)


@pages.post("/login/again/passkey")
def again() -> Response:
    """Prove with a passkey; the session goes on under a new cookie."""
    door = signed_in()
    check_form()
    cookie = prove_with_passkey(house().store, door.who, door.session_id, request.form.get("credential", ""))
    answer = make_response(redirect(place(request.form.get("to", "/")), 303))
    answer.set_cookie(cookies.STAFF, cookie, **cookies.ATTRIBUTES)
    return answer


@pages.post("/security/passkeys/options")
def making() -> Response:
    """What the browser is to make."""
    check_form()
    need_proof()
    given = house().store.run(NOBODYS, keys.challenge)
    return jsonify(look(lambda unit: keys.making(unit, given, _email(unit))))


@pages.post("/security/passkeys")
def add() -> Response:
    """Keep the passkey the browser made."""
    check_form()
    need_proof()
    run(keys.add, request.form.get("credential", ""), request.form.get("name", ""))
    answer = make_response(redirect(place(request.form.get("to", "/security")), 303))
    return trusted.remember(answer, look(_email), passkey=True)


@pages.post("/security/passkeys/<uuid:passkey_id>/remove")
def remove(passkey_id: UUID) -> Response:
    """Let go of one."""
    check_form()
    need_proof()
    run(keys.remove, passkey_id, signed_in().session_id)
    return trusted.remember(make_response(redirect("/security", 303)), look(_email), passkey=bool(look(keys.listing)))


def _from_our_page() -> None:
    """Before signing in, forms are bound to the sign-in page's cookie or to the ticket of the second step (U3); after,
    to the session.
    """
    kept = request.headers.get("Cookie", "")
    g.before = cookies.only(kept, BEFORE)
    try:
        check_form()
    except ForeignRequest:
        g.before = cookies.only(kept, TICKET)
        if not g.before:
            raise
        check_form()


def _ticket() -> TicketDoor | None:
    """The right password that this browser gave before, if it did."""
    store = house().store
    return store.door(doors.ticket, cookies.only(request.headers.get("Cookie", ""), TICKET), store.clock())


def _email(unit: Unit) -> str:
    return find.staff_member(unit, unit.staff_id).email
