"""The people of the practice: inviting, roles, groups, stopping, a lost phone, away (U87, S47). Asks for proof."""

from collections.abc import Set
from contextlib import suppress
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid, LatchkeyError
from core.messages import groups, newcomer, standing_in
from core.practice import administer, find
from core.practice.rights import RIGHTS
from core.practice.staff import EmailTaken, LastOwner
from core.practice.words import Right, Role, StaffCard
from core.store import Unit
from staffbot import away_words, narrowing, wording
from staffbot.visit import check_form, look, need_to_administer, run, stay
from staffbot.wording import say

pages = Blueprint("people", __name__, url_prefix="/admin/staff")
DONE = {
    "invited": "The invitation is on its way. The link in it works for three days.",
    "role": "The role is changed. They were signed out and sign in again.",
    "stopped": "They cannot sign in any more. What they wrote stays.",
    "let-in": "They can sign in again, with the password and second step they had.",
    "reset": "They were signed out. They set up their phone anew when they next sign in.",
    "away": "They are set away. They and whoever covers were told inside Latchkey.",
    "back": "They are set back. They and whoever covered were told inside Latchkey.",
    "group": "The group is kept. Type @ and its name in the chat to write to it.",
    "link": "A link to choose a new password is on its way. It works for 30 minutes.",
}


@pages.get("")
def show() -> Response:
    """Everyone, and what can be done."""
    need_to_administer()
    stay()
    return _page(DONE.get(request.args.get("done", ""), ""))


@pages.post("")
def invite() -> Response:
    """Make a colleague an account."""
    check_form()
    need_to_administer()
    given = {name: request.form.get(name, "") for name in ("email", "name", "role", "title")}
    try:
        run(newcomer.invite, **given)
    except (Invalid, EmailTaken) as error:
        return _page(problem=error, given=given, field=error.field if isinstance(error, Invalid) else "email")
    return _done("invited")


@pages.post("/<uuid:staff_id>/role")
def role(staff_id: UUID) -> Response:
    """Change what they are."""
    check_form()
    need_to_administer()
    try:
        run(administer.change_role, staff_id, request.form.get("role", ""))
    except (Invalid, LastOwner) as error:
        return _page(problem=error)
    return _done("role")


@pages.post("/<uuid:staff_id>/reset")
def reset(staff_id: UUID) -> Response:
    """Their phone is lost."""
    check_form()
    need_to_administer()
    run(administer.reset_second_factor, staff_id)
    return _done("reset")


@pages.post("/<uuid:staff_id>/link")
def link(staff_id: UUID) -> Response:
    """They cannot sign in."""
    check_form()
    need_to_administer()
    run(administer.send_password_link, staff_id)
    return _done("link")


@pages.post("/<uuid:staff_id>/away")
def send_away(staff_id: UUID) -> Response:
    """They are not here and cannot say so."""
    check_form()
    need_to_administer()
    typed = {name: request.form.get(name, "") for name in ("first", "back", "cover")}
    try:
        first, back = away_words.day(typed["first"]), away_words.day(typed["back"])
        run(standing_in.send_away, staff_id, first, back, away_words.someone(typed["cover"]))
    except Invalid as error:
        return _page(problem=error, typed={staff_id: typed})
    return _done("away")


@pages.post("/<uuid:staff_id>/back")
def call_back(staff_id: UUID) -> Response:
    """They are here again."""
    check_form()
    need_to_administer()
    try:
        run(standing_in.call_back, staff_id)
    except Invalid as error:
        return _page(problem=error)
    return _done("back")


@pages.post("/groups")
def group() -> Response:
    """Make a group."""
    check_form()
    need_to_administer()
    typed = request.form.get("group", "")
    try:
        run(groups.make, typed, _chosen())
    except Invalid as error:
        return _page(problem=error, group=typed, ticked=_chosen())
    return _done("group")


@pages.post("/groups/<uuid:group_id>")
def gather(group_id: UUID) -> Response:
    """Say who is in a group."""
    check_form()
    need_to_administer()
    try:
        run(groups.gather, group_id, _chosen())
    except Invalid as error:
        return _page(problem=error)
    return _done("group")


def _chosen() -> set[UUID]:
    """Who was ticked; what is no id names nobody."""
    found = set()
    for one in request.form.getlist("in"):
        with suppress(ValueError):
            found.add(UUID(one))
    return found


def _done(what: str) -> Response:
    return make_response(redirect(f"/admin/staff?done={what}", 303))


def _page(
    done: str = "",
    problem: LatchkeyError | None = None,
    given: dict[str, str] | None = None,
    typed: dict[UUID, dict[str, str]] | None = None,
    group: str = "",
    ticked: Set[UUID] = frozenset(),
    field: str = "",
) -> Response:
    said, query, facts = say(problem) if problem else None, narrowing.typed(), look(_people)
    page = render_template(
        "people.html",
        **facts,
        query=query,
        shown=[one for one in facts["people"] if narrowing.fits(query, one.name, one.email, one.title, one.role.value)],
        typed=typed or {},
        group=group,
        ticked=ticked,
        field=field,
        allowed=_allowed(),
        roles=[one.value for one in Role if facts["owns"] or one is not Role.OWNER],
        done=done,
        problem=said.message if said else "",
        given=given or {"email": "", "name": "", "role": "practitioner", "title": ""},
    )
    return make_response(page, said.status if said else 200)


def _allowed() -> list[tuple[str, list[str]]]:
    """What each role may do that the one before it may not."""
    less: Set[Right] = frozenset()
    found = []
    for role in (Role.ASSISTANT, Role.PRACTITIONER, Role.ADMIN):
        more = RIGHTS[role] - less
        found.append(
            (role.value, [wording.RIGHTS[right] for right in Right if right in more and right in wording.RIGHTS])
        )
        less = RIGHTS[role]
    return found


def _people(unit: Unit) -> dict[str, Any]:
    """Everyone, and of those who are away or soon will be the days, as their form begins with them."""
    zone, people = ZoneInfo(find.card(unit).time_zone), find.staff_names(unit)
    working = tuple(member for member in people if member.active)
    today = f"{unit.now.astimezone(zone):%Y-%m-%d}"

    def days(member: StaffCard) -> dict[str, str]:
        if member.away_from is None or member.away_until is None or member.away_until <= unit.now:
            return {"first": today, "back": "", "cover": ""}
        first, back = (f"{at.astimezone(zone):%Y-%m-%d}" for at in (member.away_from, member.away_until))
        return {"first": first, "back": back, "cover": str(member.cover_id or "")}

    return {
        "people": people,
        "owns": unit.actor.role == Role.OWNER,
        "groups": [one for one in find.groups(unit) if one.name != groups.EVERYBODYS],
        "days": {member.id: days(member) for member in people},
        "notes": {member.id: away_words.note(unit, member, working) for member in working},
    }
