"""The conversation that a person had open last in this browser: there the chat begins (U10)."""

from uuid import UUID

from flask import Response, request

from core.web import cookies
from staffbot.visit import who

NAME = "__Host-lk_o"


def kept() -> UUID | None:
    """Which one; None where there is none, or where it was somebody else who had one open here."""
    value = cookies.only(request.headers.get("Cookie", ""), NAME)
    person, _, conversation = value.partition(".")
    try:
        return UUID(conversation) if person == str(who().actor.id) else None
    except ValueError:
        return None


def keep(answer: Response, conversation_id: UUID) -> Response:
    """Let the browser keep it until it is closed. An id opens nothing: who may see it is asked each time."""
    answer.set_cookie(NAME, f"{who().actor.id}.{conversation_id}", **cookies.ATTRIBUTES)
    return answer
