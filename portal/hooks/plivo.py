"""Plivo's callbacks: what became of a text, and texts that come in (P40-P44, P47)."""

from html import escape

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from core.delivery import inbound, odd_calls
from core.delivery.odd_calls import Oddity
from core.delivery.providers import plivo_calls
from core.delivery.reports import Heard, early, text_reported
from portal import oddities
from portal.visit import house

hooks = Blueprint("hooks_plivo", __name__, url_prefix="/hooks/plivo")
LARGEST = 64 << 10  # bytes; a text has at most 1600 letters
ALWAYS = ("MessageUUID", "From", "To")
LONGEST_SHORT_CODE = 6  # digits


hooks.register_error_handler(HTTPException, oddities.refuser("plivo"))


@hooks.post("/status")
def status() -> Response:
    """A text moved on. Only where its fields are signed too may credits move with it (P40)."""
    fields = _fields()
    signed = _signed(fields)
    _need(fields, (*ALWAYS, "Status"))
    said = plivo_calls.meaning(fields, sure=signed.fields)
    mark = request.args.get("ref", "")
    if said is not None and not mark and signed.fields:
        early.keep(house().store, "plivo", said)
    elif said is not None:
        heard = text_reported(house().store, mark, said, signed.nonce)
        if heard is Heard.REFUSED:
            abort(403)
        if heard is Heard.REPLAYED:
            oddities.replayed()
        if heard is Heard.UNKNOWN:
            odd_calls.count(house().store, "plivo", Oddity.UNKNOWN)
    return Response(status=200)


@hooks.post("/inbound")
def arrived() -> Response:
    """A text came in. Under the signature that does not cover its words it waits for a person (P40)."""
    fields = _fields()
    signed = _signed(fields)
    media = sum(name.startswith("Media") and name[5:].isdigit() for name in fields)
    _need(fields, ALWAYS if media else (*ALWAYS, "Text"))
    came = inbound.text_arrived(
        house().store,
        inbound.Text(
            to=_number(fields["To"]),
            sender=_number(fields["From"]),
            text=fields.get("Text", ""),
            once=fields["MessageUUID"],
            intent=fields.get("MessageIntent", ""),
            media=media,
            proven=signed.fields,
            nonce=signed.nonce,
        ),
    )
    if came.fate is inbound.Fate.REPLAYED:
        oddities.replayed()
    if came.fate is inbound.Fate.NOBODYS:
        odd_calls.count(house().store, "plivo", Oddity.UNKNOWN)
    return Response(_answer(came.answer, fields), 200, content_type="text/xml")


def _answer(text: str, fields: dict[str, str]) -> str:
    """What Plivo is to text back: to a phone that is nobody's, once a day; to all others answers go by the outbox."""
    if not text:
        return "<Response></Response>"
    back = f'src="{escape(fields["To"])}" dst="{escape(fields["From"])}"'
    return f"<Response><Message {back}>{escape(text)}</Message></Response>"


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
    found = plivo_calls.signed(token, address, fields, dict(request.headers))
    return found or abort(403)


def _number(said: str) -> str:
    """Plivo leaves out the plus of a number; short codes and names of senders have none."""
    digits = said.lstrip("+")
    return f"+{digits}" if digits.isdigit() and len(digits) > LONGEST_SHORT_CODE else said


def _need(fields: dict[str, str], names: tuple[str, ...]) -> None:
    """Whom and what it is about must be there, and be names: we give them back, in XML that knows no NUL."""
    there = all(name in fields for name in names)
    if not there or not all(fields[name].isprintable() for name in ALWAYS) or not fields["MessageUUID"]:
        abort(400)
