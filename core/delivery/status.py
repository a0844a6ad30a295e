"""What becomes of a delivery: forward only, told once, credits back where nothing went (S97, P30, P62)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import bindparam, func, insert, select, update

from core.delivery import credits, odd_calls
from core.delivery.odd_calls import Oddity
from core.delivery.tables import DeliveryRow, DeliveryStep
from core.delivery.trouble import tell_sender
from core.delivery.words import ENDS_BADLY, Status, is_late_failure, onward
from core.errors import LatchkeyError
from core.store.types import AnyRow
from core.store.unit import Unit

log = structlog.get_logger(__name__)

FIRST_READ = timedelta(hours=1)  # after it was taken, if no report came (P37)
LATE = "late_failure"


# Made once: building a statement costs several times what running it does, and these run for every report.
_MINE = (DeliveryRow.practice_id == bindparam("practice"), DeliveryRow.id == bindparam("delivery"))
_NOW = (
    select(
        DeliveryRow.status,
        DeliveryRow.reference,
        DeliveryRow.reason,
        DeliveryRow.channel,
        DeliveryRow.provider,
        DeliveryRow.message_id,
        DeliveryRow.conversation_id,
        DeliveryRow.credits,
    )
    .where(*_MINE)
    .with_for_update()
)
_MOVED = (
    update(DeliveryRow)
    .where(*_MINE)
    .values(
        status=bindparam("to"),
        status_at=bindparam("now"),
        reason=bindparam("why"),
        read_due_at=bindparam("read_at"),
        reference=func.coalesce(bindparam("name", type_=DeliveryRow.reference.type), DeliveryRow.reference),
    )
)
_STEP = insert(DeliveryStep)


class UnknownReference(LatchkeyError):
    """No delivery of this practice is known by that."""


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report changed."""

    status: Status
    changed: bool


def report(
    unit: Unit,
    delivery_id: UUID,
    reported: Status,
    *,
    reason: str = "",
    reference: str = "",
    free: bool = False,
    at: datetime | None = None,
    anew: bool = False,
) -> Reported:
    """Record what became of one delivery; safe to repeat, and late reports change nothing.

    `reference` is the provider's name for it: kept when ours was lost on the way (P34). `free`: it cost nothing, so
    its credits go back. `at`: when it happened, as the provider says. `anew`: it was sent once more, and has a new name
    there. Raises UnknownReference when there is no such delivery, or it has another reference.
    """
    row = _row(unit, delivery_id)
    if row is None or (reference and row.reference and reference != row.reference and not anew):
        raise UnknownReference
    name = reference if reference and reference != row.reference else None
    late = is_late_failure(row.channel, row.status, reported)
    status = row.status if late else onward(row.status, reported)
    if status is row.status:
        if name:
            _change(unit, delivery_id, reference=name)
        if late and row.reason != LATE:
            _note(unit, delivery_id, row, at)
        return Reported(status, changed=False)
    due = unit.now + FIRST_READ if status is Status.SENT else None
    moved = {"to": status, "now": unit.now, "why": reason, "read_at": due, "name": name}
    unit.db.execute(_MOVED, {"practice": unit.practice_id, "delivery": delivery_id, **moved})
    step(unit, delivery_id, status, reason, at)
    if row.credits:
        credits.settle(unit, delivery_id, status, free=free)
    tell(unit, delivery_id, row.message_id, row.conversation_id, status)
    if status in ENDS_BADLY:
        tell_sender(unit, delivery_id, status, reason)
    return Reported(status, changed=True)


def taken(unit: Unit, delivery_id: UUID, reference: str) -> Reported:
    """The provider took it. Its first report may have come before its answer: then only the name is kept."""
    return report(unit, delivery_id, Status.SENT, reference=reference, anew=True)


def reopen(unit: Unit, delivery_id: UUID) -> None:
    """It surely did not go, or a person wants it to go once more: what nobody could tell waits again."""
    row = _row(unit, delivery_id)
    if row is None or row.status is not Status.UNKNOWN:
        return
    _change(unit, delivery_id, status=Status.QUEUED, status_at=unit.now, reason="")
    step(unit, delivery_id, Status.QUEUED, "again")
    tell(unit, delivery_id, row.message_id, row.conversation_id, Status.QUEUED)


def _note(unit: Unit, delivery_id: UUID, row: AnyRow, at: datetime | None) -> None:
    """A text that arrived cannot unarrive: what the network says afterwards is a note, and counted (P30)."""
    _change(unit, delivery_id, reason=LATE)
    step(unit, delivery_id, row.status, LATE, at)
    odd_calls.add(unit, row.provider, Oddity.LATE)
    log.warning("a failure after an arrival", delivery=str(delivery_id), provider=row.provider)
    tell(unit, delivery_id, row.message_id, row.conversation_id, row.status)


def step(unit: Unit, delivery_id: UUID, status: Status, reason: str = "", happened_at: datetime | None = None) -> None:
    """A line of a delivery's history: now, or with `happened_at` as the provider says, which is never later."""
    row = {
        "practice_id": unit.practice_id,
        "id": unit.new_id(),
        "delivery_id": delivery_id,
        "status": status,
        "reason": reason,
        "at": unit.now,
        "happened_at": min(happened_at, unit.now) if happened_at else None,
    }
    unit.db.execute(_STEP, row)


def tell(unit: Unit, delivery_id: UUID, message_id: UUID | None, conversation_id: UUID | None, status: Status) -> None:
    """Let who sees the message see what became of it; what belongs to none is nobody's to see."""
    if message_id:
        unit.tell(
            "delivery.updated",
            conversation=conversation_id,
            message=message_id,
            delivery=delivery_id,
            status=status.value,
        )


def _row(unit: Unit, delivery_id: UUID) -> AnyRow | None:
    """The row, locked where the database can: two reports must not race."""
    return unit.db.execute(_NOW, {"practice": unit.practice_id, "delivery": delivery_id}).one_or_none()


def _change(unit: Unit, delivery_id: UUID, **values: Any) -> None:
    unit.db.execute(
        update(DeliveryRow)
        .where(DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id)
        .values(**values)
    )
