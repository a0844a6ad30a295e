"""From a database URL to an engine that behaves: SQLite's pragmas and explicit BEGIN, PostgreSQL's pool."""

import math
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import QueuePool

from core.store.prepared import run_plain
from core.store.waiting import let_others_go_on

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an acknowledged message survives loss of power (performance.md section 2)
    "busy_timeout=20000",  # with several processes a write waits its turn; SQLite gives turns without fairness
    "foreign_keys=ON",
    "cache_size=-65536",
    "mmap_size=268435456",
)

# Whoever reads through a map lets go of all of it after each write of another, which costs single reads of a few pages
# more than reading those: at the door of a frame a third.
UNMAPPED = "mmap_size=0"
STATEMENTS = 500  # kept ready by each connection to SQLite; the 128 of the driver are fewer than a day has
RESTED = 1.0  # seconds after which a connection may have been closed by the database, or by something in between


def is_sqlite(url: str) -> bool:
    """Whether an address names SQLite."""
    return url.startswith("sqlite")


def open_engine(url: str, *, writes: bool, pool_size: int = 5, alone: bool = False) -> Engine:
    """An engine for writing (`BEGIN IMMEDIATE` on SQLite) or for reading (plain `BEGIN`).

    Reading and writing need engines of their own on SQLite: a reader with IMMEDIATE would wait for the writer. `alone`
    is for single reads that are a transaction by themselves: nothing is begun, nothing is to be rolled back.
    """
    if not is_sqlite(url):
        pool = {"max_overflow": 0, "pool_reset_on_return": None} if alone else {"max_overflow": 5}
        engine = create_engine(url, pool_size=pool_size, isolation_level="AUTOCOMMIT" if alone else None, **pool)
        _ask_after_rest(engine)
        let_others_go_on(engine)
        return engine
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        max_overflow=20,
        connect_args={"check_same_thread": False, "cached_statements": STATEMENTS},
    )
    _prepare(engine, (*PRAGMAS, UNMAPPED) if alone else PRAGMAS)
    if not alone:
        _begin_with(engine, "BEGIN IMMEDIATE" if writes else "BEGIN")
    return engine


def _prepare(engine: Engine, pragmas: Sequence[str]) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself, or savepoints break
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")


def _ask_after_rest(engine: Engine) -> None:
    """Ask a connection that has rested whether it still is one. SQLAlchemy's `pool_pre_ping` asks every time: where an
    action makes a dozen short statements, and a frame a door and an action, that was a sixth of all of them."""

    @event.listens_for(engine, "checkin")
    def rests(_connection: Any, record: Any) -> None:
        record.info["since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("since", math.inf) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as gone:
            raise DisconnectionError("the database hung up") from gone  # the pool takes another one


def _begin_with(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        run_plain(connection, begin)
