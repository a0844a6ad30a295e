"""A file handed to staff: saved, never shown (S84)."""

from flask import Response, make_response, request

from core.errors import NotFound
from core.web import headers
from staffbot.visit import need_proof


def may_hand_out() -> None:
    """A copy leaves the practice's own pages: once more who one is, and never from another site (S47, S84).

    Raises ProofNeeded, NotFound.
    """
    need_proof()
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotFound


def handed_out(data: bytes, kind: str, name: str) -> Response:
    """The answer that saves `data` of a media type as a file of that name."""
    answer = make_response(data)
    answer.headers.update(headers.file(name))
    answer.headers["Content-Type"] = kind
    return answer
