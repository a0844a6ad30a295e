"""Where anyone can check whether a link or a text is from us, without opening it."""

from flask import Blueprint, Response, make_response, render_template

from portal.visit import house

pages = Blueprint("genuine", __name__)


@pages.get("/genuine")
def genuine() -> Response:
    """What our links and texts look like, and what they never ask."""
    return make_response(render_template("genuine.html", portal_url=house().settings.portal_url))


@pages.get("/")
def home() -> Response:
    """There is nothing here without a link."""
    return make_response(render_template("genuine.html", portal_url=house().settings.portal_url))
