"""A patient's request: which link it is about, whether it is unlocked, and running an action for it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from flask import Response, current_app, g, request
from markupsafe import Markup

from core.config import Settings
from core.device import named
from core.errors import LatchkeyError
from core.practice import doors
from core.practice import find as practice
from core.practice.sessions import hash_of
from core.practice.words import PracticeCard
from core.release import find as releases
from core.release import sessions
from core.store import Actor, ActorKind, Store, Unit, Who
from core.web import cookies, csrf, proxies
from core.web.faces import initials
from core.web.throttle import Throttle
from portal import parts

P = ParamSpec("P")
T = TypeVar("T")
JUST_NOW = timedelta(seconds=5)  # the warning of a page counts from when it is made: no more than that may it be late


class NoLink(LatchkeyError):
    """The browser shows no link: its cookie was lost or it never followed one."""


class SessionOver(LatchkeyError):
    """The message was unlocked here and has locked itself again."""


@dataclass(frozen=True, slots=True)
class House:
    """What the app was built with."""

    settings: Settings
    store: Store
    before: cookies.Signed
    known: cookies.Signed
    offers: cookies.Signed
    throttle: Throttle


@dataclass(frozen=True, slots=True)
class Before:
    """A browser that followed a link and has not unlocked it."""

    practice_id: UUID
    link_id: UUID
    nonce: str
    followed: datetime

    @property
    def browser(self) -> bytes:
        """What codes are bound to."""
        return hash_of(self.nonce)


def house() -> House:
    """What this app was built with."""
    found: House = current_app.extensions["latchkey"]
    return found


def address() -> str:
    """The client's address."""
    return proxies.address(
        request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), house().settings.trusted_proxies
    )


def before() -> Before:
    """The link this browser followed. Raises NoLink."""
    found = _followed()
    try:
        seen = Before(UUID(found["p"]), UUID(found["l"]), found["n"], datetime.fromisoformat(found["t"]))
    except (KeyError, ValueError) as error:
        raise NoLink from error
    g.practice_id, g.binding = seen.practice_id, seen.nonce
    return seen


def maybe_before() -> Before | None:
    """The link this browser followed, if any."""
    try:
        return before()
    except NoLink:
        return None


def unlocked() -> doors.PatientDoor:
    """The unlocked link of this browser. Raises SessionOver when it locked itself, NoLink when there never was one."""
    door = lately_unlocked()
    if not door.live:
        raise SessionOver
    return door


def lately_unlocked() -> doors.PatientDoor:
    """The link this browser unlocked, live or over by time. Raises NoLink."""
    door = _door()
    if door is None:
        raise NoLink
    g.practice_id, g.binding = door.practice_id, _cookie(cookies.PATIENT)
    return door


def by_card() -> bool:
    """Whether this browser unlocked, lately, what only a card opens."""
    door = _door()
    return door is not None and look(door.practice_id, releases.by_card, door.link_id)


def language() -> str:
    """What the patient reads whom this request is about; empty for nobody's. Settles nothing else about the request."""
    found = g.get("about") or _followed_quietly() or _unlocked_quietly()
    if "about" not in g and not request.path.startswith("/unlock"):
        found = _unlocked_quietly() or found
    if found is None:
        return ""
    told: str | None = g.get("languages", {}).get(found[1])
    return look(found[0], releases.chosen_language, found[1]) if told is None else told


def learned(link_id: UUID, card: PracticeCard, language: str) -> None:
    """What this request was told beside something else about its link need not be asked for."""
    g.practice_card, g.languages = card, {link_id: language}


def _followed() -> dict[str, str]:
    """What the browser's cookie says that it follows: its signature is checked once a request."""
    if "followed" not in g:
        g.followed = house().before.read(_cookie(cookies.BEFORE))
    found: dict[str, str] = g.followed
    return found


def _followed_quietly() -> tuple[UUID, UUID] | None:
    found = _followed()
    try:
        return UUID(found["p"]), UUID(found["l"])
    except (KeyError, ValueError):
        return None


def _unlocked_quietly() -> tuple[UUID, UUID] | None:
    door = _door()
    return (door.practice_id, door.link_id) if door else None


def _door() -> doors.PatientDoor | None:
    """The door of this browser's session, as it was when the request came: asked once."""
    if "door" not in g:
        token = _cookie(cookies.PATIENT)
        g.door = house().store.door(doors.patient_session, token, house().store.clock()) if token else None
    found: doors.PatientDoor | None = g.door
    return found


def run(practice_id: UUID, action: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run an action as the patient behind the link."""
    return house().store.run(who(practice_id), action, *args, **kwargs)


def look(practice_id: UUID, question: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Ask a question as the patient behind the link."""
    return house().store.look(who(practice_id), question, *args, **kwargs)


def stay(door: doors.PatientDoor) -> None:
    """The patient is still here. Whoever was seen just now, who has unlocked it for one, is not written down again."""
    if house().store.clock() - door.seen_at >= JUST_NOW:
        run(door.practice_id, sessions.touch, door.session_id)


def check_form(token: str | None = None) -> None:
    """A post must come from our own page; `token`: where its body cannot be read whole. Raises ForeignRequest."""
    csrf.check(
        csrf.token(_key(), g.binding),
        request.form.get("csrf_token", "") if token is None else token,
        origin=request.headers.get("Origin"),
        fetch_site=request.headers.get("Sec-Fetch-Site"),
        own_origin=house().settings.portal_url,
    )


def moved_on() -> bool:
    """Whether a post came from a page of ours, as its browser says, that is older than what is open in it now."""
    said, own = request.headers, house().settings.portal_url
    site, origin = said.get("Sec-Fetch-Site"), said.get("Origin")
    foreign = site not in (None, "same-origin") or origin not in (None, own)
    ours = bool(site or origin) or said.get("Referer", "").startswith(f"{own}/")  # some browsers leave out one or two
    return request.method == "POST" and ours and not foreign and bool(request.form.get("csrf_token"))


def with_before(response: Response, practice_id: UUID, link_id: UUID) -> Response:
    """Let the browser remember which link it follows. Following it again keeps what codes are bound to."""
    known = maybe_before()
    nonce = known.nonce if known and known.link_id == link_id else secrets.token_urlsafe(16)
    now = house().store.clock().isoformat()
    value = house().before.write({"p": str(practice_id), "l": str(link_id), "n": nonce, "t": now})
    response.set_cookie(cookies.BEFORE, value, max_age=cookies.BEFORE_LIVES, **cookies.ATTRIBUTES)
    return response


def known_browser() -> UUID | None:
    """This browser's lane, if it unlocked somebody's message before (S16); whose, the database knows."""
    try:
        return UUID(house().known.read(_cookie(cookies.KNOWN))["k"])
    except (KeyError, ValueError):
        return None


def with_known(response: Response, known: UUID) -> Response:
    """Let the browser keep its lane for 90 days."""
    value = house().known.write({"k": str(known)})
    response.set_cookie(cookies.KNOWN, value, max_age=cookies.KNOWN_LIVES, **cookies.ATTRIBUTES)
    return response


def device() -> str:
    """What a browser calls itself, in two words a person knows."""
    return named(request.headers.get("User-Agent", ""))


def card() -> PracticeCard | None:
    """The practice this request is about, once it is known."""
    if "practice_id" not in g:
        return None
    return practice_card()


def forget() -> None:
    """The page that is made now is about nobody: what it would say of the practice cannot be read."""
    g.pop("practice_id", None)


def practice_card() -> PracticeCard:
    """The practice of a request that followed a link; read once a request."""
    known: PracticeCard | None = g.get("practice_card")
    if known is None or known.id != g.practice_id:
        g.practice_card = known = look(g.practice_id, practice.card)
    return known


def for_pages() -> dict[str, Any]:
    """What every page has."""
    seen = card()
    return {
        "practice": seen,
        "csrf_field": _csrf_field,
        "demo": house().settings.demo,
        "icon": parts.icon,
        "summary": parts.summary,
        "wait_a_little": parts.wait_a_little,
        "initials": initials,
        "phone_link": lambda: parts.phone_link(seen),
        "urgent_line": lambda: parts.urgent(seen) if seen else "",
        "hours_line": lambda: parts.hours(seen) if seen else "",
        "safety": lambda: parts.safety(seen),
        "soon": lambda: parts.soon(_left()),
        "read_soon": lambda: parts.read_soon(seen) if seen else "",
    }


def _left() -> float | None:
    """Seconds until an unlocked page locks whatever one does; None for a page that was not unlocked."""
    door = _door()
    return (door.over_at - house().store.clock()).total_seconds() if door else None


def _csrf_field() -> Markup:
    token = csrf.token(_key(), g.binding)  # hexadecimal digits
    return Markup(f'<input type="hidden" name="csrf_token" value="{token}">')  # noqa: S704


def _key() -> bytes:
    return house().store.seals(UUID(int=0)).mac_key(csrf.PURPOSE)


def _cookie(name: str) -> str:
    return cookies.only(request.headers.get("Cookie", ""), name)


def who(practice_id: UUID) -> Who:
    """The patient behind a link, as who they act."""
    return Who(practice_id, Actor(ActorKind.PATIENT))
