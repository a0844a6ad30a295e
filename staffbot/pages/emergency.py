"""Reading a conversation of others in an emergency: proof, reason, half an hour, never unseen."""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.delivery import emergency
from core.errors import Invalid, NotFound
from core.practice.words import Right
from staffbot import shapes
from staffbot.visit import check_form, look, need, need_proof, run, stay
from staffbot.wording import say

pages = Blueprint("emergency", __name__)


@pages.get("/admin/emergency")
def show() -> Response:
    """The conversations one is not in, and what happens if one reads them."""
    need(Right.ADMINISTER)
    need_proof()
    stay()
    return make_response(_page())


@pages.post("/admin/emergency")
def begin() -> Response:
    """Give a reason; everybody concerned is told, then one may read."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    asked, reason = request.form.get("conversation", ""), request.form.get("reason", "")
    try:
        wanted = UUID(asked)
    except ValueError as error:
        raise NotFound("conversation") from error
    try:
        run(emergency.break_in, wanted, reason)
    except Invalid as error:
        return make_response(_page(say(error).message, asked, reason), 422)
    return make_response(redirect(f"/admin/emergency/{wanted}", 303))


@pages.get("/admin/emergency/<uuid:conversation_id>")
def read(conversation_id: UUID) -> Response:
    """What was said, while the half hour lasts."""
    need(Right.ADMINISTER)
    need_proof()
    opened = run(emergency.reading, conversation_id)
    if opened is None:
        return make_response(redirect("/admin/emergency", 303))
    return make_response(
        render_template(
            "emergency_reading.html",
            title=opened.title,
            until=shapes.moment(opened.until),
            messages=[shapes.message(one) for one in opened.messages],
        )
    )


def _page(problem: str = "", asked: str = "", reason: str = "") -> str:
    return render_template(
        "emergency.html", conversations=look(emergency.closed), problem=problem, asked=asked, reason=reason
    )
