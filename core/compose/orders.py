"""An order before it may go: who may give it, what it must say, what arrives of it, and what it costs (U47, U50)."""

from core.compose.as_seen import heads_up
from core.compose.contacts import Contact, check, look_up
from core.compose.template import check_filled, merge
from core.compose.words import Command, Order
from core.delivery import credits
from core.delivery.providers.sender_names import is_name
from core.delivery.segments import MOST, can_be_sent, count
from core.delivery.senders.own_number import texting_number
from core.errors import Invalid
from core.language import say
from core.messages.blank import is_blank
from core.practice import find as practice
from core.practice.plans import require_plan
from core.practice.rights import require
from core.practice.words import Right
from core.release.link import LONGEST_HOURS
from core.release.pin import MissingPin, has_pin
from core.store.unit import Unit

LONGEST_TEXT = 10_000
LONGEST_SUBJECT = 255  # letters that the network takes (P19)
MOST_PEOPLE = 20
RIGHTS = {
    Command.SMS: Right.SEND_SMS,
    Command.EMAIL: Right.SEND_EMAIL,
    Command.DIRECT: Right.SEND_DIRECT,
    Command.FORM: Right.SEND_FORM,
}


def checked(unit: Unit, order: Order, held: int = 0) -> list[Contact]:
    """The recipients of an order as they are, if it may go. `held`: credits kept for it.

    Raises Forbidden, NotOnTrial, TrialOver, NotFound, MissingEmail, MissingMobile, MissingBoth, MissingPin, OptedOut,
    NoCredits, Invalid.
    """
    require(unit, RIGHTS[order.command])
    require_plan(unit, RIGHTS[order.command])
    if not order.people or len(order.people) > MOST_PEOPLE:
        raise Invalid("recipients", "none" if not order.people else "too_many", limit=MOST_PEOPLE)
    _check_text(order)
    contacts = [look_up(unit, person, order.command) for person in dict.fromkeys(order.people)]
    for contact in contacts:
        check(unit, contact, order.command)
        if order.sensitive and not has_pin(unit, contact.id):
            raise MissingPin(contact.name)
    segments, needed = cost(unit, order, contacts, [received(unit, order, contact) for contact in contacts])
    if segments > MOST:
        raise Invalid("text", "segments", limit=MOST, segments=segments)
    if needed > (left := credits.balance(unit) + held):
        raise credits.NoCredits(needed, left)
    return contacts


def received(unit: Unit, order: Order, contact: Contact) -> str:
    """The text as it arrives: variables filled in, an e-mail signed; from a name nobody can answer, so it says so."""
    card = practice.card(unit)
    text = merge(order.text, contact, card)
    if order.command is Command.EMAIL:
        return f"{text}\n\n{unit.actor.name}\n{card.name}\n{card.phone}".rstrip()
    if order.command is Command.SMS and contact.patient and is_name(texting_number(unit)):
        way_out = say(contact.language, "You cannot answer this text. No more texts? Call %(phone)s.", phone=card.phone)
        return f"{text}\n\n{way_out}"
    return text


def cost(unit: Unit, order: Order, contacts: list[Contact], texts: list[str]) -> tuple[int, int]:
    """Segments and credits: a text costs its segments, a Direct Message holds one credit for its code, and what the
    text costs that says that its e-mail came, where the practice wants one.
    """
    if order.command is Command.SMS:
        segments = max((count(text).segments for text in texts), default=0)
        return segments, sum(count(text).segments for text in texts)
    if order.command is Command.EMAIL:
        return 0, 0
    codes = sum(not contact.by_card for contact in contacts)
    ahead = [heads_up(unit, order, contact) for contact in contacts]
    return min(codes, 1), codes + sum(count(text).segments for text in ahead if text)


def _check_text(order: Order) -> None:
    if is_blank(order.text) and not order.attachments and order.command is not Command.FORM:
        raise Invalid("text", "empty")
    if len(order.text) > LONGEST_TEXT:
        raise Invalid("text", "too_long", limit=LONGEST_TEXT, over=len(order.text) - LONGEST_TEXT)
    if not can_be_sent(order.text):
        raise Invalid("text", "characters")
    if any(c in "\r\n\u2028\u2029" for c in order.subject) or not can_be_sent(order.subject):
        raise Invalid("subject", "characters")
    check_filled(order.text, order.subject)
    if order.command is Command.EMAIL and not order.subject.strip():
        raise Invalid("subject", "empty")
    if len(order.subject) > LONGEST_SUBJECT:
        raise Invalid("subject", "too_long", over=len(order.subject) - LONGEST_SUBJECT)
    if order.attachments and order.command in (Command.SMS, Command.EMAIL):
        raise Invalid("attachments", "only_direct")
    if order.expires_hours is not None and not 1 <= order.expires_hours <= LONGEST_HOURS:
        raise Invalid("expires", "range")
