"""The last look before something leaves: whoever asked for no more texts meanwhile does not get this one (P50).

What is held for undo, waits for a provider or is tried again can wait long after it was confirmed.
"""

from uuid import UUID

from sqlalchemy import select

from core.audit.trail import append
from core.delivery.status import report
from core.delivery.suppression import Suppressed, bars, refuse
from core.delivery.tables import DeliveryRow
from core.delivery.words import Bar, Channel, Parcel, Status
from core.messages import find as messages
from core.messages.notify import notify
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.store.unit import Unit

WHAT = {Channel.SMS: "A text", Channel.EMAIL: "An email"}
WHY = {Bar.OPT_OUT: "they asked for no more texts before it left"}
BARRED = "their address takes nothing from us any more"


def may_leave(unit: Unit, delivery_id: UUID, channel: Channel, parcel: Parcel) -> bool:
    """Whether its address is still written to. If not it ends here: credits come back, its author is told."""
    row = DeliveryRow
    carried = unit.db.execute(
        select(row.purpose, row.message_id).where(row.practice_id == unit.practice_id, row.id == delivery_id)
    ).one()
    try:
        refuse(bars(unit, channel, parcel.to), carried.purpose)
    except Suppressed as stopped:
        bar = stopped.barred.bar
        report(unit, delivery_id, Status.FAILED, reason="stopped" if bar is Bar.OPT_OUT else "barred", free=True)
        append(unit, "stopped before it left", delivery_id, why=bar.value)
        if carried.message_id:
            _tell_author(unit, carried.message_id, f"{WHAT[channel]} did not go: {WHY.get(bar, BARRED)}.")
        return False
    return True


def _tell_author(unit: Unit, message_id: UUID, said: str) -> None:
    message = messages.message(unit, message_id)
    line = post(unit, message.conversation_id, Writing(Kind.EVENT, Direction.INTERNAL, said))
    if message.author:
        notify(unit, {message.author.id}, line, "refused")
