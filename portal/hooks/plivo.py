"""Plivo's callbacks: what became of a text, and texts that come in (P40-P44, P47)."""

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from core.delivery import inbound
from core.delivery.providers import plivo_calls
from core.delivery.reports import Heard, text_reported
from portal.visit import house

hooks = Blueprint("hooks_plivo", __name__, url_prefix="/hooks/plivo")
LARGEST = 64 << 10  # bytes; a text has at most 1600 letters
ALWAYS = ("MessageUUID", "From", "To")


@hooks.errorhandler(HTTPException)
def refuse(error: HTTPException) -> Response:
    """Say no and nothing else."""
    return Response(status=error.code)


@hooks.post("/status")
def status() -> Response:
    """A text moved on. Only where its fields are signed too may credits move with it (P40)."""
    fields = _fields()
    signed = _signed(fields)
    _need(fields, (*ALWAYS, "Status"))
    said = plivo_calls.meaning(fields, sure=signed.fields)
    if said is not None:
        heard = text_reported(house().store, request.args.get("ref", ""), said, signed.nonce)
        if heard is Heard.REFUSED:
            abort(403)
    return Response(status=200)


@hooks.post("/inbound")
def arrived() -> Response:
    """A text came in. It needs the signature that covers its words: the other would let anyone's words in."""
    fields = _fields()
    if not _signed(fields).fields:
        abort(403)
    _need(fields, (*ALWAYS, "Text"))
    to, sender = (f"+{fields[name].lstrip('+')}" for name in ("To", "From"))
    inbound.inbound_sms(
        house().store, to=to, sender=sender, text=fields["Text"].replace("\0", ""), once=fields["MessageUUID"]
    )
    return Response("<Response></Response>", 200, content_type="text/xml")


def _fields() -> dict[str, str]:
    request.max_content_length = LARGEST
    given = request.form.to_dict(flat=False)
    if any(len(values) != 1 for values in given.values()):
        abort(400)  # two values for one name: the signature would cover one, we might read the other
    return {name: values[0] for name, values in given.items()}


def _signed(fields: dict[str, str]) -> plivo_calls.Signed:
    """Checked over the address we configured, never over what the request says its host is."""
    settings = house().settings
    query = request.query_string.decode("ascii", "replace")
    address = settings.portal_url + request.path + (f"?{query}" if query else "")
    token = settings.plivo_auth_token.get_secret_value()
    found = plivo_calls.signed(token, address, fields, request.headers)
    return found or abort(403)


def _need(fields: dict[str, str], names: tuple[str, ...]) -> None:
    if not all(name in fields for name in names):
        abort(400)
