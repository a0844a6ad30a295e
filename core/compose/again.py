"""A text or letter to a patient once more, the same way or another: a new draft of the same words, to be checked (U66).

A Direct Message is none of it: its words stay behind the lock, and it goes again as a new link (`release/link.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from core.compose import draft as drafts
from core.compose import orders
from core.compose.contacts import channels, look_up, masked
from core.compose.words import Command, Draft, Order
from core.delivery import find as deliveries
from core.delivery.words import Channel, Status
from core.errors import LatchkeyError, NotFound
from core.messages import find
from core.messages.words import Direction, Kind, Message
from core.practice import find as practice
from core.store.unit import Unit

WAYS = (Command.SMS, Command.EMAIL, Command.DIRECT)
WENT_AS: Mapping[Kind, Command] = {Kind.SMS: Command.SMS, Kind.EMAIL: Command.EMAIL}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to send it again: over which masked addresses, at how many credits; or why it cannot go that way."""

    command: Command
    to: tuple[tuple[Channel, str], ...] = ()
    credits: int = 0
    refused: LatchkeyError | None = None


def ways(unit: Unit, message: Message) -> tuple[Way, ...]:
    """Every way, also those that are refused now; none for what was no text or letter to a patient, or still waits."""
    waiting = any(one.status is Status.QUEUED for one in deliveries.of_messages(unit, [message.id]).get(message.id, ()))
    return () if waiting or not _can_go(message) else tuple(_way(unit, message, command) for command in WAYS)


def prepare_again(unit: Unit, message_id: UUID, command: Command, client_id: str) -> Draft:
    """A draft of the same words to the same patient; nothing leaves. Raises NotFound and what `prepare` raises."""
    message = find.message(unit, message_id)
    if not _can_go(message) or command not in WAYS:
        raise NotFound("message")
    return drafts.prepare(unit, _order(unit, message, command, client_id))


def _can_go(message: Message) -> bool:
    return (
        message.kind in WENT_AS
        and message.direction is Direction.OUTBOUND
        and message.patient_id is not None
        and message.deleted_at is None
        and bool(message.text)
    )


def _way(unit: Unit, message: Message, command: Command) -> Way:
    order = _order(unit, message, command)
    try:
        contacts = orders.checked(unit, order)
    except LatchkeyError as refused:
        return Way(command, refused=refused)
    (contact,) = contacts
    _, credits = orders.cost(unit, order, contacts, [orders.received(unit, order, contact)])
    return Way(command, tuple((one, masked(contact, one)) for one in channels(contact, command)), credits)


def _order(unit: Unit, message: Message, command: Command, client_id: str = "") -> Order:
    if message.patient_id is None:
        raise NotFound("message")
    text, subject = _typed(unit, message), message.subject
    if command is Command.EMAIL:
        subject = subject or practice.card(unit).name
    elif subject:
        text, subject = f"{subject}\n\n{text}", ""
    return Order(
        command,
        (message.patient_id,),
        text,
        subject=subject,
        client_id=client_id,
    )


def _typed(unit: Unit, message: Message) -> str:
    """Its words as they were typed: without the signature of a letter, or the way out below a text."""
    if message.kind is Kind.EMAIL:
        name = message.author.name if message.author else ""
        words, _, _ = message.text.rpartition(f"\n\n{name}\n{practice.card(unit).name}")
        return words or message.text
    bare = _below(unit, message)
    return message.text.removesuffix(bare) or message.text


def _below(unit: Unit, message: Message) -> str:
    """What stands below every text that nobody can answer; empty where one can."""
    person = message.patient_id
    if person is None:
        return ""
    return orders.received(unit, Order(Command.SMS, (person,), ""), look_up(unit, person, Command.SMS))
