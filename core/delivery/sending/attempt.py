"""One attempt to bring a parcel away: written and committed before anybody is called, ended by one of four results.

What was begun and never ended is a doubt, never "unsent" (P12, P17, P23).
"""

import random
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, select, update

from core.delivery import outbox
from core.delivery.kept_reports import keep
from core.delivery.reference import reply_address
from core.delivery.senders.branding import with_logo
from core.delivery.senders.own_number import texting_number
from core.delivery.sending.last_check import may_leave
from core.delivery.status import report, taken
from core.delivery.suppression import suppress
from core.delivery.tables import DeliveryRow, OutboxRow
from core.delivery.words import Bar, Channel, Parcel, Purpose, Report, Stage, Status
from core.errors import LatchkeyError
from core.store.types import AnyRow
from core.store.unit import Unit

log = structlog.get_logger(__name__)

ABANDONED = timedelta(minutes=2)  # much longer than any call may take (P7): its worker is dead
FIRST_ASKED = timedelta(seconds=30)  # after the attempt (P25)
BACKOFF = (5, 15, 60, 240, 900, 1800)  # seconds (P22)
SHORTEST_WAIT, LONGEST_WAIT = 5, 10_800  # seconds that a provider's queue keeps a text (P20)
WRONG_ADDRESS = frozenset({"number", "address"})  # what a provider says at once, as reports say it later


# Made once: building a statement costs several times what running it does, and these run for every parcel.
_BEGUN = (
    update(OutboxRow)
    .where(
        OutboxRow.practice_id == bindparam("practice"),
        OutboxRow.delivery_id == bindparam("delivery"),
        OutboxRow.stage == Stage.TAKEN,
        OutboxRow.holder == bindparam("by"),
    )
    .values(
        stage=Stage.BEGUN,
        attempts=OutboxRow.attempts + 1,
        attempt_at=bindparam("now"),
        due_at=bindparam("lapses"),
    )
    .returning(OutboxRow.parcel, OutboxRow.channel, OutboxRow.until)
)
_TRIED = (
    update(DeliveryRow)
    .where(DeliveryRow.practice_id == bindparam("practice"), DeliveryRow.id == bindparam("delivery"))
    .values(attempts=DeliveryRow.attempts + 1, provider=bindparam("to"))
    .returning(DeliveryRow.purpose)
)


def begin(unit: Unit, delivery_id: UUID, holder: UUID, provider: str, mark: str) -> Parcel | None:
    """Write an attempt down; the parcel as it is to be handed over.

    None when it is no longer this worker's, its time is over, its address is no longer written to, or it cannot be
    opened: then it has failed, because what nobody can read must not stand in the others' way.
    """
    begun = _write_down(unit, delivery_id, holder, provider)
    if begun is None:
        return None
    row, purpose = begun
    if row.until <= unit.now:
        expire(unit, delivery_id)
        return None
    try:
        parcel = outbox.opened(unit, delivery_id, row.parcel)
    except (LatchkeyError, ValueError, TypeError) as error:
        log.error("a parcel that cannot be opened", delivery=str(delivery_id), error=type(error).__name__)
        refused(unit, delivery_id, "unreadable")
        return None
    if not may_leave(unit, delivery_id, row.channel, purpose, parcel):
        outbox.finish(unit, delivery_id)
        return None
    if row.channel is Channel.EMAIL:
        return replace(with_logo(unit, parcel), sender=reply_address(unit.settings, mark))
    return replace(parcel, sender=texting_number(unit) or parcel.sender, expires_in=_left(unit, row.until))


def accepted(unit: Unit, delivery_id: UUID, reference: str) -> None:
    """The provider has it, and calls it so."""
    outbox.finish(unit, delivery_id)
    taken(unit, delivery_id, reference)


def refused(unit: Unit, delivery_id: UUID, why: str, words: str = "") -> None:
    """It will not go, ever: credits come back, and an address that cannot be right is flagged. `words`: its own."""
    outbox.finish(unit, delivery_id)
    report(unit, delivery_id, Status.FAILED, reason=why, free=True)
    if words:
        keep(unit, delivery_id, Report("", Status.FAILED, why, words=words))
    if why in WRONG_ADDRESS:
        suppress(unit, delivery_id, Bar.WRONG)


def later(unit: Unit, delivery_id: UUID, after: int) -> None:
    """It surely did not go: again after a while, never before `after` seconds, as long as there is time left (P22)."""
    tried = unit.db.scalar(
        select(OutboxRow.attempts).where(
            OutboxRow.practice_id == unit.practice_id, OutboxRow.delivery_id == delivery_id
        )
    )
    usual = BACKOFF[min(tried or 1, len(BACKOFF)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads, keeps no secret
    outbox.again(unit, delivery_id, unit.now + timedelta(seconds=max(after, usual)))


def in_doubt(unit: Unit, delivery_id: UUID) -> None:
    """Perhaps it went: kept until the provider, a report or a person tells, and not sent again before (P23)."""
    row = OutboxRow
    doubted = unit.db.execute(
        update(row)
        .where(row.practice_id == unit.practice_id, row.delivery_id == delivery_id, row.stage == Stage.BEGUN)
        .values(stage=Stage.DOUBT, holder=None, due_at=unit.now + FIRST_ASKED, asked=0, nothing_since=None)
    )
    if doubted.rowcount:
        report(unit, delivery_id, Status.UNKNOWN)


def expire(unit: Unit, delivery_id: UUID) -> None:
    """Its time is over before it went: a code died, or a day was not enough (P22)."""
    if not outbox.finish(unit, delivery_id, Stage.WAITING, Stage.BEGUN):
        return
    purpose = unit.db.scalar(
        select(DeliveryRow.purpose).where(DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id)
    )
    why = "too_late" if purpose is Purpose.CODE else "gave_up"
    report(unit, delivery_id, Status.FAILED, reason=why, free=True)


def _write_down(unit: Unit, delivery_id: UUID, holder: UUID, provider: str) -> tuple[AnyRow, Purpose] | None:
    mine = {"practice": unit.practice_id, "delivery": delivery_id}
    begun = unit.db.execute(
        _BEGUN, {**mine, "by": holder, "now": unit.now, "lapses": unit.now + ABANDONED}
    ).one_or_none()
    return begun and (begun, unit.db.execute(_TRIED, {**mine, "to": provider}).scalar_one())


def _left(unit: Unit, until: datetime) -> int:
    """Seconds that a text may still wait at the provider, so that no dead code arrives (P20)."""
    return min(max(int((until - unit.now).total_seconds()), SHORTEST_WAIT), LONGEST_WAIT)
