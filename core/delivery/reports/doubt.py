"""What nobody knows to have gone: the provider is asked, then a person; nothing is sent again before one of them tells.

Asked after 30 s, 2 and 10 minutes, because answers lag and a failed search proves nothing (P25-P27). A report that
comes meanwhile decides by itself (P34). Only "nothing", said twice and ten minutes apart, lets it go once more.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, exists, select, update

from core.audit.trail import append
from core.delivery import outbox
from core.delivery.providers.open import Providers
from core.delivery.providers.polite import ask, may_ask
from core.delivery.providers.ports import Found, Trace, TryAgain, Unsure
from core.delivery.segments import count
from core.delivery.senders.own_number import texting_number
from core.delivery.sending import attempt, claim
from core.delivery.status import reopen, report
from core.delivery.tables import DeliveryRow, OutboxRow
from core.delivery.trouble import tell_sender
from core.delivery.words import Purpose, Stage, Status
from core.errors import NotFound
from core.store.types import AnyRow
from core.store.unit import NOBODYS, SYSTEM, Unit, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)

WAITS = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10))
SURE = timedelta(minutes=10)  # between two searches that found nothing
ASKING = timedelta(minutes=1)  # for one worker to ask, before another does
NEAR = timedelta(seconds=65)  # attempts so close may be found by the same search
BATCH = 2  # searches in a turn: one that hangs holds up the rest


def doubts(store: Store, providers: Providers) -> Callable[[], int]:
    """A chore of the worker: ask about what is due; how many were asked about."""

    def look() -> int:
        due = store.door(claim.lapsed, Stage.DOUBT, store.clock(), BATCH)
        if due:
            store.run(NOBODYS, _settled_by_reports)
        return sum(_ask_about(store, providers, row) for row in due)

    return look


def _ask_about(store: Store, providers: Providers, row: AnyRow) -> bool:
    """Ask about one; False where the pace allows no question now: it stays due."""
    provider = providers.by_channel[row.channel]
    if not may_ask(store, provider):
        return False
    who = Who(row.practice_id, SYSTEM)
    trace = store.run(who, _question, row.delivery_id)
    if trace is not None:
        try:
            found = ask(store, provider, lambda: provider.search(trace))
        except (TryAgain, Unsure):
            found = None
        store.run(who, settle, row.delivery_id, found)
    return True


def settle(unit: Unit, delivery_id: UUID, found: Found | None) -> None:
    """What the provider's answer makes of a doubt; None when it could not be asked."""
    row = _doubted(unit, delivery_id)
    if row is None:
        return
    if row.status is not Status.UNKNOWN:  # a report came
        outbox.finish(unit, delivery_id)
    elif found is None and unit.now - row.attempt_at < outbox.GIVE_UP:
        _ask_again(unit, delivery_id, row.asked)
    elif found is None:
        _for_a_person(unit, delivery_id)
    elif found.sure and found.references:
        if len(found.references) > 1:
            log.error("taken more than once", delivery=str(delivery_id), times=len(found.references))
        attempt.accepted(unit, delivery_id, found.references[0])
    elif left := _nobodys(unit, row.provider, found.references):
        if len(left) == 1 and not _rivals(unit, delivery_id, row):
            attempt.accepted(unit, delivery_id, left[0])
        elif row.asked + 1 < len(WAITS):
            _ask_again(unit, delivery_id, row.asked + 1)
        else:
            _for_a_person(unit, delivery_id)
    else:
        _nothing(unit, delivery_id, row)


def send_again(unit: Unit, delivery_id: UUID) -> None:
    """A person wants what is in doubt to go once more. Raises NotFound when it is not, or is a code."""
    _decidable(unit, delivery_id)
    append(unit, "sent again in doubt", delivery_id)
    _once_more(unit, delivery_id)


def it_went(unit: Unit, delivery_id: UUID) -> None:
    """A person knows that it arrived. Raises NotFound when it is not in doubt."""
    _decidable(unit, delivery_id)
    append(unit, "doubt ended: it went", delivery_id)
    outbox.finish(unit, delivery_id)
    report(unit, delivery_id, Status.SENT, reason="told_by_staff")


def _settled_by_reports(unit: Unit) -> None:
    """What a report told meanwhile need not be asked about (P34)."""
    row, delivery = OutboxRow, DeliveryRow
    told = (
        select(delivery.id)
        .where(
            delivery.practice_id == row.practice_id, delivery.id == row.delivery_id, delivery.status != Status.UNKNOWN
        )
        .exists()
    )
    unit.db.execute(delete(row).where(row.stage.in_((Stage.DOUBT, Stage.CASE)), told))


def _question(unit: Unit, delivery_id: UUID) -> Trace | None:
    """What to ask about, for one worker alone; None when there is nothing to ask any more."""
    row = OutboxRow
    asked = unit.db.execute(
        update(row)
        .where(
            row.practice_id == unit.practice_id,
            row.delivery_id == delivery_id,
            row.stage == Stage.DOUBT,
            row.due_at <= unit.now,
        )
        .values(due_at=unit.now + ASKING)
        .returning(row.parcel, row.attempt_at)
    ).one_or_none()
    if asked is None:
        return None
    parcel = outbox.opened(unit, delivery_id, asked.parcel)
    sender = texting_number(unit) or parcel.sender
    return Trace(delivery_id, parcel.to, sender, count(parcel.text).segments, asked.attempt_at)


def _nothing(unit: Unit, delivery_id: UUID, row: AnyRow) -> None:
    """The provider has nothing: sure when it said so before, long enough ago. A dead code is never sent (P28)."""
    since = row.nothing_since or unit.now
    if unit.now - since < SURE:
        _ask_again(unit, delivery_id, row.asked + 1, nothing_since=since)
    elif row.purpose is Purpose.CODE:
        attempt.refused(unit, delivery_id, "too_late")
    else:
        _once_more(unit, delivery_id)


def _once_more(unit: Unit, delivery_id: UUID) -> None:
    reopen(unit, delivery_id)
    outbox.again(unit, delivery_id, unit.now)


def _ask_again(unit: Unit, delivery_id: UUID, asked: int, **more: object) -> None:
    _change(unit, delivery_id, asked=asked, due_at=unit.now + WAITS[min(asked, len(WAITS) - 1)], **more)


def _for_a_person(unit: Unit, delivery_id: UUID) -> None:
    _change(unit, delivery_id, stage=Stage.CASE)
    tell_sender(unit, delivery_id, Status.UNKNOWN)


def _change(unit: Unit, delivery_id: UUID, **values: object) -> None:
    row = OutboxRow
    unit.db.execute(
        update(row).where(row.practice_id == unit.practice_id, row.delivery_id == delivery_id).values(**values)
    )


def _doubted(unit: Unit, delivery_id: UUID, *stages: Stage) -> AnyRow | None:
    row, delivery = OutboxRow, DeliveryRow
    return unit.db.execute(
        select(row.asked, row.nothing_since, row.attempt_at, delivery.status, delivery.provider, delivery.purpose)
        .join(delivery, (delivery.practice_id == row.practice_id) & (delivery.id == row.delivery_id))
        .where(
            row.practice_id == unit.practice_id,
            row.delivery_id == delivery_id,
            row.stage.in_(stages or (Stage.DOUBT,)),
        )
        .with_for_update(of=row)
    ).one_or_none()


def _decidable(unit: Unit, delivery_id: UUID) -> None:
    row = _doubted(unit, delivery_id, Stage.DOUBT, Stage.CASE)
    if row is None or row.status is not Status.UNKNOWN or row.purpose is Purpose.CODE:
        raise NotFound("delivery")


def _nobodys(unit: Unit, provider: str, references: tuple[str, ...]) -> tuple[str, ...]:
    """The names that are no other delivery's, of any practice: the provider's account is everybody's."""
    row = DeliveryRow
    known = set(unit.db.scalars(select(row.reference).where(row.provider == provider, row.reference.in_(references))))
    return tuple(one for one in references if one not in known)


def _rivals(unit: Unit, delivery_id: UUID, doubted: AnyRow) -> bool:
    """Whether another attempt of that moment is open too, anybody's: what was found could be either's."""
    row, delivery = OutboxRow, DeliveryRow
    others = (
        select(row.delivery_id)
        .join(delivery, (delivery.practice_id == row.practice_id) & (delivery.id == row.delivery_id))
        .where(
            row.stage.in_((Stage.BEGUN, Stage.DOUBT, Stage.CASE)),
            row.delivery_id != delivery_id,
            row.attempt_at.between(doubted.attempt_at - NEAR, doubted.attempt_at + NEAR),
            delivery.provider == doubted.provider,
            delivery.status.in_((Status.QUEUED, Status.UNKNOWN)),
        )
    )
    return bool(unit.db.scalar(select(exists(others))))
