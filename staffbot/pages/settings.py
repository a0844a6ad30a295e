"""A person's own settings: undo time, and the letter about unread messages (U51, U56)."""

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.practice import preferences
from core.practice.words import Right
from staffbot.visit import check_form, need, run, stay

pages = Blueprint("settings", __name__)


@pages.get("/settings")
def show() -> Response:
    """What is set, and what else could be."""
    need(Right.CHAT)
    stay()
    kept = request.args.get("kept") == "yes"
    return make_response(render_template("settings.html", undo=preferences.UNDO, notice=preferences.NOTICE, kept=kept))


@pages.post("/settings")
def keep() -> Response:
    """Keep what was chosen."""
    need(Right.CHAT)
    check_form()
    run(preferences.choose, undo_seconds=_number("undo"), notify_minutes=_number("notice"))
    return make_response(redirect("/settings?kept=yes", 303))


def _number(name: str) -> int:
    """What was chosen; something that is never offered for what is no number."""
    try:
        return int(request.form.get(name, ""))
    except ValueError:
        return -2
