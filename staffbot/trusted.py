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
    kept = house().trusted.read(cookies.only(request.headers.get("Cookie", ""), NAME))
    return kept.get("browser", "") if kept.get("person") == _person(email) else ""


def remember(answer: Response, email: str) -> Response:
    """Let the browser keep that this person signed in with it."""
    value = {"person": _person(email), "browser": known(email) or secrets.token_urlsafe(16)}
    answer.set_cookie(NAME, house().trusted.write(value), max_age=LIVES, **cookies.ATTRIBUTES)
    return answer


def _person(email: str) -> str:
    return hashlib.sha256(email.strip().casefold().encode()).hexdigest()
