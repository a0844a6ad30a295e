"""Whether this app lives and can work."""

from flask import Blueprint, Response, abort, make_response, request

from core.practice.doors import every_practice
from core.web import metrics
from portal.visit import house

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return make_response({"ok": True})


@pages.get("/metrics")
def metrics_page() -> Response:
    """For Prometheus, with the token."""
    if not metrics.allowed(house().settings, request.headers.get("Authorization", "")):
        abort(404)
    return Response(metrics.text(house().store), content_type=metrics.CONTENT_TYPE)


@pages.get("/readyz")
def readyz() -> Response:
    """The database answers."""
    house().store.door(every_practice)
    return make_response({"ok": True})
