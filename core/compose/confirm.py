"""Confirming a draft: everything checked again, then message, deliveries, link and credits in one transaction."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from core.audit.trail import append
from core.compose import draft as drafts
from core.compose import orders, scratch
from core.compose.clinical import clinical
from core.compose.contacts import Contact, masked
from core.compose.warnings import OPEN, REASONS, to_answer, unanswered
from core.compose.words import Command, Order, Undecided
from core.delivery import credits, outbox
from core.delivery.incoming.quotes import MARKER
from core.delivery.segments import count
from core.delivery.words import Channel, Parcel, Purpose
from core.forms import find as forms
from core.language import say
from core.messages import find
from core.messages.conversations import of_patient, open_with_staff
from core.messages.post import post
from core.messages.words import Direction, Kind, Message, Writing
from core.patients import find as patients
from core.practice import find as practice
from core.release.link import send_direct
from core.store.unit import Unit

LONGEST_HOLD = 30  # seconds (U51)


def confirm(
    unit: Unit,
    draft_id: UUID,
    *,
    text: str | None = None,
    subject: str | None = None,
    hold: int | None = None,
    decided: Mapping[str, str] | None = None,
) -> Message:
    """Send a draft; the first message it became. Confirmed twice, it goes once.

    `hold` is seconds before it may leave (default: the person's undo time), `decided` the answers to its warnings by
    code. Raises Stale when the draft is gone or a contact changed since it was shown, Undecided when words that look
    clinical would leave without a reason or begin with a time that may be meant as one, or when nobody answered what
    is known of the people (`warnings.to_answer`), and what `prepare` raises.
    """
    if (already := drafts.sent_message(unit, draft_id)) is not None:
        return find.message(unit, already)
    if text is not None or subject is not None:
        drafts.change(unit, draft_id, text=text, subject=subject)
    order, contacts = drafts.open_draft(unit, draft_id)
    if order.later is not None and (decided or {}).get("when") != "words":
        raise Undecided(("when",))
    if hold is None:
        hold = practice.staff_member(unit, unit.staff_id).undo_seconds
    hold = min(max(hold, 0), LONGEST_HOLD)
    reason = why_open(order, decided or {})
    answered = looked_at(unit, order, contacts, decided or {})
    credits.in_turn(unit)
    sent = [send(unit, order, contact, hold) for contact in contacts]
    drafts.end(unit, draft_id, sent[0].id)
    if reason:
        append(unit, "sent outside the lock", sent[0].id, reason=reason)
    if answered:
        append(unit, "sent after a warning", sent[0].id, warned=answered)
    if order.conversation_id:
        scratch.forget(unit, order.conversation_id)
    return sent[0]


def cancel(unit: Unit, draft_id: UUID) -> None:
    """Put a draft away unsent. Raises Stale when it was sent or put away before."""
    drafts.end(unit, draft_id)


def why_open(order: Order, decided: Mapping[str, str]) -> str:
    """Why words that look clinical go outside the lock; empty for what does not look so. Raises Undecided."""
    if order.command not in OPEN or not clinical(f"{order.subject} {order.text}"):
        return ""
    if (reason := decided.get("clinical", "")) not in REASONS:
        raise Undecided(("clinical",))
    return reason


def looked_at(unit: Unit, order: Order, contacts: list[Contact], decided: Mapping[str, str]) -> list[str]:
    """The warnings about its people that were answered, by code. Raises Undecided for those that were not (U49)."""
    found = to_answer(unit, order.command, contacts)
    if codes := unanswered(found, decided):
        raise Undecided(codes)
    return [one.code for one in found]


def send(unit: Unit, order: Order, contact: Contact, hold: int, held_by: UUID | None = None) -> Message:
    """Send a checked order to one person, after `hold` seconds. `held_by` holds credits for it already, if anyone does.

    Raises NoCredits.
    """
    if order.command in (Command.DIRECT, Command.FORM):
        return send_direct(
            unit,
            patients.patient(unit, contact.id),
            orders.received(unit, order, contact),
            attachments=order.attachments,
            expires_in=timedelta(hours=order.expires_hours or practice.card(unit).link_hours),
            sensitive=order.sensitive,
            form=forms.pack(unit, order.form) if order.command is Command.FORM else None,
            hold=hold,
        )
    return _send_openly(unit, order, contact, hold, held_by)


def _send_openly(unit: Unit, order: Order, contact: Contact, hold: int, held_by: UUID | None) -> Message:
    """An SMS or an e-mail: the words themselves leave the building."""
    channel = Channel.SMS if order.command is Command.SMS else Channel.EMAIL
    conversation = of_patient(unit, contact.id) if contact.patient else open_with_staff(unit, contact.id).id
    text = orders.received(unit, order, contact)
    kind = Kind.SMS if channel is Channel.SMS else Kind.EMAIL
    message = post(unit, conversation, Writing(kind, Direction.OUTBOUND, text, subject=order.subject))
    price = count(text).segments if channel is Channel.SMS else 0
    delivery_id = unit.new_id()
    if price:
        credits.hold(unit, price, "sms", delivery_id, message.id, instead_of=held_by)
    card = practice.card(unit)
    outbox.queue(
        unit,
        channel=channel,
        purpose=Purpose.BODY,
        parcel=Parcel(
            to=contact.mobile if channel is Channel.SMS else contact.email,
            text=text if channel is Channel.SMS else f"{say(contact.language, MARKER)}\n\n{text}",
            subject=order.subject,
            sender=card.name,
            sender_name=card.name,
        ),
        message_id=message.id,
        conversation_id=conversation,
        masked=masked(contact, channel),
        credits=price,
        due_at=unit.now + timedelta(seconds=hold),
        delivery_id=delivery_id,
    )
    append(unit, f"{channel.value} sent", message.id, to=contact.id, credits=price)
    return message
