"""The outbox: what has to leave, written in the transaction of what it belongs to, sealed until it has gone (S99)."""

from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import case, delete, insert, select, update

from core.delivery.segments import as_sent
from core.delivery.status import report
from core.delivery.suppression import address_mac, bars, refuse
from core.delivery.tables import DeliveryRow, DeliveryStep, OutboxRow
from core.delivery.words import Channel, Delivery, Parcel, Purpose, Status
from core.practice.tables import PracticeRow
from core.store.sealing import Place
from core.store.unit import Unit

CODES_FIRST = 0
NORMAL = 1
SHORTEST_WAIT, LONGEST_WAIT = 5, 10_800  # seconds that a provider's queue keeps a text (P20)


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
) -> Delivery:
    """Let a parcel leave from `due_at` on (now), not after `until`; the delivery will tell what became of it.

    Raises Suppressed when its address is not written to.
    """
    refuse(bars(unit, channel, parcel.to), purpose)
    delivery_id = delivery_id or unit.new_id()
    if channel is Channel.SMS:
        parcel = replace(parcel, text=as_sent(parcel.text))
    unit.db.execute(
        insert(DeliveryRow).values(
            practice_id=unit.practice_id,
            id=delivery_id,
            conversation_id=conversation_id,
            message_id=message_id,
            channel=channel,
            purpose=purpose,
            masked=masked,
            address_mac=address_mac(unit, channel, parcel.to),
            provider="",
            status=Status.QUEUED,
            status_at=unit.now,
            reason="",
            credits=credits,
            created_at=unit.now,
        )
    )
    unit.db.execute(
        insert(DeliveryStep).values(
            practice_id=unit.practice_id,
            id=unit.new_id(),
            delivery_id=delivery_id,
            status=Status.QUEUED,
            reason="",
            at=unit.now,
        )
    )
    unit.db.execute(
        insert(OutboxRow).values(
            practice_id=unit.practice_id,
            delivery_id=delivery_id,
            rank=CODES_FIRST if purpose is Purpose.CODE else NORMAL,
            due_at=due_at or unit.now,
            until=until,
            parcel=unit.seals.seal(orjson.dumps(asdict(parcel)), _place(delivery_id), scope=f"outbox:{unit.now:%Y-%m}"),
        )
    )
    made = Delivery(delivery_id, message_id, channel, purpose, masked, Status.QUEUED, unit.now)
    if message_id:
        unit.tell(
            "delivery.updated",
            conversation=conversation_id,
            message=message_id,
            delivery=delivery_id,
            status=Status.QUEUED.value,
        )
    return made


def cancel(unit: Unit, delivery_id: UUID) -> bool:
    """Take a parcel out before it was attempted; whether there was still something to take out."""
    taken = unit.db.execute(
        delete(OutboxRow).where(
            OutboxRow.practice_id == unit.practice_id,
            OutboxRow.delivery_id == delivery_id,
            OutboxRow.attempt_at.is_(None),
            OutboxRow.attempts == 0,
        )
    )
    if taken.rowcount == 0:
        return False
    report(unit, delivery_id, Status.CANCELLED)
    return True


def begin_attempt(unit: Unit, delivery_id: UUID) -> Parcel | None:
    """Claim a parcel for sending, by one conditional statement, before anybody is called (P17).

    None when another worker has it, it was cancelled, or its time is over.
    """
    claimed = unit.db.execute(
        update(OutboxRow)
        .where(
            OutboxRow.practice_id == unit.practice_id,
            OutboxRow.delivery_id == delivery_id,
            OutboxRow.attempt_at.is_(None),
            OutboxRow.due_at <= unit.now,
        )
        .values(attempt_at=unit.now, attempts=OutboxRow.attempts + 1)
        .returning(OutboxRow.parcel, OutboxRow.until)
    ).one_or_none()
    if claimed is None:
        return None
    if claimed.until is not None and claimed.until <= unit.now:
        finish(unit, delivery_id)
        report(unit, delivery_id, Status.FAILED, reason="too_late", free=True)
        return None
    channel = unit.db.execute(
        update(DeliveryRow)
        .where(DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id)
        .values(attempts=DeliveryRow.attempts + 1)
        .returning(DeliveryRow.channel)
    ).scalar_one()
    parcel = Parcel(**orjson.loads(unit.seals.open(claimed.parcel, _place(delivery_id))))
    if channel is Channel.SMS:
        parcel = replace(parcel, sender=_number(unit) or parcel.sender, expires_in=_left(unit, claimed.until))
    return parcel


def _number(unit: Unit) -> str:
    """The number texts come from, so that answers find the practice: its own, else the installation's."""
    own = unit.db.scalar(select(PracticeRow.sms_sender).where(PracticeRow.id == unit.practice_id))
    return own or unit.settings.plivo_sender


def _left(unit: Unit, until: datetime | None) -> int | None:
    """Seconds that a text may still wait at the provider, so that no dead code arrives (P20)."""
    if until is None:
        return None
    return min(max(int((until - unit.now).total_seconds()), SHORTEST_WAIT), LONGEST_WAIT)


def again(unit: Unit, delivery_id: UUID, at: datetime) -> None:
    """It surely did not go: try once more at that time, or say at the end of its life that it could not."""
    unit.db.execute(
        update(OutboxRow)
        .where(OutboxRow.practice_id == unit.practice_id, OutboxRow.delivery_id == delivery_id)
        .values(attempt_at=None, due_at=case((OutboxRow.until < at, OutboxRow.until), else_=at))
    )


def finish(unit: Unit, delivery_id: UUID) -> None:
    """It has gone, or never will: the words leave the outbox."""
    unit.db.execute(
        delete(OutboxRow).where(OutboxRow.practice_id == unit.practice_id, OutboxRow.delivery_id == delivery_id)
    )


def attempts(unit: Unit, delivery_id: UUID) -> int:
    """How often it was tried."""
    return (
        unit.db.scalar(
            select(OutboxRow.attempts).where(
                OutboxRow.practice_id == unit.practice_id, OutboxRow.delivery_id == delivery_id
            )
        )
        or 0
    )


def _place(delivery_id: UUID) -> Place:
    return Place("outbox", delivery_id, "parcel")
