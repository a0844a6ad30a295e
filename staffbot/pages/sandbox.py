"""The pretend phone and mailbox (U69, U70), only while a provider is the sandbox (contract section 4)."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request
from markupsafe import Markup, escape

from core.delivery import inbound
from core.delivery.incoming.letters import letter_arrived
from core.delivery.providers.sandbox import Pretend, Sandbox
from core.delivery.reports import hear
from core.delivery.senders.own_number import texting_number
from core.delivery.status import UnknownReference
from core.delivery.words import Channel, Letter, Parcel, Status
from core.errors import Invalid
from core.patients.directory import directory
from core.patients.phone import shown
from core.practice import doors
from core.practice import find as practice
from core.store import Unit, Who
from core.store.unit import SYSTEM
from staffbot import shapes
from staffbot.visit import check_form, house, look, signed_in

pages = Blueprint("sandbox", __name__, url_prefix="/sandbox")
LINK = re.compile(r"https?://[^\s<]+")
CODE = re.compile(r"^(\d{4}) (\d{4}) is your code", re.MULTILINE)


@pages.before_request
def only_while_pretending() -> None:
    """Nothing is here once real providers are set up.

    A demonstration, whose passwords are printed, lets scripts read without signing in; nothing else does.
    """
    if house().sandbox is None:
        abort(404)
    if not (house().settings.demo and request.endpoint == "sandbox.messages"):
        signed_in()


@pages.get("/")
def show() -> Response:
    """One person's phone and mailbox."""
    arrived = _sandbox().messages()
    people = _lately(look(_people), arrived)
    wanted = request.args.get("who", "")
    person = next((one for one in people if one["id"] == wanted), people[0])
    theirs = [_shown(one) for one in arrived if one.to in (person["mobile"], person["email"])]
    return make_response(
        render_template(
            "sandbox.html",
            newest=max((one["sent_at"] + one["status"] for one in theirs), default=""),  # as its script reads it
            people=people,
            person=person,
            texts=[one for one in reversed(theirs) if one["channel"] == Channel.SMS.value][-30:],
            mails=[one for one in theirs if one["channel"] == Channel.EMAIL.value][:30],
            open_mail=request.args.get("mail", ""),
        )
    )


@pages.get("/messages.json")
def messages() -> Response:
    """What arrived, newest first, for scripts."""
    since = request.args.get("since", "")
    try:
        after = datetime.fromisoformat(since.replace("Z", "+00:00")) if since else None
    except ValueError as error:
        raise Invalid("since", "date") from error
    found = _sandbox().messages(to=request.args.get("to") or None, since=after)
    if not house().settings.demo:
        ours = {address for one in look(_people) for address in (one["email"], one["mobile"])}
        found = [one for one in found if one.to in ours]
    return make_response([_told(one) for one in found])


@pages.post("/messages/<uuid:message_id>/status")
def set_status(message_id: UUID) -> Response:
    """Decide what becomes of one: delivered, failed, …"""
    check_form()
    given = (request.get_json(silent=True) or {}).get("status") or request.form.get("status", "")
    if given not in {status.value for status in Status}:
        raise Invalid("status", "unknown")
    delivery_id, said = _sandbox().set_status(message_id, Status(given))
    store = house().store
    practice_id = store.door(doors.report, delivery_id)
    if practice_id:
        try:
            store.run(Who(practice_id, SYSTEM), hear, delivery_id, said)
        except UnknownReference:
            abort(404)
    return _back({"ok": True, "status": given})


@pages.post("/inbound")
def answer() -> Response:
    """Act as a person: a text or an e-mail to the practice."""
    check_form()
    given: dict[str, Any] = request.get_json(silent=True) or request.form.to_dict()
    channel, sender, text = (str(given.get(key, "")) for key in ("channel", "from", "text"))
    to = str(given.get("to") or _sandbox().last_sender_to(sender) or "")
    store = house().store
    if channel == "sms":
        to = to or look(texting_number)
        came = inbound.text_arrived(store, inbound.Text(to=to, sender=sender, text=text))
        if came.answer:  # as the network would text it
            _sandbox().keep(Channel.SMS, Parcel(to=sender, text=came.answer, sender=to), None)
        fate = came.fate
    elif channel == "email":
        letter = Letter(to=to, sender=sender, subject=str(given.get("subject", "")), text=text)
        fate = letter_arrived(store, letter)
    else:
        raise Invalid("channel", "unknown")
    return _back({"ok": fate is not inbound.Fate.NOBODYS, "fate": fate.value})


def _back(said: dict[str, Any]) -> Response:
    if request.is_json:
        return make_response(said, 200 if said["ok"] else 404)
    return make_response(redirect(f"/sandbox/?who={request.form.get('who', '')}", 303))


def _sandbox() -> Sandbox:
    found = house().sandbox
    if found is None:
        abort(404)
    return found


def _people(unit: Unit) -> list[dict[str, str]]:
    patients = [
        {"id": str(one.id), "name": one.name, "email": one.email, "mobile": one.mobile, "kind": "patient"}
        for one in directory(unit).all()
        if one.email or one.mobile
    ]
    staff = [
        {"id": str(one.id), "name": one.name, "email": one.email, "mobile": one.mobile, "kind": "staff"}
        for one in practice.staff(unit)
    ]
    return [{**one, "number": shown(one["mobile"])} for one in patients + staff]


def _lately(people: list[dict[str, str]], arrived: list[Pretend]) -> list[dict[str, str]]:
    """Those who got something last come first."""
    order = {one.to: place for place, one in reversed(list(enumerate(arrived)))}
    last = len(arrived)
    return sorted(people, key=lambda one: min(order.get(one["email"], last), order.get(one["mobile"], last)))


def _shown(one: Pretend) -> dict[str, Any]:
    code = CODE.search(one.text)
    return {
        **_told(one),
        "linked": _linked(one.text),
        "code": "".join(code.groups()) if code else "",
        "at": one.sent_at,
    }


def _linked(text: str) -> Markup:
    """The text with its links to be pressed; everything else as it is."""
    made, last = Markup(), 0
    for found in LINK.finditer(text):
        made += escape(text[last : found.start()])
        made += Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(found[0])
        last = found.end()
    return made + escape(text[last:])


def _told(one: Pretend) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "channel": one.channel.value,
        "to": one.to,
        "from": one.sender,
        "subject": one.subject,
        "text": one.text,
        "html": one.html,
        "attachments": [],
        "sent_at": shapes.moment(one.sent_at),
        "status": one.status,
    }
