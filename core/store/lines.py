"""Lines before the database: whoever comes while another is at it waits; the next takes all who wait along.

Nobody is employed to serve: the first who comes serves himself, and when he is done the next in the line serves himself
and those behind him. So an action that meets nobody costs no change of thread, and nothing is left over after a fork.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

from core.store.unit import Unit, Who

GROUP = 64  # most actions in one transaction (performance.md section 7)


@dataclass(slots=True, eq=False)
class Job:
    """An action that somebody waits for, and what became of it."""

    who: Who
    work: Callable[[Unit], Any]
    ended: bool = False
    result: Any = None
    error: BaseException | None = None
    called: threading.Event = field(default_factory=threading.Event)  # it has ended, or it is its turn to serve

    def end(self, result: Any) -> None:
        """It is done and kept, perhaps after it was refused in a group."""
        self.ended, self.result, self.error = True, result, None

    def refuse(self, error: BaseException) -> None:
        """It is not kept."""
        self.ended, self.error = True, error

    def outcome(self) -> Any:
        """Its result. Raises what it was refused with."""
        if self.error is not None:
            raise self.error
        return self.result

    def call(self) -> None:
        """Let whoever waits for it go on."""
        self.called.set()


Serve = Callable[[list[Job]], Any]


class Broken(RuntimeError):
    """Whoever served a group was ended meanwhile; whether an action of it was kept is not known."""


class Lines:
    """Lines by a key, of those who would stand in each other's way; those of different keys pass side by side.

    `together` ends or refuses each of a group. Where there is `alone`, whoever has waited for `patience` seconds steps
    out and is served by it meanwhile.
    """

    def __init__(self, together: Serve, alone: Serve | None = None, patience: float = 0) -> None:
        self._together = together
        self._alone = alone
        self._patience = patience if alone else None
        self._lock = threading.Lock()
        self._waiting: dict[Hashable, deque[Job]] = {}  # a line for each key at which somebody is served

    def pass_through(self, key: Hashable, job: Job) -> None:
        """Return when the job has ended."""
        if not self._first(key, job):
            self._wait(key, job)
        if not job.ended:
            self._serve(key, job)

    def _first(self, key: Hashable, job: Job) -> bool:
        """Whether nobody is served here; else the job stands in the line now."""
        with self._lock:
            line = self._waiting.get(key)
            if line is None:
                self._waiting[key] = deque()
            else:
                line.append(job)
        return line is None

    def _wait(self, key: Hashable, job: Job) -> None:
        """Wait until the job has ended, or it is its turn to serve itself and those behind it."""
        try:
            if job.called.wait(self._patience):
                return
            if not (self._alone and self._left(key, job)):
                job.called.wait()
                return
        except BaseException:
            self._ended_in_line(key, job)
            raise
        self._alone([job])

    def _ended_in_line(self, key: Hashable, job: Job) -> None:
        """Whoever waited was ended (a server that stops ends all it still answers): nobody waits for him."""
        if not self._left(key, job) and job.called.is_set() and not job.ended:
            self._call_next(key)

    def _left(self, key: Hashable, job: Job) -> bool:
        """Whether it could step out of the line; somebody may just have taken it along."""
        with self._lock:
            try:
                self._waiting[key].remove(job)
            except (KeyError, ValueError):
                return False
        return True

    def _serve(self, key: Hashable, job: Job) -> None:
        group = [job]
        error: Exception = Broken()
        try:
            time.sleep(0)  # whoever else is ready comes into the line now and saves a commit
            group += self._taken(key)
            self._together(group)
        except Exception as raised:
            error = raised
        finally:
            for one in group:
                if not one.ended:
                    one.refuse(error)
                one.call()
            self._call_next(key)

    def _taken(self, key: Hashable) -> list[Job]:
        with self._lock:
            line = self._waiting[key]
            return [line.popleft() for _ in range(min(len(line), GROUP - 1))]

    def _call_next(self, key: Hashable) -> None:
        with self._lock:
            line = self._waiting[key]
            following = line.popleft() if line else None
            if following:
                following.call()
            else:
                del self._waiting[key]
