"""A file handed to staff: saved, never shown (S84)."""

from flask import Response, make_response

from core.web import headers


def handed_out(data: bytes, kind: str, name: str) -> Response:
    """The answer that saves `data` of a media type as a file of that name."""
    answer = make_response(data)
    answer.headers.update(headers.file(name))
    answer.headers["Content-Type"] = kind
    return answer
