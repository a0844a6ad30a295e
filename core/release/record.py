"""A message with all that became of it: its deliveries and its release, beside its words."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from core.delivery import find as deliveries
from core.delivery.words import BRINGS_NOTHING, ENDS_BADLY, Status
from core.messages import find as messages
from core.messages.words import Conversation, Kind, Message
from core.release import find as releases
from core.release.words import Release
from core.store.unit import Unit

BY_HAND = frozenset({Release.ON_PAPER, Release.REVOKED})
_ON_THE_WAY = ENDS_BADLY | {Status.QUEUED, Status.UNKNOWN, Status.CANCELLED}  # or never to arrive


def complete(unit: Unit, found: Sequence[Message]) -> list[Message]:
    """These messages with deliveries and releases filled in; two queries however many there are."""
    ids = [message.id for message in found if message.kind is not Kind.INTERNAL]
    ticks, states = deliveries.of_messages(unit, ids), releases.states(unit, ids)
    return [
        replace(message, deliveries=ticks.get(message.id, ()), release=states.get(message.id))
        if message.id in ticks or message.id in states
        else message
        for message in found
    ]


def newest(unit: Unit, conversations: Iterable[Conversation]) -> dict[UUID, Message]:
    """What was said last in each of these conversations, in one line, and what became of it."""
    found = complete(unit, list(messages.last_messages(unit, conversations).values()))
    return {message.conversation_id: message for message in found}


def page(
    unit: Unit, conversation_id: UUID, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> list[Message]:
    """A page of a conversation, complete, oldest first. Raises NotFound."""
    return complete(unit, messages.history(unit, conversation_id, before=before, after=after, limit=limit))


def one(unit: Unit, message_id: UUID) -> Message:
    """One message, complete. Raises NotFound."""
    return complete(unit, [messages.message(unit, message_id)])[0]


def stayed(found: Message) -> bool:
    """Whether nothing of a complete message has left: undone in time, or stopped on the way out each time."""
    carrying = {one.status for one in found.deliveries if one.purpose not in BRINGS_NOTHING}
    return bool(carrying) and carrying <= {Status.CANCELLED, Status.BLOCKED}


def stands(found: Message) -> Status | Release | None:
    """The one status of a complete message: a release's once its link arrived, else that of its last delivery.

    What a person ended, by taking it back or on paper, is so at once. None for what never left.
    `forms.thread` asks the database the same.
    """
    carrying = [one for one in found.deliveries if one.purpose not in BRINGS_NOTHING]
    last: Status | None = carrying[-1].status if carrying else None
    release: Release | None = found.release.status if found.release else None
    return release if release in BY_HAND or (release and last not in _ON_THE_WAY) else last
