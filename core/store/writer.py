"""`Store.run`: durability and speed in one file.

On SQLite one writer takes what is waiting (up to 64 actions) into one transaction, a savepoint each, so that many
acknowledgements share one `fsync`; on PostgreSQL every action has a transaction of its own. Either way an action's
result is handed back only after the commit, and the bus is told after it.
"""

import os
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from core.clock import Clock, now
from core.config import Settings
from core.store.engine import is_sqlite, open_engine
from core.store.sealing import Seals
from core.store.unit import Told, Unit, Who

P = ParamSpec("P")
T = TypeVar("T")

CROSSED = 4  # most times an action is begun when it and another wait for each other
WAITED_FOR_EACH_OTHER = frozenset({"40P01", "40001"})  # PostgreSQL: deadlock_detected, serialization_failure
GROUP = 64  # most actions in one SQLite transaction (performance.md section 7)

Keep = Callable[[Sequence[Unit]], list[list[Told]]]  # of one practice, in one transaction
AfterCommit = Callable[[UUID, list[Told]], None]


def nothing_kept(units: Sequence[Unit]) -> list[list[Told]]:
    """For a store that nobody listens to."""
    return [unit.told for unit in units]


def nobody_hears(practice_id: UUID, told: list[Told]) -> None:
    """For a store that nobody listens to."""


@dataclass(slots=True)
class _Job:
    who: Who
    work: Callable[[Unit], Any]
    done: "Future[Any]"


class Store:
    """Runs actions and questions against one database.

    `seals` gives a practice's sealing, `keep` writes an action's events into its own transaction, `after_commit` passes
    them on, `on_close` lets go of what came with the store: all wired from outside (`core/opening.py`), so that the
    store knows neither keyring nor bus.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        seals: Callable[[UUID], Seals],
        clock: Clock = now,
        keep: Keep = nothing_kept,
        after_commit: AfterCommit = nobody_hears,
        on_close: Callable[[], None] = lambda: None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.keep = keep
        self.after_commit = after_commit
        self.seals = seals
        self.on_close = on_close
        self.grouped = is_sqlite(settings.database)
        self.writer: Engine = open_engine(settings.database, writes=True, pool_size=1 if self.grouped else 5)
        self.reader: Engine = open_engine(settings.database, writes=False) if self.grouped else self.writer
        self._doors: Engine = (
            open_engine(settings.database, writes=False, alone=True)
            if self.grouped
            else self.writer.execution_options(isolation_level="AUTOCOMMIT")
        )
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._serving: int | None = None

    def run(self, who: Who, action: Callable[Concatenate[Unit, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action in a transaction and return its result after the commit. Raises what the action raises."""

        def work(unit: Unit) -> T:
            return action(unit, *args, **kwargs)

        return self._grouped(who, work) if self.grouped else self._alone(who, work)

    def look(self, who: Who, question: Callable[Concatenate[Unit, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer a question without waiting for the writer. What it might tell or write is thrown away."""
        with self.reader.connect() as db:
            result = question(self._unit(who, db), *args, **kwargs)
            db.rollback()
        return result

    def door(self, question: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """One of the five doors (`practice/doors.py`): the only read made before a practice is known.

        Asked at every frame and every request, so without the price of a transaction: each statement is one by itself.
        """
        with self._doors.connect() as db:
            return question(db, *args, **kwargs)

    def tell(self, practice_id: UUID, told: list[Told]) -> None:
        """Pass on what needs no transaction and is not kept: who types, who is here."""
        self._tell(practice_id, told)

    def close(self) -> None:
        """Finish what is waiting and let go of every connection."""
        if self._serving == os.getpid():
            self._jobs.put(None)
        self.writer.dispose()
        self.reader.dispose()
        self._doors.dispose()
        self.on_close()

    # -- PostgreSQL: a transaction each ----------------------------------------------------------------------------

    def _alone(self, who: Who, work: Callable[[Unit], T]) -> T:
        """One transaction. Where two wait for each other the database ends one, whole: that one begins anew."""
        for left in reversed(range(CROSSED)):
            try:
                with self.writer.begin() as db:
                    unit = self._unit(who, db)
                    result = work(unit)
                    (told,) = self.keep([unit])
                break
            except OperationalError as error:
                if not left or getattr(error.orig, "sqlstate", "") not in WAITED_FOR_EACH_OTHER:
                    raise
        self._tell(who.practice_id, told)
        return result

    def _unit(self, who: Who, db: Connection) -> Unit:
        return Unit(who.practice_id, who.actor, self.clock(), db, self.seals(who.practice_id), self.settings)

    def _tell(self, practice_id: UUID, told: list[Told]) -> None:
        if told:
            self.after_commit(practice_id, told)

    # -- SQLite: one writer, many actions in a transaction ---------------------------------------------------------

    def _grouped(self, who: Who, work: Callable[[Unit], T]) -> T:
        job = _Job(who, work, Future())
        if self._serving != os.getpid():
            self._begin_serving()
        self._jobs.put(job)
        result: T = job.done.result()
        return result

    def _begin_serving(self) -> None:
        """A writer belongs to its process: after a fork the child starts one of its own."""
        with self._lock:
            if self._serving == os.getpid():
                return
            self._jobs = queue.SimpleQueue()
            threading.Thread(target=self._serve, name="store-writer", daemon=True).start()
            self._serving = os.getpid()

    def _serve(self) -> None:
        while (first := self._jobs.get()) is not None:
            group = [first]
            while len(group) < GROUP and not self._jobs.empty():
                job = self._jobs.get()
                if job is None:
                    self._jobs.put(None)
                    break
                group.append(job)
            self._commit(group)

    def _commit(self, group: list[_Job]) -> None:
        """One transaction for the group. If the commit itself fails, everyone in it is told so."""
        ended: list[tuple[_Job, Any, Unit]] = []
        refused: list[tuple[_Job, BaseException]] = []
        try:
            with self.writer.begin() as db:
                if len(group) == 1:  # the transaction is its savepoint
                    ended.append((group[0], *self._done(db, group[0])))
                for job in group[len(ended) :]:
                    try:
                        ended.append((job, *self._in_savepoint(db, job)))
                    except Exception as error:
                        refused.append((job, error))
                kept = self._kept([unit for _job, _result, unit in ended])
        except BaseException as error:
            for job in group:
                job.done.set_exception(error)
            return
        for job, reason in refused:
            job.done.set_exception(reason)
        for (job, result, _unit), told in zip(ended, kept, strict=True):
            job.done.set_result(result)
            self._tell(job.who.practice_id, told)

    def _kept(self, units: list[Unit]) -> list[list[Told]]:
        """What each of them told; the numbers of a practice are taken once for all of its actions in the group."""
        by_practice: dict[UUID, list[Unit]] = defaultdict(list)
        for unit in units:
            by_practice[unit.practice_id].append(unit)
        told = {practice_id: iter(self.keep(some)) for practice_id, some in by_practice.items()}
        return [next(told[unit.practice_id]) for unit in units]

    def _done(self, db: Connection, job: _Job) -> tuple[Any, Unit]:
        unit = self._unit(job.who, db)
        return job.work(unit), unit

    def _in_savepoint(self, db: Connection, job: _Job) -> tuple[Any, Unit]:
        db.exec_driver_sql("SAVEPOINT one")  # as plain text: twice as fast as begin_nested (foundation.md)
        try:
            ended = self._done(db, job)
        except BaseException:
            db.exec_driver_sql("ROLLBACK TO one")
            db.exec_driver_sql("RELEASE one")
            raise
        db.exec_driver_sql("RELEASE one")
        return ended
