"""The worker: a turn reads what is due and brings it away. Pulled, not pushed: no message knows who will be mailed.

Before a provider is called, the attempt is written and committed; a worker that finds an attempt begun and never ended
treats it as "we cannot tell", never as unsent (P17, P23).
"""

import random
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Connection, select

from core.delivery import outbox
from core.delivery.inbound import reply_address
from core.delivery.nudges import due_nudges, mail_nudge
from core.delivery.providers.open import Providers
from core.delivery.providers.ports import Provider, Refused, TryAgain, Unsure
from core.delivery.reference import PURPOSE, pack
from core.delivery.reports import hear
from core.delivery.second_look import second_looks
from core.delivery.seen import forget
from core.delivery.status import UnknownReference, accepted, report
from core.delivery.tables import DeliveryRow, OutboxRow
from core.delivery.words import Channel, Parcel, Status
from core.practice import doors
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)

BATCH = 50
ABANDONED = timedelta(minutes=2)  # an attempt older than this has no worker any more
BACKOFF = (5, 15, 60, 240, 900, 1800)  # seconds (P22)
GIVE_UP = timedelta(hours=24)
TIDY_EVERY = timedelta(hours=1)


class Worker:
    """Brings away what is due, one turn after another. `chores` are further things to do in a turn."""

    def __init__(self, store: Store, providers: Providers, chores: tuple[Callable[[], int], ...] = ()) -> None:
        self._store = store
        self._providers = providers
        self._chores = (second_looks(store, providers), *chores)
        self._wake = threading.Event()
        self._reference_key = store.seals(UUID(int=0)).mac_key(PURPOSE)
        self.last_turn: datetime | None = None
        self._tidied: datetime | None = None

    def wake(self) -> None:
        """There may be something to do now."""
        self._wake.set()

    def run_forever(self, stop: threading.Event) -> None:
        """Turn after turn until `stop`: at once when woken, else every second."""
        while not stop.is_set():
            self._wake.clear()
            try:
                busy = self.turn() > 0
            except Exception:
                log.exception("a turn of the worker failed")
                busy = False
            if not busy:
                self._wake.wait(timeout=1)

    def turn(self) -> int:
        """Everything due now; how many things were done."""
        now = self._store.clock()
        done = self._reports()
        for row in self._store.door(_due, now, BATCH):
            done += self._bring(Who(row.practice_id, SYSTEM), row.delivery_id, row.channel)
        for row in self._store.door(_abandoned, now - ABANDONED, BATCH):
            self._store.run(Who(row.practice_id, SYSTEM), _in_doubt, row.delivery_id)
            done += 1
        for practice_id, notification_id in self._store.door(due_nudges, now, BATCH):
            self._store.run(Who(practice_id, SYSTEM), mail_nudge, notification_id)
            done += 1
        done += sum(chore() for chore in self._chores)
        self._tidy(now)
        self.last_turn = now
        return done

    def _tidy(self, now: datetime) -> None:
        """Once an hour: let go of what need not be remembered. No reason for another turn."""
        if self._tidied is not None and now - self._tidied < TIDY_EVERY:
            return
        self._tidied = now
        for practice_id in self._store.door(doors.every_practice):
            self._store.run(Who(practice_id, SYSTEM), forget)

    def _reports(self) -> int:
        """What the pretend network has to tell; real providers call us."""
        told = self._providers.sandbox.reports() if self._providers.sandbox else []
        for delivery_id, said in told:
            practice_id = self._store.door(_practice_of, delivery_id)
            if practice_id:
                self._store.run(Who(practice_id, SYSTEM), hear, delivery_id, said)
        return len(told)

    def _bring(self, who: Who, delivery_id: UUID, channel: Channel) -> int:
        parcel = self._store.run(who, outbox.begin_attempt, delivery_id)
        if parcel is None:
            return 0
        provider = self._providers.by_channel[channel]
        mark = pack(self._reference_key, delivery_id)
        began = time.monotonic()
        try:
            reference = provider.send(_addressed(self._store, parcel, channel, mark), delivery_id, mark)
        except Refused as refused:
            said = f"refused: {refused.why}"
            self._store.run(who, _refused, delivery_id, refused.why)
        except TryAgain as later:
            said = "later"
            self._store.run(who, _later, delivery_id, later.after)
        except Exception as error:  # whatever else happens after a call began, the parcel may have gone (P12)
            said = "unknown" if isinstance(error, Unsure) else f"unknown: {type(error).__name__}"
            self._store.run(who, _in_doubt, delivery_id)
        else:
            self._store.run(who, _handed_over, delivery_id, provider, reference)
            return 1
        took = round((time.monotonic() - began) * 1000)
        log.warning("not accepted", provider=provider.name, said=said, ms=took, delivery=str(delivery_id))
        return 1


def _addressed(store: Store, parcel: Parcel, channel: Channel, mark: str) -> Parcel:
    """Letters carry the address that answers come back to."""
    if channel is Channel.SMS:
        return parcel
    sender = reply_address(store.settings, mark)
    return Parcel(parcel.to, parcel.text, parcel.subject, parcel.html, sender, parcel.sender_name, parcel.expires_in)


def _handed_over(unit: Unit, delivery_id: UUID, provider: Provider, reference: str) -> None:
    outbox.finish(unit, delivery_id)
    accepted(unit, delivery_id, provider.name, reference)


def _refused(unit: Unit, delivery_id: UUID, why: str) -> None:
    outbox.finish(unit, delivery_id)
    report(unit, delivery_id, Status.FAILED, reason=why, free=True)


def _later(unit: Unit, delivery_id: UUID, after: int) -> None:
    tried = outbox.attempts(unit, delivery_id)
    made = unit.db.scalar(
        select(DeliveryRow.created_at).where(DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id)
    )
    if made is not None and unit.now - made > GIVE_UP:
        outbox.finish(unit, delivery_id)
        report(unit, delivery_id, Status.FAILED, reason="gave_up", free=True)
        return
    usual = BACKOFF[min(tried, len(BACKOFF)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311 - spreads, keeps no secret
    outbox.again(unit, delivery_id, unit.now + timedelta(seconds=max(after, usual)))


def _in_doubt(unit: Unit, delivery_id: UUID) -> None:
    """Perhaps it went: not sent again by itself; a code in doubt is simply asked for anew (P23, P28)."""
    outbox.finish(unit, delivery_id)
    try:
        report(unit, delivery_id, Status.UNKNOWN)
    except UnknownReference:
        log.warning("an attempt without a delivery", delivery=str(delivery_id))


def _due(db: Connection, now: datetime, limit: int) -> list[AnyRow]:
    """What is due in all practices, codes first (ix_outbox_due); the worker's own read, on nobody's way."""
    return list(
        db.execute(
            select(OutboxRow.practice_id, OutboxRow.delivery_id, DeliveryRow.channel)
            .join(
                DeliveryRow,
                (DeliveryRow.practice_id == OutboxRow.practice_id) & (DeliveryRow.id == OutboxRow.delivery_id),
            )
            .where(OutboxRow.due_at <= now, OutboxRow.attempt_at.is_(None))
            .order_by(OutboxRow.rank, OutboxRow.due_at)
            .limit(limit)
        )
    )


def _abandoned(db: Connection, before: datetime, limit: int) -> list[AnyRow]:
    return list(
        db.execute(
            select(OutboxRow.practice_id, OutboxRow.delivery_id).where(OutboxRow.attempt_at < before).limit(limit)
        )
    )


def _practice_of(db: Connection, delivery_id: UUID) -> UUID | None:
    return db.scalar(select(DeliveryRow.practice_id).where(DeliveryRow.id == delivery_id))
