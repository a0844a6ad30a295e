"""Reads of deliveries."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from core.delivery.tables import DeliveryRow, DeliveryStep
from core.delivery.words import Channel, Delivery, Purpose, Status
from core.practice.tables import PracticeRow
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

SILENT = timedelta(hours=72)  # not every carrier reports (P37)
_TAKEN = Prepared(  # asked whenever a link is followed, so made once
    select(func.max(DeliveryStep.at).label("at")).where(
        DeliveryStep.practice_id == bindparam("practice"),
        DeliveryStep.delivery_id.in_(  # as a join SQLite begins with every step of the practice
            select(DeliveryRow.id).where(
                DeliveryRow.practice_id == bindparam("practice"),
                DeliveryRow.message_id == bindparam("message"),
                DeliveryRow.purpose == bindparam("purpose"),
            )
        ),
        DeliveryStep.status == Status.SENT,
    )
)


COLUMNS = (  # what a `Delivery` is made of
    DeliveryRow.id,
    DeliveryRow.message_id,
    DeliveryRow.channel,
    DeliveryRow.purpose,
    DeliveryRow.masked,
    DeliveryRow.status,
    DeliveryRow.status_at,
    DeliveryRow.reason,
    DeliveryRow.provider,
    DeliveryRow.waits_since,
    PracticeRow.time_zone,
)
_TICKS = Prepared(  # asked for every page of messages, so made once; nudges to staff are nobody's tick
    select(*COLUMNS)
    .join(PracticeRow, PracticeRow.id == DeliveryRow.practice_id)
    .where(
        DeliveryRow.practice_id == bindparam("practice"),
        DeliveryRow.message_id.in_(bindparam("messages", expanding=True)),
        DeliveryRow.purpose != Purpose.NUDGE,
    )
    .order_by(DeliveryRow.id)
)


def of_messages(unit: Unit, message_ids: Iterable[UUID]) -> dict[UUID, tuple[Delivery, ...]]:
    """The deliveries of these messages, oldest first (ix_delivery_message)."""
    ids = list(message_ids)
    found: dict[UUID, tuple[Delivery, ...]] = {}
    if not ids:
        return found
    for row in _TICKS.rows(unit.db, {"practice": unit.practice_id, "messages": ids}):
        found[row.message_id] = (*found.get(row.message_id, ()), delivery(row, unit.now))
    return found


def delivery(row: AnyRow, now: datetime) -> Delivery:
    """Of a row of `COLUMNS`."""
    return Delivery(
        row.id,
        row.message_id,
        Channel(row.channel),
        Purpose(row.purpose),
        row.masked,
        Status(row.status),
        row.status_at,
        row.reason,
        row.provider,
        row.waits_since and row.waits_since.astimezone(ZoneInfo(row.time_zone)),
        silent=row.status is Status.SENT and row.status_at <= now - SILENT,
    )


def steps(unit: Unit, message_id: UUID) -> Sequence[AnyRow]:
    """Everything that happened to a message's deliveries, in our order; `shown_at` is the provider's time (P31)."""
    return unit.db.execute(
        select(
            DeliveryStep.delivery_id,
            DeliveryStep.at,
            func.coalesce(DeliveryStep.happened_at, DeliveryStep.at, type_=DeliveryStep.at.type).label("shown_at"),
            DeliveryStep.status,
            DeliveryStep.reason,
            DeliveryRow.channel,
            DeliveryRow.purpose,
            DeliveryRow.masked,
            DeliveryRow.provider,
            DeliveryRow.reference,
        )
        .join(
            DeliveryRow,
            (DeliveryRow.practice_id == DeliveryStep.practice_id) & (DeliveryRow.id == DeliveryStep.delivery_id),
        )
        .where(
            DeliveryStep.practice_id == unit.practice_id,
            DeliveryRow.message_id == message_id,
            DeliveryRow.purpose != Purpose.NUDGE,
        )
        .order_by(DeliveryStep.at, DeliveryStep.id)
    ).all()


def handed_over_at(unit: Unit, message_id: UUID, purpose: Purpose) -> datetime | None:
    """When the newest delivery of a purpose was taken by its provider (ix_delivery_message); None while it was not."""
    wanted = {"practice": unit.practice_id, "message": message_id, "purpose": purpose}
    found: datetime | None = _TAKEN.value(unit.db, wanted)
    return found


def unsettled(unit: Unit, limit: int = 20) -> Sequence[AnyRow]:
    """Deliveries that failed, newest first, for `/status` (ix_delivery_status)."""
    row = DeliveryRow
    bad = (Status.FAILED, Status.BOUNCED, Status.BLOCKED, Status.UNKNOWN)
    return unit.db.execute(
        select(row.message_id, row.conversation_id, row.channel, row.status, row.reason, row.status_at)
        .where(row.practice_id == unit.practice_id, row.status.in_(bad), row.message_id.is_not(None))
        .order_by(row.status_at.desc())
        .limit(limit)
    ).all()
