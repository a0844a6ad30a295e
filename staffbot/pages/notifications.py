"""Notifications as a page: answer, done, open; works without script (U53-U55)."""

import secrets
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid
from core.messages import find, notify
from core.messages.words import Notification
from core.practice.words import Right
from core.store import Unit
from staffbot import shapes
from staffbot.visit import check_form, look, need, run, stay
from staffbot.wording import say

pages = Blueprint("notifications", __name__)


@pages.get("/notifications")
def listing() -> Response:
    """What waits for one, newest first."""
    need(Right.CHAT)
    stay()
    return make_response(_page())


@pages.post("/notifications/<uuid:notification_id>/reply")
def reply(notification_id: UUID) -> Response:
    """Answer in place."""
    need(Right.CHAT)
    check_form()
    text = request.form.get("text", "")
    client_id = request.form.get("client_id", "")
    try:
        run(notify.reply, notification_id, text, client_id)
    except Invalid as error:
        return make_response(_page(str(notification_id), text, say(error).message), 422)
    return make_response(redirect("/notifications", 303))


@pages.post("/notifications/<uuid:notification_id>/done")
def done(notification_id: UUID) -> Response:
    """Put away."""
    need(Right.CHAT)
    check_form()
    run(notify.done, notification_id)
    return make_response(redirect("/notifications", 303))


def _page(wrong: str = "", text: str = "", problem: str = "") -> str:
    found = look(lambda unit: [_row(unit, one) for one in notify.listing(unit)])
    return render_template(
        "notifications.html",
        notifications=found,
        wrong=wrong,
        text=text,
        problem=problem,
        client_id=secrets.token_hex(12),
    )


def _row(unit: Unit, one: Notification) -> dict[str, Any]:
    thread = find.conversation(unit, one.conversation_id)
    message = find.message(unit, one.message_id)
    return {**shapes.notification(one), "title": thread.title, "kind_words": shapes.message(message)["kind_words"]}
