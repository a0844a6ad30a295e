"""What the patient will see of a Direct Message or form: the e-mail and the text, with a sample link and code (U50)."""

from datetime import timedelta
from urllib.parse import urlsplit

from core.compose.contacts import Contact
from core.compose.words import Command, Order, Seen
from core.delivery.words import Channel
from core.delivery.writing.patient_letters import code_text, link_email
from core.forms import find as forms
from core.practice import find as practice
from core.store.unit import Unit

SAMPLE_CODE = "48219037"


def as_seen(unit: Unit, order: Order, contact: Contact) -> tuple[Seen, ...]:
    """Both halves; empty for what is seen as it was written."""
    if order.command not in (Command.DIRECT, Command.FORM):
        return ()
    card = practice.card(unit)
    until = unit.now + timedelta(hours=order.expires_hours or practice.card(unit).link_hours)
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
    return (
        Seen(Channel.EMAIL, letter.subject, letter.text),
        Seen(Channel.SMS, "", code_text(SAMPLE_CODE, host, contact.language, card.name_in_codes)),
    )
