"""Requests that change something must come from our own pages: a token bound to the session, and what browsers say
about where a request comes from (S68)."""

import hmac

from core.errors import LatchkeyError

PURPOSE = "csrf"


class ForeignRequest(LatchkeyError):
    """A request that did not come from one of our pages, or from one that is too old."""


def token(key: bytes, binding: str) -> str:
    """The token of a session or pre-session; `binding` is a secret of its cookie."""
    return hmac.digest(key, binding.encode(), "sha256").hex()


def check(expected: str, given: str, *, origin: str | None, fetch_site: str | None, own_origin: str) -> None:
    """Raises ForeignRequest unless the token is right and nothing says that the request comes from elsewhere."""
    if not given.isascii() or not hmac.compare_digest(expected, given):
        raise ForeignRequest
    check_origin(origin=origin, fetch_site=fetch_site, own_origin=own_origin)


def check_origin(*, origin: str | None, fetch_site: str | None, own_origin: str) -> None:
    """The part that needs no token. `null` counts as foreign. Raises ForeignRequest."""
    if fetch_site is not None and fetch_site != "same-origin":
        raise ForeignRequest
    if origin is not None and origin != own_origin:
        raise ForeignRequest
