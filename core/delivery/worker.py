"""The worker: a turn reads what is due and brings it away. Pulled, not pushed: no message knows who will be mailed.

Any number of workers, in any number of processes, work on one database: what one has taken no other takes.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import Connection, select

from core.delivery import kept_reports, shared_number
from core.delivery.incoming import arrivals
from core.delivery.incoming.read_back import read_back
from core.delivery.providers.open import Providers
from core.delivery.reports import hear
from core.delivery.reports.doubt import doubts
from core.delivery.reports.early import early_reports
from core.delivery.reports.many_reports import waiting_reports
from core.delivery.reports.second_look import second_looks
from core.delivery.reports.silence import silences
from core.delivery.seen import forget
from core.delivery.sending import attempt, claim
from core.delivery.sending.hands import Hands
from core.delivery.sending.lane import HANDS, Lane
from core.delivery.status import UnknownReference
from core.delivery.tables import DeliveryRow
from core.delivery.words import Stage
from core.delivery.writing.nudges import due_nudges, mail_nudge
from core.practice import doors
from core.store.unit import NOBODYS, SYSTEM, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)

BATCH = 50  # of anything else that is looked after in a turn
BREATH = 0.05  # seconds between two looks while hands are busy; when all have become free it looks at once
IDLE = 1.0  # seconds between two looks when nobody wakes us
TIDY_EVERY = timedelta(hours=1)
LAST_CALLS = 25  # seconds that calls under way get when the worker stops; none may take longer (P7)


class Worker:
    """Brings away what is due, one turn after another. `chores` are further things to do in a turn."""

    def __init__(self, store: Store, providers: Providers, chores: tuple[Callable[[], int], ...] = ()) -> None:
        self._store = store
        self._providers = providers
        self._chores = (
            doubts(store, providers),  # they and the next three share what may be read: whoever waits comes first
            read_back(store, providers),
            second_looks(store, providers),
            silences(store, providers),
            early_reports(store),
            waiting_reports(store),
            *chores,
        )
        self._wake = threading.Event()
        self._lanes = [
            Lane(store, providers, channel, Hands(HANDS, channel.value, self.wake)) for channel in providers.by_channel
        ]
        self._aside = Hands(1, "aside", lambda: None)  # its own rest is no reason to look again
        self._reader = Hands(1, "letters", self.wake)
        self.last_turn: datetime | None = None
        self._tidied: datetime | None = None

    def wake(self) -> None:
        """There may be something to do now."""
        self._wake.set()

    def run_forever(self, stop: threading.Event) -> None:
        """Turn after turn until `stop`, which lets calls under way end and leaves nothing half done."""
        looked, done, woken = 0.0, 0, True
        while not stop.is_set():
            self._wake.clear()
            try:
                done = self._go()
            except Exception:
                log.exception("a turn of the worker failed")
            if not self._aside.busy and (woken or time.monotonic() - looked > IDLE):
                looked = time.monotonic()
                self._aside.give(self._look_aside)
            woken = not done and self._wake.wait(timeout=BREATH if self._busy else IDLE)
        for hands in (self._aside, self._reader, *(lane.hands for lane in self._lanes)):
            hands.wait(LAST_CALLS)

    def turn(self) -> int:
        """Everything due now, to its end; how many things were done."""
        done = self._go() + self._look_after()
        for hands in (self._reader, *(lane.hands for lane in self._lanes)):
            hands.wait()
        return done

    @property
    def _busy(self) -> bool:
        return any(lane.hands.busy or lane.pressed for lane in self._lanes)

    def _go(self) -> int:
        """Hand over what is due, without waiting for it."""
        return sum(lane.go() for lane in self._lanes)

    def _look_aside(self) -> None:
        """Look after the rest while parcels go; what was found to do may have made more."""
        if self._look_after():
            self.wake()

    def _look_after(self) -> int:
        """Everything that is not brought away: reports, what was left behind, e-mails about what is unread, chores."""
        now = self._store.clock()
        done = sum(lane.look_after() for lane in self._lanes) + self._reports()
        done += self._left_behind(now) + self._nudges(now) + self._letters(now)
        done += sum(chore() for chore in self._chores)
        self._tidy(now)
        self.last_turn = now
        return done

    def _left_behind(self, now: datetime) -> int:
        """What dead workers had taken, what they had begun, and what can no longer go in time."""
        left = self._store.door(claim.lapsed, Stage.TAKEN, now, 1)
        if left:
            self._store.run(NOBODYS, claim.let_go)
        begun = self._store.door(claim.lapsed, Stage.BEGUN, now, BATCH)
        for row in begun:
            self._store.run(Who(row.practice_id, SYSTEM), attempt.in_doubt, row.delivery_id)
        late = self._store.door(claim.too_late, now, BATCH)
        for row in late:
            self._store.run(Who(row.practice_id, SYSTEM), attempt.expire, row.delivery_id)
        return len(left) + len(begun) + len(late)

    def _nudges(self, now: datetime) -> int:
        nudges = self._store.door(due_nudges, now, BATCH)
        for practice_id, notification_id in nudges:
            self._store.run(Who(practice_id, SYSTEM), mail_nudge, notification_id)
        return len(nudges)

    def _letters(self, now: datetime) -> int:
        """Have the next letter that came in read, if one waits: beside everything else, because files take long."""
        if self._reader.busy or not self._store.door(arrivals.is_due, now):
            return 0
        self._reader.give(partial(arrivals.read_next, self._store))
        return 1

    def _tidy(self, now: datetime) -> None:
        """Once an hour: let go of what need not be remembered. No reason for another turn."""
        if self._tidied is not None and now - self._tidied < TIDY_EVERY:
            return
        self._tidied = now
        for practice_id in self._store.door(doors.every_practice):
            self._store.run(Who(practice_id, SYSTEM), forget)
            self._store.run(Who(practice_id, SYSTEM), shared_number.forget)
            self._store.run(Who(practice_id, SYSTEM), kept_reports.forget)

    def _reports(self) -> int:
        """What the pretend network has to tell; real providers call us."""
        told = self._providers.sandbox.reports() if self._providers.sandbox else []
        for delivery_id, said in told:
            practice_id = self._store.door(_practice_of, delivery_id)
            if practice_id:
                with suppress(UnknownReference):  # one that fits nothing ends no turn, as it ends no provider's call
                    self._store.run(Who(practice_id, SYSTEM), hear, delivery_id, said)
        return len(told)


def _practice_of(db: Connection, delivery_id: UUID) -> UUID | None:
    return db.scalar(select(DeliveryRow.practice_id).where(DeliveryRow.id == delivery_id))
