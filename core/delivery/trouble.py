"""What a person sent did not arrive: the conversation says so, and whoever sent it is notified (U25).

Once a message, however many of its deliveries fail. Codes, e-mails to staff and automatic answers are nobody's message.
"""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import exists, select, update

from core.delivery.tables import DeliveryRow
from core.delivery.words import Channel, Purpose, Status
from core.messages.notify import notify
from core.messages.post import post
from core.messages.tables import MessageRow
from core.messages.whom import who_asked
from core.messages.words import Direction, Kind, Writing
from core.store.types import AnyRow
from core.store.unit import Unit

SENT_BY_PEOPLE = frozenset({Purpose.BODY, Purpose.LINK})

WHAT: Mapping[tuple[Channel, Purpose], str] = {
    (Channel.SMS, Purpose.BODY): "The text",
    (Channel.EMAIL, Purpose.BODY): "The email",
    (Channel.EMAIL, Purpose.LINK): "The email with the link to a Direct Message",
}
SAID: Mapping[Status, str] = {
    Status.FAILED: "was not delivered. The message says why.",
    Status.BOUNCED: "came back. The message says why.",
    Status.BLOCKED: "was blocked by the receiving side. The message says why.",
    Status.UNKNOWN: "may not have arrived: we cannot tell. It was not sent again, so that nobody gets it twice.",
}


NEVER_LEFT: Mapping[str, str] = {
    "stopped": "did not go: they asked for no more texts before it left.",
    "barred": "did not go: their address takes nothing from us any more.",
}


def tell_sender(unit: Unit, delivery_id: UUID, status: Status, reason: str = "") -> None:
    """Say in its conversation what became of a delivery, and notify whoever sent it, if nobody was told before."""
    row = _untold(unit, delivery_id)
    if row is None or row.purpose not in SENT_BY_PEOPLE or status not in SAID:
        return
    unit.db.execute(
        update(DeliveryRow)
        .where(DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id)
        .values(told_at=unit.now)
    )
    to = f" to {row.masked}" if row.masked else ""
    became = NEVER_LEFT.get(reason, SAID[status]) if status is Status.FAILED else SAID[status]
    said = f"{WHAT[row.channel, row.purpose]}{to} {became}"
    message = post(unit, row.conversation_id, Writing(Kind.EVENT, Direction.INTERNAL, said))
    notify(unit, {row.author_id} if row.author_id else who_asked(unit, row.conversation_id), message, "not delivered")


def _untold(unit: Unit, delivery_id: UUID) -> AnyRow | None:
    """The delivery with its message's author; None when it is nobody's message or its sender has been told."""
    row, other = DeliveryRow, DeliveryRow.__table__.alias()
    told = exists().where(
        other.c.practice_id == row.practice_id, other.c.message_id == row.message_id, other.c.told_at.is_not(None)
    )
    return unit.db.execute(
        select(row.channel, row.purpose, row.masked, row.conversation_id, MessageRow.author_id)
        .join(MessageRow, (MessageRow.practice_id == row.practice_id) & (MessageRow.id == row.message_id))
        .where(row.practice_id == unit.practice_id, row.id == delivery_id, row.conversation_id.is_not(None), ~told)
    ).one_or_none()
