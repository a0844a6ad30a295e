"""`Store.run`: durability and speed in one file.

Actions that come while another is at it wait for it and share the next transaction, so that many acknowledgements share
one `fsync` (`lines.py`). On SQLite there is one line, for it has one writer; each action of a group has a savepoint. On
PostgreSQL there is one for each practice, whose actions would wait for each other's rows anyway; there a group in which
one is refused is done again one by one, as on SQLite one whose transaction is lost. Either way an action's result is
handed back only after the commit, and the bus is told after it.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from core.clock import Clock, now
from core.config import Settings
from core.store.engine import is_sqlite, open_engine
from core.store.lines import Job, Lines
from core.store.prepared import run_plain
from core.store.sealing import Seals
from core.store.unit import Told, Unit, Who

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)
CROSSED = 4  # most times an action is begun when it and another wait for each other
WAITED_FOR_EACH_OTHER = frozenset({"40P01", "40001"})  # PostgreSQL: deadlock_detected, serialization_failure
KEPT = 10  # connections to PostgreSQL: one that is opened for a moment costs as much as a hundred statements
AT_DOORS = 5  # connections for single reads, each held for less than a millisecond
PATIENCE = 0.1  # seconds an action waits for others of its practice on PostgreSQL before it goes without them

Keep = Callable[[Sequence[Unit]], list[list[Told]]]  # of one practice, in one transaction
AfterCommit = Callable[[UUID, list[Told]], None]


def _crossed(error: BaseException | None) -> bool:
    """Whether an action met another that waited for it in turn."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") in WAITED_FOR_EACH_OTHER


def nothing_kept(units: Sequence[Unit]) -> list[list[Told]]:
    """For a store that nobody listens to."""
    return [unit.told for unit in units]


def nobody_hears(practice_id: UUID, told: list[Told]) -> None:
    """For a store that nobody listens to."""


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
        self.writer: Engine = open_engine(settings.database, writes=True, pool_size=1 if self.grouped else KEPT)
        self.reader: Engine = open_engine(settings.database, writes=False) if self.grouped else self.writer
        self._doors: Engine = open_engine(settings.database, writes=False, pool_size=AT_DOORS, alone=True)
        self._lines = Lines(self._all_or_each) if self.grouped else Lines(self._all_or_each, self._each, PATIENCE)

    def run(self, who: Who, action: Callable[Concatenate[Unit, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action in a transaction and return its result after the commit. Raises what the action raises."""

        def work(unit: Unit) -> T:
            return action(unit, *args, **kwargs)

        job = Job(who, work)
        self._lines.pass_through(None if self.grouped else who.practice_id, job)
        result: T = job.outcome()
        return result

    def look(self, who: Who, question: Callable[Concatenate[Unit, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Answer a question without waiting for the writer. What it might tell or write is thrown away."""
        with self.reader.connect() as db, db.begin() as transaction:  # a prepared statement begins none by itself
            result = question(self._unit(who, db), *args, **kwargs)
            transaction.rollback()
        return result

    def door(self, question: Callable[Concatenate[Connection, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """One of the five doors (`practice/doors.py`): the only read made before a practice is known.

        Asked at every frame and every request, so without the price of a transaction: each statement is one by itself.
        """
        with self._doors.connect() as db:
            return question(db, *args, **kwargs)

    def tell(self, practice_id: UUID, told: list[Told]) -> None:
        """Pass on what is committed, or what is not kept and needs no transaction: who types, who is here."""
        if told:
            self.after_commit(practice_id, told)

    def close(self) -> None:
        """Let go of every connection."""
        self.writer.dispose()
        self.reader.dispose()
        self._doors.dispose()
        self.on_close()

    # -- transactions ----------------------------------------------------------------------------------------------

    def _all_or_each(self, group: list[Job]) -> None:
        """One transaction for the group; where anything is the matter with one of them, one for each after all."""
        if len(group) == 1 or not self._commit(group):
            self._each(group)

    def _each(self, group: list[Job]) -> None:
        """A transaction for each. Where two wait for each other PostgreSQL ends one, whole: that one begins anew."""
        for job in group:
            try:
                for _ in range(CROSSED):
                    if self._commit([job]) or not _crossed(job.error):
                        break
            except Exception as error:  # the commit's own: nobody knows whether it is kept, so it is not begun anew
                job.refuse(error)

    def _commit(self, group: list[Job]) -> bool:
        """One transaction, or False where it was given up before the commit. Raises what the commit raises."""
        with self.writer.connect() as db, db.begin() as transaction:
            try:
                ended = self._done(db, group)
                kept = self._kept([unit for _job, _result, unit in ended])
                for _job, _result, unit in ended:
                    unit.seals.shred_now()
            except Exception as error:
                transaction.rollback()
                for job in group:
                    job.refuse(error)
                return False
        for job, result, _unit in ended:
            job.end(result)
        for units, told in kept:
            try:
                self.tell(units[0].practice_id, told)
                for unit in units:
                    unit.seals.forget_shredded()
            except Exception:  # what is kept is never answered as if it were not: it would be done twice
                log.exception("what is kept was not told")
        return True

    def _done(self, db: Connection, group: list[Job]) -> list[tuple[Job, Any, Unit]]:
        """Those that were not refused, with their results. Raises what one of them raises where it has no savepoint,
        and what SQLite says to a savepoint that is gone: on a full disk it ends the whole transaction by itself.
        """
        if len(group) == 1 or not self.grouped:
            return [(job, *self._run(db, job)) for job in group]
        ended = []
        for job in group:
            run_plain(db, "SAVEPOINT one")  # as plain text: twice as fast as begin_nested (foundation.md)
            try:
                ended.append((job, *self._run(db, job)))
            except Exception as error:
                job.refuse(error)
                run_plain(db, "ROLLBACK TO one")
            run_plain(db, "RELEASE one")
        return ended

    def _kept(self, units: list[Unit]) -> list[tuple[list[Unit], list[Told]]]:
        """Those of each practice, and what they told: its numbers are taken once for all of them."""
        by_practice: dict[UUID, list[Unit]] = defaultdict(list)
        for unit in units:
            by_practice[unit.practice_id].append(unit)
        return [(some, list(chain.from_iterable(self.keep(some)))) for some in by_practice.values()]

    def _run(self, db: Connection, job: Job) -> tuple[Any, Unit]:
        unit = self._unit(job.who, db)
        return job.work(unit), unit

    def _unit(self, who: Who, db: Connection) -> Unit:
        return Unit(who.practice_id, who.actor, self.clock(), db, self.seals(who.practice_id), self.settings)
