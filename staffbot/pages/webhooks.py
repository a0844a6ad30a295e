"""What providers' calls were refused for, for those who administer (P39)."""

from flask import Blueprint, Response, make_response, render_template

from core.delivery import odd_calls
from core.delivery.kept_reports import KEPT
from core.practice.words import Right
from staffbot import addresses
from staffbot.visit import house, need, stay

pages = Blueprint("webhooks", __name__)


@pages.get("/admin/webhooks")
def show() -> Response:
    """By day, provider and kind, of the last thirty days; and what providers keep (P24)."""
    need(Right.ADMINISTER)
    stay()
    store = house().store
    rows = [
        {"day": row.day, "provider": row.provider.title(), "what": addresses.ODDITIES[row.what], "times": row.times}
        for row in store.door(odd_calls.by_day, store.clock())
    ]
    whole = store.settings.plivo_log == "number_only"
    kept = {
        "whole_numbers": whole,
        "texts": store.settings.sms_provider,
        "letters": store.settings.email_provider,
        "kept_days": KEPT.days,
    }
    return make_response(render_template("webhooks.html", rows=rows, **kept))
