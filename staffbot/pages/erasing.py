"""Erasing an entry of the record before its time: once more who one is, and why (S47, S103, S112)."""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.compose.clearing import erase_early
from core.errors import Invalid
from core.messages import find as messages
from core.practice.words import Right
from staffbot.visit import check_form, house, look, need, need_proof, run, stay
from staffbot.wording import say

pages = Blueprint("erasing", __name__)


@pages.get("/messages/<uuid:message_id>/erase")
def ask(message_id: UUID) -> Response:
    """What erasing means, and the button."""
    need(Right.ERASE_RECORDS)
    need_proof()
    stay()
    look(messages.message, message_id)
    return _page(message_id)


@pages.post("/messages/<uuid:message_id>/erase")
def erase(message_id: UUID) -> Response:
    """Erase it; nothing brings it back."""
    check_form()
    need(Right.ERASE_RECORDS)
    need_proof()
    try:
        run(erase_early, message_id, request.form.get("reason", ""))
    except Invalid as error:
        return _page(message_id, say(error).message)
    return make_response(redirect(f"/messages/{message_id}", 303))


def _page(message_id: UUID, problem: str = "") -> Response:
    years = house().settings.limits.record_years
    page = render_template("messages/erase.html", message_id=message_id, years=years, problem=problem)
    return make_response(page, 422 if problem else 200)
