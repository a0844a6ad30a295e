"""How a connection to PostgreSQL waits for its answer where gevent lets others go on meanwhile.

psycopg asks gevent's `poll`, which makes an object for the poll, one for each descriptor, and two timers, each time:
for a dozen short statements that is more work than saying them and reading the answers. Here a connection keeps what
tells it that there is something to read.
"""

from typing import Any, TypeVar

import gevent
import psycopg
from gevent.monkey import is_module_patched
from psycopg.abc import PQGen
from sqlalchemy import Engine, event

T = TypeVar("T")


def let_others_go_on(engine: Engine) -> None:
    """Give an engine on PostgreSQL such connections, where gevent serves."""
    if not is_module_patched("select"):
        return

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, about: Any, more: Any) -> "Waiting":
        return Waiting.connect(*about, **more)


class Waiting(psycopg.Connection[Any]):
    """A connection that one greenlet uses at a time, as those of a pool are."""

    _hub: Any = None  # each thread of the system has its own
    _watchers: dict[int, Any]

    def wait(self, gen: PQGen[T], interval: float = 0.0, timeout: float | None = None) -> T:
        """The outcome of something said to the database."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            wanted = next(gen)
            while True:
                self._until_ready(wanted)
                wanted = gen.send(wanted)  # 1 to read, 2 to write, 3 either: gevent and psycopg say it alike
        except StopIteration as ended:
            outcome: T = ended.value
            return outcome

    def close(self) -> None:
        """Hang up."""
        super().close()
        self._forget()

    def _until_ready(self, wanted: int) -> None:
        """Return when there is something to read, or room to write."""
        hub = gevent.get_hub()
        if self._hub is not hub:
            self._forget()
            self._hub = hub
        if (watcher := self._watchers.get(wanted)) is None:
            watcher = self._watchers[wanted] = hub.loop.io(self.fileno(), int(wanted))
        hub.wait(watcher)

    def _forget(self) -> None:
        if self._hub is not None:
            for watcher in self._watchers.values():
                watcher.close()
        self._hub, self._watchers = None, {}
