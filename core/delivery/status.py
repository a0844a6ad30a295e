"""What becomes of a delivery: forward only, told once, credits back where nothing went (S97, P30)."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from core.delivery import credits
from core.delivery.tables import DeliveryRow, DeliveryStep
from core.delivery.words import Status, onward
from core.errors import LatchkeyError
from core.store.types import AnyRow
from core.store.unit import Unit


class UnknownReference(LatchkeyError):
    """No delivery of this practice is known by that."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report changed."""

    status: Status
    changed: bool


def report(unit: Unit, delivery_id: UUID, reported: Status, *, reason: str = "", reference: str = "") -> Reported:
    """Record what the provider says became of one delivery; safe to repeat. Raises UnknownReference."""
    row = _row(unit, delivery_id)
    if row is None:
        raise UnknownReference
    if reference and row.reference and reference != row.reference:
        raise UnknownReference
    status = onward(row.status, reported)
    if status is row.status:
        return Reported(status, changed=False)
    return record(unit, delivery_id, status, reason=reason)


def record(unit: Unit, delivery_id: UUID, status: Status, *, reason: str = "", **values: Any) -> Reported:
    """Write a new status, its step in the timeline, and let those who see the message know. Raises UnknownReference."""
    row = unit.db.execute(
        update(DeliveryRow)
        .where(DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id)
        .values(status=status, status_at=unit.now, reason=reason, **values)
        .returning(DeliveryRow.message_id, DeliveryRow.conversation_id, DeliveryRow.credits)
    ).one_or_none()
    if row is None:
        raise UnknownReference
    unit.db.execute(
        insert(DeliveryStep).values(
            practice_id=unit.practice_id,
            id=unit.new_id(),
            delivery_id=delivery_id,
            status=status,
            reason=reason,
            at=unit.now,
        )
    )
    if status is Status.FAILED and reason in ("refused", "too_late", "gave_up") and row.credits:
        credits.give_back(unit, row.credits, "not sent", row.message_id)
    if row.message_id:
        unit.tell(
            "delivery.updated",
            conversation=row.conversation_id,
            message=row.message_id,
            delivery=delivery_id,
            status=status.value,
        )
    return Reported(status, changed=True)


def _row(unit: Unit, delivery_id: UUID) -> AnyRow | None:
    """The row, locked where the database can: two reports must not race."""
    return unit.db.execute(
        select(DeliveryRow.status, DeliveryRow.reference)
        .where(DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id)
        .with_for_update()
    ).one_or_none()
