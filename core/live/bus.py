"""Who hears what happened: in this process, or in every process through Valkey/Redis.

The row in the database is the truth; the bus only wakes. What crosses it is ids and statuses, never text.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import orjson
import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

from core.ids import new_id
from core.store.unit import Told

log = structlog.get_logger(__name__)
CHANNEL = "latchkey:told"
PATIENCE = 0.5  # seconds a bus may take over what is told to it: whoever acted waits for that
AWAY = 1.0  # seconds in which it is told nothing after it did not take something
LOOK_UP = 1  # seconds after which who listens sees that it should not any more, or tries a bus again that is away


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in a practice. `seq` rises by practice; 0 for what is not kept (typing, presence)."""

    practice_id: UUID
    seq: int
    name: str
    conversation_id: UUID | None
    staff_id: UUID | None
    data: Mapping[str, Any]
    carry: Any = None


Hear = Callable[[Event], None]


class Bus(Protocol):
    """Passes events on; losing one costs latency, never a message."""

    def publish(self, practice_id: UUID, told: list[Told]) -> None:
        """Tell everyone who listens, after the commit."""

    def listen(self, hear: Hear) -> None:
        """Call `hear` for every event from now on."""

    def close(self) -> None:
        """Follow nobody any more."""


class LocalBus:
    """For one process: listeners are called at once, in the order of the commits."""

    def __init__(self) -> None:
        self._listeners: list[Hear] = []

    def publish(self, practice_id: UUID, told: list[Told]) -> None:
        """Tell the listeners of this process. One that fails does not keep the others from hearing."""
        for event in _events(practice_id, told):
            for hear in self._listeners:
                try:
                    hear(event)
                except Exception:
                    log.exception("a listener failed", about=event.name)

    def listen(self, hear: Hear) -> None:
        """Call `hear` for every event from now on."""
        self._listeners.append(hear)

    def close(self) -> None:
        """Nothing is held."""


class SharedBus(LocalBus):
    """For several processes: local listeners hear at once and with the finished object, the others through Valkey."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._redis = redis.Redis.from_url(url, socket_timeout=None, health_check_interval=30)
        again = Retry(NoBackoff(), 1, supported_errors=(redis.ConnectionError,))  # one that was closed while idle
        patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE, "retry": again}
        self._telling = redis.Redis.from_url(url, **patience, health_check_interval=30)
        self._away_until = 0.0
        self._me = str(new_id())
        self._started = False
        self._closed = threading.Event()

    def publish(self, practice_id: UUID, told: list[Told]) -> None:
        """Here first, then to the other processes; a bus that is down is logged, and readers catch up by seq."""
        super().publish(practice_id, told)
        if time.monotonic() < self._away_until:
            return
        try:
            self._telling.publish(CHANNEL, self._packed(practice_id, told))
        except redis.RedisError as error:
            self._away_until = time.monotonic() + AWAY
            log.warning("the bus did not take an event", error=type(error).__name__)

    def listen(self, hear: Hear) -> None:
        """Call `hear` for every event, of this process and of all others."""
        super().listen(hear)
        if not self._started:
            self._started = True
            threading.Thread(target=self._follow, name="bus", daemon=True).start()

    def close(self) -> None:
        """Follow the other processes no more: the thread ends by itself within a second, and says nothing about it."""
        self._closed.set()
        self._telling.close()

    def _follow(self) -> None:
        while not self._closed.is_set():
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as heard:  # type: ignore[no-untyped-call]  # redis leaves it bare
                    heard.subscribe(CHANNEL)
                    while not self._closed.is_set():
                        if message := heard.get_message(timeout=LOOK_UP):
                            self._hear(message["data"])
            except redis.RedisError as error:
                if not self._closed.is_set():
                    log.warning("the bus is away", error=type(error).__name__)
                self._closed.wait(LOOK_UP)
        self._redis.close()

    def _hear(self, packed: bytes) -> None:
        try:
            said = orjson.loads(packed)
            events = [] if said["from"] == self._me else _unpacked(said)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # of another version, or nobody's of ours: who listens goes on, or this process would hear of nothing more
            log.warning("the bus brought what is never said", error=type(error).__name__)
            return
        for event in events:
            for hear in self._listeners:
                try:
                    hear(event)
                except Exception:
                    log.exception("a listener failed", about=event.name)

    def _packed(self, practice_id: UUID, told: list[Told]) -> bytes:
        """What was committed together, in one: a flood of messages costs each process one a group of them (goal 12)."""
        each = [[one.seq, one.name, one.conversation_id, one.staff_id, dict(one.data)] for one in told]
        said = {"from": self._me, "practice": practice_id, "told": each}
        return orjson.dumps(said, default=str, option=orjson.OPT_PASSTHROUGH_DATETIME)


def open_bus(redis_url: str) -> Bus:
    """The bus the settings name: Valkey/Redis, or this process alone."""
    return SharedBus(redis_url) if redis_url else LocalBus()


def _events(practice_id: UUID, told: list[Told]) -> list[Event]:
    return [Event(practice_id, t.seq, t.name, t.conversation_id, t.staff_id, t.data, t.carry) for t in told]


def _unpacked(said: Mapping[str, Any]) -> list[Event]:
    practice_id = UUID(said["practice"])
    return [
        Event(practice_id, seq, name, _id(conversation), _id(staff), data)
        for seq, name, conversation, staff, data in said["told"]
    ]


def _id(spelt: str | None) -> UUID | None:
    return UUID(spelt) if spelt else None
