"""The soak itself: queue, let workers work and die, wait for the end, and compare with what the providers really took."""

import json
import logging
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import func, select
from werkzeug.serving import make_server

from core.config import Settings
from core.delivery import credits, outbox
from core.delivery.segments import count
from core.delivery.tables import CreditEntry, DeliveryRow, OutboxRow
from core.delivery.words import Channel, Entry, Parcel, Purpose, Rank, Stage, Status
from core.opening import open_store
from core.practice.add import add_practice
from core.practice.words import Plan
from core.store import Store, Who
from core.store.unit import SYSTEM
from portal import create_app
from tests.demo_process import free_port
from tests.providers.pretend import settings_for
from tests.soak.hurried import Hurried

FAULTS = ("reset_after", "hang_after", "status_after", "malformed", "html_error", "rate_limit")  # P29
SHARE = 0.05
PATIENCE = 1.0  # seconds that an answer may take
FACTOR = 20.0
PRACTICES = 4


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. `lost` and `doubles` must be 0, `spent` be `units`."""

    deliveries: int
    seconds: float
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
    portal = make_server("127.0.0.1", _port(settings), create_app(settings, store), threaded=True)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    threading.Thread(target=portal.serve_forever, daemon=True).start()
    practices = [_practice(store, n, deliveries) for n in range(PRACTICES)]
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
        simulator.wait_for(simulator.idle)
        portal.shutdown()
        portal.server_close()
    took = time.monotonic() - began
    outcome = _compare(store, simulator, deliveries, took, crew.kills)
    store.close()
    return outcome


class Crew:
    """Workers, each a process, some of which are killed and replaced."""

    def __init__(self, settings: Settings, clock: Hurried, count: int) -> None:
        self._given = {
            "settings": plain(settings), "start": clock.start.isoformat(), "factor": clock.factor, "patience": PATIENCE,
        }  # fmt: skip
        self._random = random.Random(1)
        self.kills = 0
        self.all = [self._hire() for _ in range(count)]

    def work(self, open_ones: Callable[[], int], deliveries: int, kills: int, limit: float) -> None:
        """Until nothing is open any more. Killed by what has gone, not by the clock: on a slow day too somebody works."""
        end = time.monotonic() + limit
        while left := open_ones():
            if time.monotonic() > end:
                raise TimeoutError(f"{left} still open")
            if self.kills < kills and deliveries - left >= deliveries * (self.kills + 1) / (kills + 1):
                self._kill_one()
            time.sleep(0.2)

    def stop(self) -> None:
        """Tell all to stop, and wait for them."""
        for one in self.all:
            one.terminate()
        for one in self.all:
            try:
                one.wait(40)
            except subprocess.TimeoutExpired:
                one.kill()

    def _kill_one(self) -> None:
        index = self._random.randrange(len(self.all))
        self.all[index].kill()
        self.all[index].wait()
        self.all[index] = self._hire()
        self.kills += 1

    def _hire(self) -> "subprocess.Popen[str]":
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.worker"], stdin=subprocess.PIPE, text=True, env=os.environ
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(self._given) + "\n")
        process.stdin.close()
        return process


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
        }
    )  # fmt: skip


def _port(settings: Settings) -> int:
    return int(settings.portal_url.rpartition(":")[2])


def _practice(store: Store, number: int, deliveries: int) -> Who:
    card = add_practice(store, slug=f"soak-{number}", name=f"Soak {number}", plan=Plan.SUBSCRIBED, phone="01632 960001")
    who = Who(card.id, SYSTEM)
    store.run(who, credits.top_up, deliveries)
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


def _compare(store: Store, simulator: Any, deliveries: int, took: float, kills: int) -> Outcome:
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
        deliveries, took, dict(Counter(row.status.value for row in rows)), len(cases), kills, len(simulator.doubles()),
        lost=sum(row.status in final and not taken[row.id] for row in rows),
        unaccounted=sum(row.status not in final and row.id not in cases for row in rows),
        spent=-(spent or 0), units=units,
    )  # fmt: skip
