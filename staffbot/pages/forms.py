"""The forms that can be sent."""

from flask import Blueprint, Response, make_response, render_template

from core.forms import find
from core.practice.words import Right
from staffbot.visit import look, need, stay

pages = Blueprint("forms", __name__)


@pages.get("/forms")
def listing() -> Response:
    """All forms, and how to send one."""
    need(Right.SEND_FORM)
    stay()
    return make_response(render_template("forms.html", forms=look(find.listing)))
