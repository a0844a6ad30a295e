"""A person's own settings: undo time, the letter about unread messages (U51, U56), being away and who covers."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid
from core.messages import standing_in
from core.practice import find as practice
from core.practice import preferences
from core.practice.words import Right
from core.store import Unit
from staffbot import colours
from staffbot.away_words import day, someone
from staffbot.visit import check_form, look, need, run, stay
from staffbot.wording import say

pages = Blueprint("settings", __name__)


@pages.get("/settings")
def show() -> Response:
    """What is set, and what else could be."""
    need(Right.CHAT)
    stay()
    kept = request.args.get("kept") == "yes"
    return make_response(_page(kept))


@pages.post("/settings")
def keep() -> Response:
    """Keep what was chosen."""
    need(Right.CHAT)
    check_form()
    run(
        preferences.choose,
        undo_seconds=_number("undo"),
        notify_minutes=_number("notice"),
        hears_opened="opened" in request.form,
        enter_sends=request.form.get("enter") != "break",
        has_keys="keys" in request.form,
        unmailed=preferences.MAILED.keys() - set(request.form.getlist("mail")),
    )
    return colours.keep(make_response(redirect("/settings?kept=yes", 303)), request.form.get("colours", ""))


@pages.post("/settings/away")
def go_away() -> Response:
    """Say that one is away, until when, and who covers."""
    need(Right.CHAT)
    check_form()
    typed = {name: request.form.get(name, "") for name in ("first", "back", "cover")}
    try:
        run(standing_in.go_away, day(typed["first"]), day(typed["back"]), someone(typed["cover"]))
    except Invalid as error:
        return make_response(_page(problem=say(error).message, typed=typed), 422)
    return make_response(redirect("/settings?kept=yes", 303))


@pages.post("/settings/back")
def come_back() -> Response:
    """Say that one is here again."""
    need(Right.CHAT)
    check_form()
    run(standing_in.come_back)
    return make_response(redirect("/settings?kept=yes", 303))


def _page(kept: bool = False, problem: str = "", typed: dict[str, str] | None = None) -> str:
    return render_template(
        "settings.html",
        schemes=colours.CHOICES,
        undo=preferences.UNDO,
        notice=preferences.NOTICE,
        kept=kept,
        problem=problem,
        **look(_facts, typed),
    )


def _facts(unit: Unit, typed: dict[str, str] | None) -> dict[str, Any]:
    me, zone = practice.staff_member(unit, unit.staff_id), ZoneInfo(practice.card(unit).time_zone)
    first, back = (f"{at.astimezone(zone):%Y-%m-%d}" if at else "" for at in (me.away_from, me.away_until))
    return {
        "colleagues": [one for one in practice.staff(unit) if one.id != me.id],
        "is_away": me.away_until is not None and me.away_until > unit.now,
        "typed": typed or {"first": first, "back": back, "cover": str(me.cover_id or "")},
    }


def _number(name: str) -> int:
    """What was chosen; something that is never offered for what is no number."""
    try:
        return int(request.form.get(name, ""))
    except ValueError:
        return -2
