"""What providers' calls are refused for: said in one word by status, counted by kind (P39)."""

from collections.abc import Callable, Mapping
from typing import NoReturn

from flask import Response, abort, g
from werkzeug.exceptions import HTTPException

from core.delivery import odd_calls
from core.delivery.odd_calls import Oddity
from portal.visit import house

BY_STATUS: Mapping[int | None, Oddity] = {403: Oddity.FORGED, 400: Oddity.MALFORMED, 413: Oddity.HUGE}


def refuser(provider: str) -> Callable[[HTTPException], Response]:
    """Says no and nothing else, and counts it."""

    def refuse(error: HTTPException) -> Response:
        what = g.pop("oddity", None) or BY_STATUS.get(error.code)
        if what is not None:
            odd_calls.count(house().store, provider, what)
        return Response(status=error.code)

    return refuse


def replayed() -> NoReturn:
    """A call that has had its effect."""
    g.oddity = Oddity.REPLAYED
    abort(403)
