"""Putting a backup back: read to its end first, then the rows replaced, then everything issued before it made void."""

import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, delete, text, update

from core import schema
from core.backup.archive import Reader
from core.backup.rows import take
from core.backup.save import KEYRING_SUFFIX
from core.backup.words import NewerBackup, NotABackup
from core.clock import Clock
from core.config import Settings
from core.delivery.tables import OutboxRow
from core.practice.tables import SignInTicket, StaffSession
from core.release.tables import CodeRow, LinkRow, PatientSession, UnlockCard
from core.seal import tables as seal
from core.store.engine import open_engine
from core.store.migrate import KEYS, ROWS, knows, upgrade_to

IN_DOUBT = timedelta(hours=1)  # an attempt so old has no worker; nothing is sent twice by itself


def restore(settings: Settings, clock: Clock, path: Path, private: bytes = b"") -> int:
    """Replace the database by the backup at `path`; how many rows.

    The keyring beside it is put back only where there is none yet: a keyring in use never gets shredded keys back.
    Raises NotABackup, NoBackupKey, NewerBackup; nothing has changed then.
    """
    _check(settings, path, private, "rows")
    keys = path.with_name(path.name + KEYRING_SUFFIX)
    upgrade_to(KEYS, settings.keyring, "head")
    if keys.exists() and _has_no_keys(settings):
        _check(settings, keys, private, "keys")
        _replace(settings, keys, private, settings.keyring, KEYS, seal.metadata)
    count = _replace(settings, path, private, settings.database, ROWS, schema.metadata)
    _void(settings, clock)
    return count


def _check(settings: Settings, path: Path, private: bytes, what: str) -> None:
    """Read it to its end, so that a damaged one is refused while everything is still there."""
    with _lines(settings, path, private) as (facts, lines):
        if facts.get("what") != what:
            raise NotABackup
        if not knows(ROWS if what == "rows" else KEYS, facts.get("schema", "")):
            raise NewerBackup
        for _ in lines:
            pass


def _replace(settings: Settings, path: Path, private: bytes, url: str, scripts: Path, tables: MetaData) -> int:
    _empty(url)
    with _lines(settings, path, private) as (facts, lines):
        upgrade_to(scripts, url, facts["schema"])
        engine = open_engine(url, writes=True)
        try:
            with engine.begin() as db:
                count = take(db, tables, lines)
        finally:
            engine.dispose()
    upgrade_to(scripts, url, "head")
    return count


def _empty(url: str) -> None:
    """Let every table go; the trail refuses to be emptied row by row, and rightly so."""
    engine = open_engine(url, writes=True)
    found = MetaData()
    try:
        with engine.begin() as db:
            if db.dialect.name == "sqlite":
                db.execute(text("DROP TABLE IF EXISTS message_word"))  # its own tables go with it, and only so
            found.reflect(db)
            found.drop_all(db)
            if db.dialect.name == "postgresql":
                db.execute(text("DROP FUNCTION IF EXISTS audit_refuse CASCADE"))
    finally:
        engine.dispose()


def _void(settings: Settings, clock: Clock) -> None:
    """Links, codes, cards and sessions from before end here (S113): who held one may hold what was since taken back.

    Links count as expired, so that who follows one is told whom to ring. What waited to go may have gone meanwhile.
    """
    now = clock()
    engine = open_engine(settings.database, writes=True)
    try:
        with engine.begin() as db:
            db.execute(update(StaffSession).where(StaffSession.ended_at.is_(None)).values(ended_at=now))
            db.execute(delete(SignInTicket))
            db.execute(update(PatientSession).where(PatientSession.ended_at.is_(None)).values(ended_at=now))
            db.execute(update(CodeRow).where(CodeRow.dead_at.is_(None)).values(dead_at=now))
            db.execute(update(UnlockCard).where(UnlockCard.ended_at.is_(None)).values(ended_at=now))
            db.execute(update(LinkRow).where(LinkRow.expires_at > now).values(expires_at=now))
            db.execute(update(OutboxRow).where(OutboxRow.attempt_at.is_(None)).values(attempt_at=now - IN_DOUBT))
    finally:
        engine.dispose()


def _has_no_keys(settings: Settings) -> bool:
    engine = open_engine(settings.keyring, writes=False)
    try:
        with engine.connect() as db:
            return db.execute(seal.data_key.select().limit(1)).first() is None
    finally:
        engine.dispose()


@contextmanager
def _lines(settings: Settings, path: Path, private: bytes) -> Iterator[tuple[dict[str, Any], Iterator[bytes]]]:
    masters = [bytes.fromhex(key.get_secret_value()) for key in settings.master_key]
    with path.open("rb") as source:
        reader = Reader(source, private=private, masters=masters)
        try:
            with gzip.GzipFile(fileobj=io.BufferedReader(reader), mode="rb") as unpacked:
                yield reader.facts, iter(unpacked)
        except (EOFError, gzip.BadGzipFile) as error:
            raise NotABackup from error
