"""The soak itself: queue, let workers work and die, wait for the end, and compare with what the providers really took."""

import json
import os
import random
import select as wait
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import func, select, update

from core.config import Settings
from core.delivery import credits, outbox
from core.delivery.segments import count
from core.delivery.tables import CreditEntry, DeliveryRow, OutboxRow
from core.delivery.words import Channel, Entry, Parcel, Purpose, Rank, Stage, Status
from core.opening import open_store
from core.practice.add import add_practice
from core.practice.tables import PracticeRow
from core.practice.words import Plan
from core.store import Store, Who
from core.store.unit import SYSTEM
from tests.demo_process import free_port
from tests.providers.pretend import settings_for
from tests.soak.hurried import Hurried

FAULTS = ("reset_after", "hang_after", "status_after", "malformed", "html_error", "rate_limit")  # P29
SHARE = 0.05
PATIENCE = 1.0  # seconds that an answer may take
FACTOR = 20.0
PRACTICES = 20  # each with a number of its own: Plivo keeps no mark of ours, so a doubt is looked for by number


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `lost` and `doubles` must be 0, `spent` be `units`."""

    deliveries: int
    seconds: float
    most: float  # seconds until nineteen in twenty had ended; the rest waits for doubts of ten minutes
    statuses: dict[str, int]
    cases: int
    kills: int
    doubles: int
    lost: int
    unaccounted: int
    spent: int
    units: int


def soak(
    base: Settings, simulator: Any, *, deliveries: int, workers: int, kills: int, limit: float, factor: float = FACTOR
) -> Outcome:
    """Run it; TimeoutError when it has not ended after `limit` seconds. `kills` are spread evenly over what goes."""
    clock = Hurried(datetime.now(UTC), factor)
    settings = _wired(base, simulator)
    store = open_store(settings, clock=clock)
    practices = [_practice(store, n, deliveries, simulator) for n in range(PRACTICES)]
    for number in range(deliveries):
        _queue(store, practices[number % PRACTICES], number)
    for kind in FAULTS:
        simulator.fault(kind=kind, probability=SHARE / (1 - SHARE * FAULTS.index(kind)), seconds=PATIENCE * 2)
    crew = Crew(settings, clock, workers)
    began = time.monotonic()
    try:
        crew.work(lambda: _open(store), deliveries, kills, limit)
    finally:
        crew.stop()
        simulator.wait_for(simulator.idle, seconds=300)  # reports may come slower than texts go
        crew.close()
    took = time.monotonic() - began
    outcome = _compare(store, simulator, deliveries, took, crew)
    store.close()
    return outcome


class Crew:
    """The portal and the workers, each a process; workers are killed and replaced."""

    def __init__(self, settings: Settings, clock: Hurried, count: int) -> None:
        self._given = {
            "settings": plain(settings), "start": clock.start.isoformat(), "factor": clock.factor, "patience": PATIENCE,
        }  # fmt: skip
        # Whoever takes a dead one's place need not compile everything anew.
        self._env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(settings.instance / "pyc")}
        self._random = random.Random(1)
        self.kills, self.most = 0, 0.0
        self.portal = self._hire("portal")
        assert self.portal.stdout is not None and self.portal.stdout.readline()
        self.all = [self._hire("worker") for _ in range(count)]

    def work(self, open_ones: Callable[[], int], deliveries: int, kills: int, limit: float) -> None:
        """Until nothing is open any more. Killed by what has gone, not by the clock: on a slow day too somebody works."""
        began = time.monotonic()
        end = began + limit
        while left := open_ones():
            if left * 20 > deliveries:
                self.most = time.monotonic() - began
            if time.monotonic() > end:
                raise TimeoutError(f"{left} still open")
            if self.kills < kills and deliveries - left >= deliveries * (self.kills + 1) / (kills + 1):
                self._kill_one()
            self._wait_for_news(1.0)

    def stop(self) -> None:
        """Tell all to stop, and wait for them."""
        for one in self.all:
            one.terminate()
        for one in self.all:
            try:
                one.wait(40)
            except subprocess.TimeoutExpired:
                one.kill()
            _hang_up(one)

    def close(self) -> None:
        """Let the portal end too."""
        self.portal.terminate()
        self.portal.wait(40)
        _hang_up(self.portal)

    def _wait_for_news(self, seconds: float) -> None:
        """Until a worker says that it has handed more over; so many seconds at most, for reports end things too."""
        pipes = [one.stdout for one in self.all if one.stdout is not None]
        for pipe in wait.select(pipes, [], [], seconds)[0]:
            if not os.read(pipe.fileno(), 1 << 16):
                raise RuntimeError("a worker ended by itself")

    def _kill_one(self) -> None:
        index = self._random.randrange(len(self.all))
        self.all[index].kill()
        self.all[index].wait()
        _hang_up(self.all[index])
        self.all[index] = self._hire("worker")
        self.kills += 1

    def _hire(self, who: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", f"tests.soak.{who}"]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self._env)
        assert process.stdin is not None
        process.stdin.write(json.dumps(self._given) + "\n")
        process.stdin.close()
        return process


def _hang_up(process: "subprocess.Popen[str]") -> None:
    """What an ended process said is not read to its end."""
    assert process.stdout is not None
    process.stdout.close()


def plain(settings: Settings) -> dict[str, Any]:
    """Settings for another process, secrets in clear."""

    def clear(value: Any) -> Any:
        if isinstance(value, list):
            return [clear(one) for one in value]
        return value.get_secret_value() if isinstance(value, SecretStr) else value

    given = {name: clear(getattr(settings, name)) for name in settings.model_fields_set}
    return {name: str(one) if name == "instance" else one for name, one in given.items()}


def _wired(base: Settings, simulator: Any) -> Settings:
    real = settings_for(simulator)
    mine = {"instance", "database_url", "secret_key", "master_key"}
    wired = base.model_copy(update={name: getattr(real, name) for name in real.model_fields_set - mine})
    secret, auth, port = "ab" * 16, "mailjet:" + "c" * 32, free_port()
    simulator.hooks(mailjet_events=f"http://{auth}@127.0.0.1:{port}/hooks/mailjet/{secret}/events")
    return wired.model_copy(
        update={
            "portal_url": f"http://127.0.0.1:{port}", "mailjet_webhook_secret": SecretStr(secret),
            "mailjet_webhook_auth": [SecretStr(auth)], "plivo_texts_per_second": 100_000, "mailjet_calls_per_second": 100_000,
            "plivo_reads_per_second": 100_000, "mailjet_reads_per_second": 100_000,
        }
    )  # fmt: skip


def _practice(store: Store, number: int, deliveries: int, simulator: Any) -> Who:
    card = add_practice(store, slug=f"soak-{number}", name=f"Soak {number}", plan=Plan.SUBSCRIBED, phone="01632 960001")
    who, own = Who(card.id, SYSTEM), f"+4477009001{number:02d}"
    simulator.sources.append(own)
    store.run(who, credits.top_up, deliveries)
    mine = update(PracticeRow).where(PracticeRow.id == card.id)
    store.run(who, lambda unit: unit.db.execute(mine.values(sms_sender=own)))
    return who


def _queue(store: Store, who: Who, number: int) -> None:
    channel = Channel.SMS if number % 2 else Channel.EMAIL
    to = f"+4477{number * 7919 % 100_000_000:08d}" if channel is Channel.SMS else f"p{number}@example.org"
    parcel = Parcel(to, f"Your letter {number} is ready", "A letter", sender_name="Soak")
    store.run(who, _queued, channel, parcel, Rank.OUTREACH if number % 5 else Rank.PERSON)


def _queued(unit: Any, channel: Channel, parcel: Parcel, rank: Rank) -> None:
    delivery_id, price = unit.new_id(), count(parcel.text).segments if channel is Channel.SMS else 0
    if price:
        credits.hold(unit, price, "sms", delivery_id)
    outbox.queue(
        unit, channel=channel, purpose=Purpose.BODY, parcel=parcel, masked="", credits=price, delivery_id=delivery_id,
        rank=rank,
    )  # fmt: skip


def _open(store: Store) -> int:
    """What has no end yet and is nobody's case."""
    return store.door(lambda db: db.scalar(select(func.count()).where(OutboxRow.stage != Stage.CASE)) or 0)


def _compare(store: Store, simulator: Any, deliveries: int, took: float, crew: Crew) -> Outcome:
    rows = store.door(lambda db: db.execute(select(DeliveryRow.id, DeliveryRow.status)).all())
    cases = store.door(lambda db: set(db.scalars(select(OutboxRow.delivery_id).where(OutboxRow.stage == Stage.CASE))))
    spent = store.door(
        lambda db: db.scalar(select(func.sum(CreditEntry.amount)).where(CreditEntry.state == Entry.SPENT))
    )
    taken, units = Counter[UUID](), 0
    for one in simulator.ledger():
        mark = (
            one["custom_id"] if one["provider"] == "mailjet" else one["callback"].partition("ref=")[2].partition(".")[0]
        )
        taken[UUID(mark)] += 1
        units += one["units"] if one["provider"] == "plivo" and UUID(mark) not in cases else 0
    final = {Status.SENT, Status.DELIVERED}
    return Outcome(
        deliveries, took, crew.most, dict(Counter(row.status.value for row in rows)), len(cases), crew.kills,
        len(simulator.doubles()),
        lost=sum(row.status in final and not taken[row.id] for row in rows),
        unaccounted=sum(row.status not in final and row.id not in cases for row in rows),
        spent=-(spent or 0), units=units,
    )  # fmt: skip
