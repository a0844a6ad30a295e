"""From a database URL to an engine that behaves: SQLite's pragmas and explicit BEGIN, PostgreSQL's pool."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",  # an acknowledged message survives loss of power (performance.md section 2)
    "busy_timeout=20000",  # with several processes a write waits its turn; SQLite gives turns without fairness
    "foreign_keys=ON",
    "cache_size=-65536",
    "mmap_size=268435456",
)


def is_sqlite(url: str) -> bool:
    """Whether an address names SQLite."""
    return url.startswith("sqlite")


def open_engine(url: str, *, writes: bool, pool_size: int = 5, alone: bool = False) -> Engine:
    """An engine for writing (`BEGIN IMMEDIATE` on SQLite) or for reading (plain `BEGIN`).

    Reading and writing need engines of their own on SQLite: a reader with IMMEDIATE would wait for the writer. `alone`
    is for single reads that are a transaction by themselves: nothing is begun, nothing is to be rolled back.
    """
    if not is_sqlite(url):
        return create_engine(url, pool_size=pool_size, max_overflow=10, pool_pre_ping=True)
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=pool_size, max_overflow=20, connect_args={"check_same_thread": False}
    )
    _prepare(engine)
    if not alone:
        _begin_with(engine, "BEGIN IMMEDIATE" if writes else "BEGIN")
    return engine


def _prepare(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself, or savepoints break
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")


def _begin_with(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
