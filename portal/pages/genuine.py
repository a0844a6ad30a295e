"""Where anyone can check whether a link or a text is from us, without opening it; and the health of this app."""

from flask import Blueprint, Response, abort, make_response, render_template, request

from core.practice.doors import every_practice
from core.web import metrics
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


@pages.get("/metrics")
def metrics_page() -> Response:
    """For Prometheus, with the token."""
    if not metrics.allowed(house().settings, request.headers.get("Authorization", "")):
        abort(404)
    return Response(metrics.text(house().store), content_type=metrics.CONTENT_TYPE)


@pages.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return make_response({"ok": True})


@pages.get("/readyz")
def readyz() -> Response:
    """The database answers."""
    house().store.door(every_practice)
    return make_response({"ok": True})
