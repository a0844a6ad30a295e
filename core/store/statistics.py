"""What SQLite knows about its tables: without it, it takes a practice's rows for a handful and reads them all.

Every index begins with the practice. SQLite guesses ten rows for such an equality, and so prefers to walk everything a
practice has to looking up ten messages by their ids. Counted once an hour it knows better; PostgreSQL counts by itself.
"""

from datetime import datetime, timedelta

from core.store.engine import is_sqlite
from core.store.writer import Store

EVERY = timedelta(hours=1)
LOOKED_AT = 1_000  # rows of an index: enough to tell ten from a million (SQLite's own advice is 100 to 1000)


def count(store: Store) -> None:
    """Count anew, for every connection of every process: a table that is made anew makes them all read it."""
    if not is_sqlite(store.settings.database):
        return
    with store.writer.begin() as connection:
        connection.exec_driver_sql(f"PRAGMA analysis_limit = {LOOKED_AT}")
        connection.exec_driver_sql("DROP TABLE IF EXISTS sqlite_stat1")
        connection.exec_driver_sql("ANALYZE")


class Counting:
    """A chore of the worker: once an hour."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: datetime | None = None

    def __call__(self) -> int:
        """Count when an hour has passed; nothing anybody waits for."""
        now = self._store.clock()
        if self._last is None or now - self._last >= EVERY:
            self._last = now
            count(self._store)
        return 0
