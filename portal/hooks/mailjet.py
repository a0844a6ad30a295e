"""Mailjet's callbacks: what became of letters, and letters that come in. Unsigned, so two secrets guard them (S96)."""

import hmac
from typing import Any

from flask import Blueprint, Response, abort, request
from werkzeug.datastructures import Authorization
from werkzeug.exceptions import HTTPException

from core.delivery import odd_calls
from core.delivery.incoming import arrivals
from core.delivery.odd_calls import Oddity
from core.delivery.providers import mailjet_calls
from core.delivery.reports import early
from core.delivery.reports.many_reports import letters_told
from portal import oddities
from portal.visit import house

hooks = Blueprint("hooks_mailjet", __name__, url_prefix="/hooks/mailjet/<secret>")
LARGEST = 256 << 10  # bytes of events


hooks.register_error_handler(HTTPException, oddities.refuser("mailjet"))


@hooks.post("/events")
def happened(secret: str) -> Response:
    """Letters moved on."""
    _check(secret)
    try:
        told = mailjet_calls.events(given := _read(LARGEST))
    except ValueError:
        abort(400)
    store = house().store
    if by_anybody := mailjet_calls.tracked(given):
        odd_calls.count(store, "mailjet", Oddity.TRACKED, by_anybody)
    early.keep(store, "mailjet", *(report for delivery_id, report in told if delivery_id is None))
    marked = [(delivery_id, report) for delivery_id, report in told if delivery_id is not None]
    if strange := letters_told(store, marked):
        odd_calls.count(store, "mailjet", Oddity.UNKNOWN, strange)
    return Response(status=200)


@hooks.post("/inbound")
def arrived(secret: str) -> Response:
    """A letter came in: kept as it is, to be read later. Its attachments are base64, hence a size of its own (P46)."""
    _check(secret)
    store = house().store
    try:
        to, answers = mailjet_calls.addressed(_read((store.settings.attachment_max_mb << 20) * 4 // 3 + (1 << 20)))
    except ValueError:
        abort(400)
    if not arrivals.keep(store, "mailjet", to, answers, request.get_data()):
        odd_calls.count(store, "mailjet", Oddity.UNKNOWN)
    return Response(status=200)


def _check(secret: str) -> None:
    """Both secrets, each in constant time, neither before the other; unset ones let nobody in."""
    settings, given = house().settings, _given()
    path = settings.mailjet_webhook_secret.get_secret_value()
    pairs = [pair.get_secret_value() for pair in settings.mailjet_webhook_auth]
    shown = f"{given.username}:{given.password}" if given and given.type == "basic" else ""
    fits = [hmac.compare_digest(shown.encode(), pair.encode()) and bool(pair.partition(":")[2]) for pair in pairs]
    if not (hmac.compare_digest(secret.encode(), path.encode()) and path) or not any(fits):
        abort(403)


def _given() -> Authorization | None:
    """What a call says who it is; nothing where that cannot be read: werkzeug breaks on letters that base64 has not."""
    try:
        return request.authorization
    except ValueError:
        return None


def _read(largest: int) -> Any:
    """The JSON of a call. Raises ValueError."""
    request.max_content_length = largest
    return mailjet_calls.parsed(request.get_data())
