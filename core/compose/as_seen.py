"""What the patient will see of a Direct Message or form: the e-mail and the text, with a sample link and code (U50)."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from core.compose.contacts import Contact
from core.compose.words import Command, Order, Seen
from core.delivery.words import Channel
from core.delivery.writing.patient_letters import code_text, link_email
from core.forms import find as forms
from core.patients import find as patients
from core.practice import find as practice
from core.release import beside
from core.store.unit import Unit

SAMPLE_CODE = "48219037"
AHEAD = "heads-up"  # the subject of a text that comes by itself: others come when they are asked for


def heads_up(unit: Unit, order: Order, contact: Contact) -> str:
    """The text that says that the e-mail came; empty where none goes."""
    if not practice.card(unit).texts_heads_up:
        return ""
    patient = patients.patient(unit, contact.id)
    return beside.heads_up(unit, patient, _until(unit, order), sensitive=order.sensitive)


def as_seen(unit: Unit, order: Order, contact: Contact) -> tuple[Seen, ...]:
    """Both halves, and the text that says that the e-mail came, where one goes; none for what is seen as written."""
    if order.command not in (Command.DIRECT, Command.FORM):
        return ()
    card = practice.card(unit)
    until = _until(unit, order)
    form = forms.pack(unit, order.form) if order.form else None
    letter = link_email(
        contact.email,
        card,
        contact.language,
        f"{unit.settings.portal_url}/l/…",
        until,
        form=form.title if form else "",
        minutes=form.minutes if form else 0,
    )
    host = urlsplit(unit.settings.portal_url).hostname or ""
    ahead = heads_up(unit, order, contact)
    code = code_text(SAMPLE_CODE, host, contact.language, card.name_in_codes)
    return (
        Seen(Channel.EMAIL, letter.subject, letter.text),
        *((Seen(Channel.SMS, AHEAD, ahead),) if ahead else ()),
        Seen(Channel.SMS, "", code),
    )


def _until(unit: Unit, order: Order) -> datetime:
    return unit.now + timedelta(hours=order.expires_hours or practice.card(unit).link_hours)
