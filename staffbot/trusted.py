"""Browsers in which a person signed in before: they have tries of their own, so strangers lock nobody out (S38)."""

import hashlib
import secrets

from flask import Response, request

from core.web import cookies
from staffbot.visit import house

NAME = "__Host-lk_d"
LIVES = 90 * 86_400  # seconds


def known(email: str) -> str:
    """The name of this browser, if that person signed in with it before; else empty."""
    kept = _kept()
    return kept.get("browser", "") if kept.get("person") == _person(email) else ""


def with_passkey() -> bool:
    """Whether this browser was last signed in to by somebody who has a passkey there: it is offered first (U4)."""
    return _kept().get("passkey") == "yes"


def remember(answer: Response, email: str, *, passkey: bool | None = None) -> Response:
    """Let the browser keep that this person signed in with it; `passkey`: that they have one, or none any more."""
    has = with_passkey() and bool(known(email)) if passkey is None else passkey
    value = {"person": _person(email), "browser": known(email) or secrets.token_urlsafe(16)}
    value |= {"passkey": "yes"} if has else {}
    answer.set_cookie(NAME, house().trusted.write(value), max_age=LIVES, **cookies.ATTRIBUTES)
    return answer


def _kept() -> dict[str, str]:
    return house().trusted.read(cookies.only(request.headers.get("Cookie", ""), NAME))


def _person(email: str) -> str:
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()
