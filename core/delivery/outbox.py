"""The outbox: what has to leave, written in the transaction of what it belongs to, sealed until it has gone (S99)."""

from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from sqlalchemy import bindparam, delete, insert, update

from core.delivery import shared_number
from core.delivery.segments import as_sent
from core.delivery.status import report, step, tell
from core.delivery.suppression import address_mac, bars, refuse
from core.delivery.tables import DeliveryRow, OutboxRow
from core.delivery.words import Channel, Delivery, Parcel, Purpose, Rank, Stage, Status
from core.store.sealing import Place
from core.store.unit import Unit

GIVE_UP = timedelta(hours=24)  # after it could first have left (P22)


_DELIVERY, _WAITS = insert(DeliveryRow), insert(OutboxRow)  # values go beside them
_GONE = delete(OutboxRow).where(  # made once: said for everything that leaves
    OutboxRow.practice_id == bindparam("practice"),
    OutboxRow.delivery_id == bindparam("delivery"),
    OutboxRow.stage.in_(bindparam("stages", expanding=True)),
)


def queue(
    unit: Unit,
    *,
    channel: Channel,
    purpose: Purpose,
    parcel: Parcel,
    masked: str,
    message_id: UUID | None = None,
    conversation_id: UUID | None = None,
    credits: int = 0,
    due_at: datetime | None = None,
    until: datetime | None = None,
    delivery_id: UUID | None = None,
    rank: Rank = Rank.PERSON,
) -> Delivery:
    """Let a parcel leave from `due_at` on (now), not after `until` (a day later); the delivery tells what became of it.

    `rank` is `OUTREACH` for what goes to many; a code always goes first. Raises Suppressed when its address is not
    written to.
    """
    refuse(bars(unit, channel, parcel.to), purpose)
    if channel is Channel.SMS:
        parcel = replace(parcel, text=as_sent(parcel.text))
        shared_number.remember(unit, parcel.to)
    made = Delivery(delivery_id or unit.new_id(), message_id, channel, purpose, masked, Status.QUEUED, unit.now)
    unit.db.execute(_DELIVERY, _known(unit, made, conversation_id, address_mac(unit, channel, parcel.to), credits))
    step(unit, made.id, Status.QUEUED)
    leaves = due_at or unit.now
    first = Rank.CODE if purpose is Purpose.CODE else rank
    unit.db.execute(_WAITS, _waiting(unit, made, parcel, first, leaves, until or leaves + GIVE_UP))
    tell(unit, made.id, message_id, conversation_id, Status.QUEUED)
    return made


def _known(
    unit: Unit, made: Delivery, conversation_id: UUID | None, address: bytes | None, credits: int
) -> dict[str, object]:
    """What is known of a delivery for good: whose, where to (masked, and keyed), what it costs."""
    return {
        "practice_id": unit.practice_id,
        "id": made.id,
        "conversation_id": conversation_id,
        "message_id": made.message_id,
        "channel": made.channel,
        "purpose": made.purpose,
        "masked": made.to,
        "address_mac": address,
        "provider": made.provider,
        "status": made.status,
        "status_at": made.at,
        "reason": made.reason,
        "credits": credits,
        "created_at": made.at,
    }


def _waiting(
    unit: Unit, made: Delivery, parcel: Parcel, rank: Rank, leaves: datetime, until: datetime
) -> dict[str, object]:
    """What lies in the outbox until it has gone: the parcel, sealed."""
    scope = f"outbox:{unit.now:%Y-%m}"
    return {
        "practice_id": unit.practice_id,
        "delivery_id": made.id,
        "channel": made.channel,
        "rank": rank,
        "stage": Stage.WAITING,
        "due_at": leaves,
        "until": until,
        "parcel": unit.seals.seal(orjson.dumps(asdict(parcel)), _place(made.id), scope=scope),
    }


def cancel(unit: Unit, delivery_id: UUID) -> bool:
    """Take a parcel out that surely has not gone, also one that waits to be tried again; whether there was one."""
    taken = unit.db.execute(
        delete(OutboxRow).where(
            OutboxRow.practice_id == unit.practice_id,
            OutboxRow.delivery_id == delivery_id,
            OutboxRow.stage.in_((Stage.WAITING, Stage.TAKEN)),
        )
    )
    if taken.rowcount == 0:
        return False
    report(unit, delivery_id, Status.CANCELLED)
    return True


def again(unit: Unit, delivery_id: UUID, at: datetime) -> None:
    """It surely did not go: try once more at that time."""
    unit.db.execute(
        update(OutboxRow)
        .where(OutboxRow.practice_id == unit.practice_id, OutboxRow.delivery_id == delivery_id)
        .values(stage=Stage.WAITING, holder=None, due_at=at)
    )


def finish(unit: Unit, delivery_id: UUID, *stages: Stage) -> bool:
    """It has gone, or never will: the words leave the outbox, if they are there at one of these stages (any)."""
    found = {"practice": unit.practice_id, "delivery": delivery_id, "stages": stages or tuple(Stage)}
    gone = unit.db.execute(_GONE, found)
    return gone.rowcount > 0


def opened(unit: Unit, delivery_id: UUID, sealed: bytes) -> Parcel:
    """What was queued. Raises Unreadable, Erased, ValueError or TypeError."""
    return Parcel(**{**orjson.loads(unit.seals.open(sealed, _place(delivery_id))), "inline": ()})


def _place(delivery_id: UUID) -> Place:
    return Place("outbox", delivery_id, "parcel")
