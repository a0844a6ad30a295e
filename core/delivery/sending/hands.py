"""Hands: how many parcels of one channel are handed over at the same time, so that one slow call stops nobody else.

Threads, which are greenlets where gevent serves. A piece of work that fails is logged and its hand is free again: the
row in the outbox is the truth, and its lease brings it back.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

log = structlog.get_logger(__name__)


class Hands:
    """So many at once. `rested` is called when the last one becomes free."""

    def __init__(self, count: int, name: str, rested: Callable[[], None]) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)
        self._change = threading.Condition()
        self._rested = rested
        self.free = count
        self._count = count

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return self.free < self._count

    def give(self, work: Callable[[], object]) -> None:
        """Let a free hand do something."""
        with self._change:
            self.free -= 1
        self._pool.submit(self._do, work)

    def wait(self, seconds: float | None = None) -> bool:
        """Until all are free; whether they are, after so many seconds at most."""
        with self._change:
            return self._change.wait_for(lambda: not self.busy, timeout=seconds)

    def _do(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception:
            log.exception("a hand-over failed")
        with self._change:
            self.free += 1
            if self.busy:
                return
            self._change.notify_all()
        self._rested()
