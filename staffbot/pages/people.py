"""The people of the practice: inviting, roles, stopping, a lost phone (U87, S47). Asks for a fresh proof."""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid, LatchkeyError
from core.practice import administer, find
from core.practice.staff import EmailTaken, LastOwner
from core.practice.words import Role
from staffbot.visit import check_form, look, need_to_administer, run, stay
from staffbot.wording import say

pages = Blueprint("people", __name__, url_prefix="/admin/staff")
DONE = {
    "invited": "The invitation is on its way. The link in it works for three days.",
    "role": "The role is changed. They were signed out and sign in again.",
    "stopped": "They cannot sign in any more. What they wrote stays.",
    "reset": "They enrol their phone anew when they next sign in.",
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
        run(administer.invite, **given)
    except (Invalid, EmailTaken) as error:
        return _page(problem=error, given=given)
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


@pages.post("/<uuid:staff_id>/stop")
def stop(staff_id: UUID) -> Response:
    """End their access."""
    check_form()
    need_to_administer()
    try:
        run(administer.stop, staff_id)
    except LastOwner as error:
        return _page(problem=error)
    return _done("stopped")


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


def _done(what: str) -> Response:
    return make_response(redirect(f"/admin/staff?done={what}", 303))


def _page(done: str = "", problem: LatchkeyError | None = None, given: dict[str, str] | None = None) -> Response:
    said = say(problem) if problem else None
    page = render_template(
        "people.html",
        people=look(find.staff_names),
        roles=[one.value for one in Role],
        done=done,
        problem=said.message if said else "",
        given=given or {"email": "", "name": "", "role": "practitioner", "title": ""},
    )
    return make_response(page, said.status if said else 200)
