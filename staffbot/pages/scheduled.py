"""What is planned: texts and letters for later, to change or call off until they go."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.calendar import is_near
from core.compose import held, scheduled
from core.compose.warnings import REASONS
from core.compose.words import Planned, Undecided
from core.errors import Invalid, LatchkeyError, NotFound
from core.messages import find as messages
from core.messages import reminders
from core.practice import find as practice
from core.practice.rights import may
from core.practice.words import Right
from core.store import Unit
from staffbot import wording
from staffbot.visit import check_form, look, need, run, stay
from staffbot.warning_words import DECISIONS

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
    typed = {name: request.form.get(name, "") for name in ("at", "subject", "text", "clinical")}
    try:
        run(_change, planned_id, typed)
    except NotFound:
        raise
    except LatchkeyError as error:
        said = wording.say(error)
        why = [(one, DECISIONS[one]) for one in REASONS] if isinstance(error, Undecided) else ()
        facts = {"wrong": planned_id, "problem": said.message, "typed": typed, "why": why}
        page = render_template("scheduled.html", **facts, **look(_facts))
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


@pages.post("/scheduled/<uuid:planned_id>/hand-over")
def hand_over(planned_id: UUID) -> Response:
    """What somebody planned who left goes in another's name."""
    need(Right.ADMINISTER)
    check_form()
    typed = {name: request.form.get(name, "") for name in ("at", "to")}
    try:
        run(_hand_over, planned_id, typed)
    except LatchkeyError as error:
        said = wording.say(error)
        page = render_template("scheduled.html", wrong=planned_id, problem=said.message, typed=typed, **look(_facts))
        return make_response(page, said.status)
    return make_response(redirect(f"/scheduled#p-{planned_id}", 303))


@pages.post("/scheduled/reminders/<uuid:reminder_id>/hand-over")
def hand_over_reminder(reminder_id: UUID) -> Response:
    """A reminder by or for somebody who left is said to another."""
    need(Right.ADMINISTER)
    check_form()
    run(held.hand_over_reminder, reminder_id, _person(request.form.get("to", "")))
    return make_response(redirect("/scheduled", 303))


def _hand_over(unit: Unit, planned_id: UUID, typed: dict[str, str]) -> None:
    held.hand_over(unit, planned_id, _person(typed["to"]), _moment(unit, typed["at"]))


def _person(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise NotFound("staff") from error


def _facts(unit: Unit) -> dict[str, Any]:
    answers = may(unit.actor.role, Right.ADMINISTER)
    here = [one for one in practice.staff(unit) if one.id != unit.staff_id] if answers else []
    return {
        "planned": _planned(unit),
        "reminders": [_reminder(unit, one) for one in reminders.listing(unit)],
        "held_reminders": [_reminder(unit, one) for one in held.held_reminders(unit)] if answers else [],
        "colleagues": [(str(unit.staff_id), "Me"), *((str(one.id), one.name) for one in here)] if answers else [],
        "groups": [(str(one.id), one.name) for one in practice.groups(unit)] if answers else [],
    }


def _reminder(unit: Unit, one: reminders.Reminder) -> dict[str, Any]:
    names = practice.all_names(unit)
    seen = messages.seen(unit, [one.conversation_id]).get(one.conversation_id)  # none of who left may be one's own
    return {
        "id": one.id,
        "at": one.at,
        "text": one.text,
        "to_id": str(one.to),
        "to": "you" if one.to == unit.staff_id else names.get(one.to, ""),
        "by": "" if one.author_id == unit.staff_id else names.get(one.author_id, ""),
        "title": seen.title if seen else "",
        "conversation": one.conversation_id,
    }


def _change(unit: Unit, planned_id: UUID, typed: dict[str, str]) -> Planned:
    at = _moment(unit, typed["at"])
    text, decided = typed["text"].replace("\r\n", "\n"), {"clinical": typed["clinical"]}  # browsers post two signs
    return scheduled.change(unit, planned_id, at=at, text=text, subject=typed["subject"], decided=decided)


def _moment(unit: Unit, typed: str) -> datetime:
    try:
        local = datetime.strptime(typed, FORM)  # noqa: DTZ007 - in the practice's zone, on the next line
    except ValueError as error:
        raise Invalid("when", "date") from error
    if not is_near(local):
        raise Invalid("when", "date")
    return local.replace(tzinfo=ZoneInfo(practice.card(unit).time_zone))


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
            "held": one.held,
            "mine": one.author_id == unit.staff_id or may(unit.actor.role, Right.ADMINISTER),
        }
        for one in scheduled.listing(unit)
    ]
