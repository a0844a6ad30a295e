"""Ending a colleague's access, with what it means before it is done, and letting them in again (U89, S47, S48)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template

from core.compose import scheduled
from core.errors import Invalid, NotFound
from core.messages import leaver
from core.practice import administer, find
from core.practice.staff import LastOwner
from core.practice.words import Right
from core.store import Unit
from staffbot.visit import check_form, look, need, need_to_administer, run
from staffbot.wording import say

pages = Blueprint("leaving", __name__, url_prefix="/admin/staff")


@pages.get("/<uuid:staff_id>/stop")
def ask(staff_id: UUID) -> Response:
    """What ending it means: how many requests and planned messages there are."""
    need(Right.ADMINISTER)
    facts = look(_facts, staff_id)
    need_to_administer()
    return make_response(render_template("leaving.html", problem="", **facts))


@pages.post("/<uuid:staff_id>/stop")
def stop(staff_id: UUID) -> Response:
    """End their access."""
    check_form()
    need_to_administer()
    try:
        run(leaver.stop, staff_id)
    except (Invalid, LastOwner) as error:
        said = say(error)
        page = render_template("leaving.html", problem=said.message, **look(_facts, staff_id))
        return make_response(page, said.status)
    return make_response(redirect("/admin/staff?done=stopped", 303))


@pages.post("/<uuid:staff_id>/let-in")
def let_in(staff_id: UUID) -> Response:
    """Let somebody who was stopped sign in again."""
    check_form()
    need_to_administer()
    run(administer.let_in_again, staff_id)
    return make_response(redirect("/admin/staff?done=let-in", 303))


def _facts(unit: Unit, staff_id: UUID) -> dict[str, Any]:
    """Who it is, and what waits with them. Raises NotFound."""
    member = next((one for one in find.staff(unit) if one.id == staff_id), None)
    if member is None:
        raise NotFound("colleague")
    return {
        "person": member,
        "requests": leaver.waiting_for(unit, staff_id),
        "planned": sum(one.author_id == staff_id for one in scheduled.listing(unit)),
    }
