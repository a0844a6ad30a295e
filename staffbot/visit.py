"""A staff member's request: cookie -> who -> run(action, …)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from flask import current_app, g, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from core.audit import seen
from core.config import Settings
from core.delivery.providers.sandbox import Sandbox
from core.errors import Forbidden
from core.practice import doors, passkeys, sessions
from core.practice.rights import may
from core.practice.words import Ended, Right, Role
from core.store import Store, Unit, Who
from core.web import cookies, csrf, proxies
from core.web.throttle import Throttle
from staffbot.errors import PasskeyNeeded, ProofNeeded, SignedOut

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class House:
    """What the app was built with."""

    settings: Settings
    store: Store
    throttle: Throttle
    sandbox: Sandbox | None
    csrf_key: bytes
    trusted: cookies.Signed


class Person:
    """Who is signed in; Flask-Login's user, made anew from the server-side session at every request (S46)."""

    is_authenticated = is_active = True  # nobody becomes one without a living session
    is_anonymous = False

    def __init__(self, door: doors.StaffDoor, token: str) -> None:
        self.door = door
        self.token = token

    def get_id(self) -> str:
        """The session's id: the session is what is signed in, not the account."""
        return str(self.door.session_id)


def house() -> House:
    """What this app was built with."""
    found: House = current_app.extensions["latchkey"]
    return found


def load_person(_request: Any) -> Person | None:
    """Flask-Login's request loader: the session of the cookie, if it lives."""
    token = cookies.only(request.headers.get("Cookie", ""), cookies.STAFF)
    store = house().store
    door = store.door(doors.staff_session, token, store.clock()) if token else None
    return Person(door, token) if door else None


def signed_in() -> doors.StaffDoor:
    """Who makes this request. Raises SignedOut."""
    if not current_user.is_authenticated:
        raise SignedOut(ended())
    found: doors.StaffDoor = current_user.door
    return found


def ended() -> Ended | None:
    """Why the session that this browser knows is over; None where there was none, or it lives."""
    token = cookies.only(request.headers.get("Cookie", ""), cookies.STAFF)
    return house().store.door(doors.ended_session, token, house().store.clock())


def who() -> Who:
    """Who makes this request, confined to their practice. Raises SignedOut."""
    return signed_in().who


def can(right: Right) -> bool:
    """Whether whoever is signed in has the right: what they may not do is not offered."""
    return may(who().actor.role, right)


def need(right: Right) -> None:
    """Raises Forbidden unless whoever is signed in has the right."""
    if not can(right):
        raise Forbidden(right.value, who().actor.role)


def need_to_administer() -> None:
    """For what changes who may do what: the right, a fresh proof, and of owners a passkey (S44, S47).

    Raises Forbidden, ProofNeeded, PasskeyNeeded.
    """
    need(Right.ADMINISTER)
    need_proof()
    if who().actor.role == Role.OWNER and not house().settings.demo and not look(passkeys.listing):
        raise PasskeyNeeded


def need_proof() -> None:
    """Raises ProofNeeded unless the person proved within ten minutes, in this session, who they are (S47)."""
    proved = signed_in().proved_at
    if proved is None or house().store.clock() - proved > sessions.PROVED_FOR:
        raise ProofNeeded


def run(action: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run an action as the signed-in person."""
    return house().store.run(who(), action, *args, **kwargs)


def look(question: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask a question as the signed-in person."""
    return house().store.look(who(), question, *args, **kwargs)


def saw(patient_id: UUID | None, within: timedelta = seen.AGAIN_AFTER) -> None:
    """The person is shown something about a patient: the trail says so (S108), unless it did `within` that time."""
    if patient_id and not look(seen.lately, patient_id, within):
        run(seen.note, patient_id)


def saw_all(patient_ids: set[UUID]) -> None:
    """The person is shown something about each of these patients."""
    if look(seen.new, patient_ids):
        run(seen.note_all, patient_ids)


def stay() -> None:
    """The person did something: the half hour begins anew, written at most twice a minute.

    A page that lost its socket asks by HEAD whether one is still signed in: nobody pressed anything for that (S45).
    """
    door = signed_in()
    if request.method != "HEAD" and house().store.clock() - door.seen_at > sessions.TOUCH_AFTER:
        house().store.run(door.who, sessions.touch, door.session_id, address())


def csrf_token() -> str:
    """The token of this session's forms and scripts, or of a page before signing in."""
    binding = current_user.token if current_user.is_authenticated else g.get("before", "")
    return csrf.token(house().csrf_key, binding)


def check_form() -> None:
    """A request that changes something must come from our own page, and whoever sent it be signed in still when all of
    it has come: that may take a minute (S48, S71). Raises ForeignRequest, SignedOut.
    """
    came_in = current_user.is_authenticated
    given = request.form.get("csrf_token")  # here the body is read
    g.pop("_login_user", None)  # Flask-Login asks anew
    if came_in:
        signed_in()
    csrf.check(
        csrf_token(),
        given or request.headers.get("X-CSRF-Token", ""),
        origin=request.headers.get("Origin"),
        fetch_site=request.headers.get("Sec-Fetch-Site"),
        own_origin=house().settings.staff_url,
    )


def place(to: str) -> str:
    """Where to go on: one of our own pages, with what it was asked; anything else is the chat (S76)."""
    if not to.startswith("/") or to.startswith("//"):  # werkzeug reads `//patients` as a path, a browser as a host
        return "/"
    if not to.isprintable():  # no header holds a line's end, so that signing in would fail
        return "/"
    try:
        current_app.url_map.bind("").match(to.partition("?")[0], "GET")
    except (HTTPException, RequestRedirect, ValueError):
        return "/"
    return to


def address() -> str:
    """The client's address."""
    return proxies.address(
        request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), house().settings.trusted_proxies
    )
