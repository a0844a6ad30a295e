"""Notifications as a page: answer, done, hand over, open; works without script (U53-U55)."""

import secrets
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid
from core.messages import notify, tasks
from core.messages.tasks import TaskOver, TaskTaken
from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot import shapes
from staffbot.commands.errors import UnknownCommand
from staffbot.commands.grammar import as_words, words_only
from staffbot.once import once
from staffbot.parts import someone
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
    client_id = once(request.form.get("client_id", ""))
    try:
        words_only(text)
        run(notify.reply, notification_id, as_words(text), client_id)
    except (Invalid, UnknownCommand) as error:
        return make_response(_page(str(notification_id), text, say(error).message), 422)
    return make_response(redirect("/notifications", 303))


@pages.post("/notifications/<uuid:notification_id>/done")
def done(notification_id: UUID) -> Response:
    """Put away."""
    need(Right.CHAT)
    check_form()
    run(notify.done, notification_id)
    return make_response(redirect(f"/notifications?undo={notification_id}", 303))


@pages.post("/notifications/<uuid:notification_id>/undo")
def undo(notification_id: UUID) -> Response:
    """Bring back what was put away."""
    need(Right.CHAT)
    check_form()
    run(notify.done, notification_id, undo=True)
    return make_response(redirect("/notifications", 303))


@pages.post("/notifications/<uuid:notification_id>/hand")
def hand(notification_id: UUID) -> Response:
    """Ask somebody else to see to it."""
    need(Right.CHAT)
    check_form()
    try:
        run(tasks.hand_on, notification_id, someone(request.form.get("to", "")))
    except (Invalid, TaskTaken, TaskOver) as error:
        said = say(error)
        return make_response(_page(str(notification_id), "", said.message), said.status)
    return make_response(redirect("/notifications", 303))


def _page(wrong: str = "", text: str = "", problem: str = "") -> str:
    return render_template(
        "notifications.html",
        undo=request.args.get("undo", ""),
        **look(_facts),
        wrong=wrong,
        text=text,
        problem=problem,
        client_id=secrets.token_hex(12),
    )


def _facts(unit: Unit) -> dict[str, Any]:
    others = [one for one in practice.staff(unit) if one.id != unit.staff_id]
    return {
        "notifications": [shapes.notification(one) for one in notify.listing(unit)],
        "colleagues": [*practice.groups(unit), *others],
    }
