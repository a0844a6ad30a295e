"""Where everything about running a practice begins."""

from flask import Blueprint, Response, make_response, render_template

from core.practice.words import Right
from staffbot.visit import need, stay

pages = Blueprint("admin", __name__, url_prefix="/admin")


@pages.get("/", strict_slashes=False)
def show() -> Response:
    """Each place of administration, and what is done there."""
    need(Right.ADMINISTER)
    stay()
    return make_response(render_template("admin.html"))
