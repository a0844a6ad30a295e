"""What is planned: texts and letters for later, to change or call off until they go."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.compose import scheduled
from core.compose.words import NotThen, Planned
from core.errors import Forbidden, Invalid
from core.messages import find as messages
from core.messages import reminders
from core.practice import find as practice
from core.practice.rights import may
from core.practice.words import Right
from core.store import Unit
from staffbot import wording
from staffbot.visit import check_form, look, need, run, stay

pages = Blueprint("scheduled", __name__)
FORM = "%Y-%m-%dT%H:%M"  # what an input of type datetime-local sends


@pages.get("/scheduled")
def show() -> Response:
    """Everything planned, soonest first."""
    need(Right.CHAT)
    stay()
    return make_response(render_template("scheduled.html", wrong=None, problem="", typed={}, **look(_facts)))


@pages.post("/scheduled/<uuid:planned_id>")
def change(planned_id: UUID) -> Response:
    """Another time, other words."""
    need(Right.CHAT)
    check_form()
    typed = {name: request.form.get(name, "") for name in ("at", "subject", "text")}
    try:
        run(_change, planned_id, typed)
    except (Invalid, NotThen, Forbidden) as error:
        said = wording.say(error)
        page = render_template("scheduled.html", wrong=planned_id, problem=said.message, typed=typed, **look(_facts))
        return make_response(page, said.status)
    return make_response(redirect(f"/scheduled#p-{planned_id}", 303))


@pages.post("/scheduled/<uuid:planned_id>/call-off")
def call_off(planned_id: UUID) -> Response:
    """It will not go."""
    need(Right.CHAT)
    check_form()
    run(scheduled.call_off, planned_id)
    return make_response(redirect("/scheduled", 303))


@pages.post("/scheduled/reminders/<uuid:reminder_id>/call-off")
def call_off_reminder(reminder_id: UUID) -> Response:
    """It is not needed."""
    need(Right.CHAT)
    check_form()
    run(reminders.call_off, reminder_id)
    return make_response(redirect("/scheduled", 303))


def _facts(unit: Unit) -> dict[str, Any]:
    return {"planned": _planned(unit), "reminders": _reminders(unit)}


def _reminders(unit: Unit) -> list[dict[str, Any]]:
    names = {one.id: one.name for one in (*practice.staff_names(unit), *practice.groups(unit))}
    return [
        {
            "id": one.id,
            "at": one.at,
            "text": one.text,
            "to": "you" if one.to == unit.staff_id else names.get(one.to, ""),
            "by": "" if one.author_id == unit.staff_id else names.get(one.author_id, ""),
            "title": messages.conversation(unit, one.conversation_id).title,
            "conversation": one.conversation_id,
        }
        for one in reminders.listing(unit)
    ]


def _change(unit: Unit, planned_id: UUID, typed: dict[str, str]) -> Planned:
    try:
        local = datetime.strptime(typed["at"], FORM)  # noqa: DTZ007 - in the practice's zone, on the next line
    except ValueError as error:
        raise Invalid("when", "date") from error
    at = local.replace(tzinfo=ZoneInfo(practice.card(unit).time_zone))
    return scheduled.change(unit, planned_id, at=at, text=typed["text"], subject=typed["subject"])


def _planned(unit: Unit) -> list[dict[str, Any]]:
    zone = ZoneInfo(practice.card(unit).time_zone)
    names = {member.id: member.name for member in practice.staff_names(unit)}
    return [
        {
            "id": one.id,
            "kind": one.command.value,
            "kind_words": wording.KINDS[one.command.value],
            "to": one.name,
            "patient": one.person if one.patient else None,
            "at": one.at,
            "local": one.at.astimezone(zone).strftime(FORM),
            "subject": one.subject,
            "text": one.text,
            "credits": one.credits,
            "author": names.get(one.author_id, ""),
            "mine": one.author_id == unit.staff_id or may(unit.actor.role, Right.ADMINISTER),
        }
        for one in scheduled.listing(unit)
    ]
