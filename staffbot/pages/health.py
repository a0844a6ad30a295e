"""Whether this app lives and can work."""

from flask import Blueprint, Response, make_response

from core.practice.doors import every_practice
from staffbot.visit import house

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def healthz() -> Response:
    """The process lives."""
    return make_response({"ok": True})


@pages.get("/readyz")
def readyz() -> Response:
    """The database answers."""
    house().store.door(every_practice)
    return make_response({"ok": True})
