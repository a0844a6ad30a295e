"""Making a backup while people work: one moment of the database in one file, the keyring in another (S105, S113).

They are never in one file: whoever finds a backup of the rows has no key to them, and keys that were shredded are gone
for certain once the last copy of the keyring is older than 35 days.
"""

import gzip
import os
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Engine, MetaData

from core import schema
from core.backup.archive import Writer
from core.backup.rows import put
from core.clock import Clock
from core.config import Settings
from core.seal import tables as seal
from core.store.engine import open_engine
from core.store.migrate import revision

KEYRING_SUFFIX = ".keys"


def save(settings: Settings, clock: Clock, path: Path) -> int:
    """Write the database to `path` and the keyring to `path` and `.keys`; how many rows. Raises FileExistsError."""
    with path.open("xb") as out:
        path.chmod(0o600)
        rows = _write(settings, clock, out, settings.database, schema.metadata, "rows")
    keys = path.with_name(path.name + KEYRING_SUFFIX)
    with keys.open("xb") as out:
        keys.chmod(0o600)
        _write(settings, clock, out, settings.keyring, seal.metadata, "keys")
    return rows


def _write(settings: Settings, clock: Clock, out: BinaryIO, url: str, tables: MetaData, what: str) -> int:
    engine = open_engine(url, writes=False)
    try:
        facts = {"what": what, "made": clock().isoformat(), "schema": revision(engine)}
        public, master = bytes.fromhex(settings.backup_key), settings.master_key[0].get_secret_value()
        writer = Writer(out, facts, public=public, master=bytes.fromhex(master))
        with gzip.GzipFile(fileobj=writer, mode="wb", compresslevel=6, mtime=0) as packed:
            count = _one_moment(engine, tables, packed)
        writer.close()
        out.flush()
        os.fsync(out.fileno())
    finally:
        engine.dispose()
    return count


def _one_moment(engine: Engine, tables: MetaData, packed: gzip.GzipFile) -> int:
    """All rows as of one moment: SQLite's read transactions are that by themselves, PostgreSQL's are asked to be."""
    with engine.connect() as db:
        if db.dialect.name == "postgresql":
            db = db.execution_options(isolation_level="REPEATABLE READ")
        return put(db, tables, packed)
