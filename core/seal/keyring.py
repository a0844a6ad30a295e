"""The keyring: every key, wrapped, in a store of its own beside the database (S102, S105, S106).

The operator's master key wraps the practices' keys and the installation's keys; a practice's key wraps the data keys of
its items. Losing a row here makes what it sealed unreadable for ever: that is how things are erased for certain (S103).
"""

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from sqlalchemy import ColumnElement, Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from core.clock import Clock
from core.config import Settings
from core.errors import LatchkeyError
from core.ids import new_id
from core.seal.tables import data_key, installation_key, practice_key
from core.store.engine import is_sqlite, open_engine
from core.store.prepared import Prepared

_WRAPPED = Prepared(
    select(data_key.c.wrapped, data_key.c.wrapped_by).where(
        data_key.c.practice_id == bindparam("practice"), data_key.c.id == bindparam("key")
    )
)
KEY_BYTES = 32
SHREDDED = bytes(KEY_BYTES + 8)  # what a key is written over with: whoever reads the row knows
REMEMBERED_FOR = 60  # seconds; a key shredded by another process is forgotten here by then
REMEMBERED = 4096  # unwrapped keys kept in memory; 32 bytes each and some overhead


class Erased(LatchkeyError):
    """The key is gone on purpose: what it sealed can never be read again."""


class WrongMasterKey(LatchkeyError):
    """None of the configured master keys opens this keyring."""


class Keyring:
    """Makes, keeps, finds and shreds keys. Safe to share between threads and greenlets."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._masters = [_master(key.get_secret_value()) for key in settings.master_key]
        self._clock = clock
        self.engine = open_engine(settings.keyring, writes=True, pool_size=2)
        self._in_a_file = is_sqlite(settings.keyring)
        # Keys are read for every message that is opened: in a file without waiting for, or keeping, who writes.
        self._reader = open_engine(settings.keyring, writes=False, alone=True) if self._in_a_file else self.engine
        self._upsert = sqlite.insert if is_sqlite(settings.keyring) else postgresql.insert
        self._known: OrderedDict[tuple[str, object, object], tuple[bytes, float]] = OrderedDict()
        self._lock = threading.Lock()
        self._shredded = 0  # keys, since the start

    def close(self) -> None:
        """Let go of the connections."""
        self.engine.dispose()
        self._reader.dispose()

    def for_installation(self, purpose: str) -> bytes:
        """The installation's key for one purpose (code MAC, cookies, links …), made when first asked for (S106)."""
        return self._remember(("installation", purpose, None), lambda: self._installation(purpose))

    def for_scope(self, practice_id: UUID, scope: str) -> tuple[UUID, bytes]:
        """The practice's shared data key of a scope (a conversation and month, the patients' cards): id and key."""
        key_id = self._scope_id(practice_id, scope)
        return key_id, self.by_id(practice_id, key_id)

    def new(self, practice_id: UUID, scope: str) -> tuple[UUID, bytes]:
        """A fresh data key for one item alone; committed here before the row that needs it is (decision 5).

        Where the item had one before, or a transaction that failed left one, the new one is called by its id as well.
        """
        key_id, key = new_id(), os.urandom(KEY_BYTES)
        try:
            self._insert(practice_id, key_id, scope, key)
        except IntegrityError:
            self._insert(practice_id, key_id, f"{scope}:{key_id}", key)
        return key_id, key

    def of_items(
        self, practice_id: UUID, kind: str, before: datetime, after: UUID | None, limit: int
    ) -> list[tuple[UUID, UUID]]:
        """Keys of single items made before a moment: key and item, in the order of their ids, those behind `after`."""
        table = data_key
        rows = (
            select(table.c.id, table.c.scope)
            .where(
                table.c.practice_id == practice_id,
                table.c.scope.startswith(f"{kind}:", autoescape=True),
                table.c.created_at < before,
                *((table.c.id > after,) if after else ()),
            )
            .order_by(table.c.id)
            .limit(limit)
        )
        with self._reader.connect() as db:
            return [(row.id, UUID(row.scope.split(":")[1])) for row in db.execute(rows)]

    def by_id(self, practice_id: UUID, key_id: UUID) -> bytes:
        """The data key of that id. Raises Erased when it was shredded or never was this practice's."""
        return self._remember((str(practice_id), key_id, None), lambda: self._unwrap_data(practice_id, key_id))

    def shred(self, practice_id: UUID, key_ids: Collection[UUID]) -> None:
        """Destroy data keys, all or none: what they sealed is erased, in every backup older than the keyring's (S103).

        They are written over, and on SQLite the log that still held them is emptied. The rows stay until `forget`:
        they say what was erased to whoever finishes an erasure that the power cut short (`forms/finishing.py`). Other
        processes forget the keys within a minute.
        """
        if not key_ids:
            return
        with self.engine.begin() as db:
            db.execute(update(data_key).where(*_these(practice_id, key_ids)).values(wrapped=SHREDDED))
        with self._lock:
            self._shredded += 1
            for key_id in key_ids:
                self._known.pop((str(practice_id), key_id, None), None)
        self._empty_log()

    def forget(self, practice_id: UUID, key_ids: Collection[UUID]) -> None:
        """Let go of the rows of destroyed keys, once what was to be said of them is kept; of no others."""
        if key_ids:
            with self.engine.begin() as db:
                db.execute(delete(data_key).where(*_these(practice_id, key_ids), data_key.c.wrapped == SHREDDED))
            self._empty_log()

    def destroyed(self, practice_id: UUID) -> dict[UUID, str]:
        """Keys that were destroyed and whose rows nobody let go of: what each was made for."""
        gone = select(data_key.c.id, data_key.c.scope).where(
            data_key.c.practice_id == practice_id, data_key.c.wrapped == SHREDDED
        )
        with self._reader.connect() as db:
            return {row.id: row.scope for row in db.execute(gone)}

    def scope_of(self, practice_id: UUID, key_id: UUID) -> str | None:
        """What a data key was made for; None when it is gone or never was this practice's."""
        with self._reader.connect() as db:
            return db.scalar(
                select(data_key.c.scope).where(
                    data_key.c.practice_id == practice_id, data_key.c.id == key_id, data_key.c.wrapped != SHREDDED
                )
            )

    def practice_key(self, practice_id: UUID, number: int) -> bytes:
        """The practice key of that number. Raises WrongMasterKey."""
        return self._remember(("practice", practice_id, number), lambda: self._practice_key(practice_id, number))

    def add_practice_key(self, practice_id: UUID) -> int:
        """Give the practice a further key, which wraps whatever is new from now on; its number."""
        with self.engine.begin() as db:
            number = self._newest(db, practice_id)[0] + 1
            self._add_practice_key(db, practice_id, number)
        return number

    def rewrapped(self, wrapped: bytes) -> bytes:
        """The same key under the first master key."""
        return self._wrap(self._unwrap(wrapped))

    # -- inside ----------------------------------------------------------------------------------------------------

    def _empty_log(self) -> None:
        """SQLite's log holds what a row was before it was written over."""
        if self._in_a_file:
            with self.engine.connect() as db:
                db.exec_driver_sql("ROLLBACK")
                db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def _remember(self, name: tuple[str, object, object], make: Callable[[], bytes]) -> bytes:
        now = time.monotonic()
        with self._lock:
            key, since = self._known.get(name, (b"", 0.0))
            if key and now - since < REMEMBERED_FOR:
                self._known.move_to_end(name)
                return key
            shredded = self._shredded
        key = make()
        with self._lock:
            if shredded != self._shredded:  # maybe this one, a moment after it was read: not kept at hand
                return key
            self._known[name] = key, now
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return key

    def _installation(self, purpose: str) -> bytes:
        table = installation_key
        with self.engine.begin() as db:
            found = db.scalar(select(table.c.wrapped).where(table.c.purpose == purpose))
            if found is None:
                row = {"purpose": purpose, "wrapped": self._wrap(os.urandom(KEY_BYTES)), "created_at": self._clock()}
                db.execute(self._upsert(table).values(row).on_conflict_do_nothing())
                found = db.scalar(select(table.c.wrapped).where(table.c.purpose == purpose))
        return self._unwrap(found or b"")

    def _practice_key(self, practice_id: UUID, number: int) -> bytes:
        table = practice_key
        with self._reader.connect() as db:
            found = db.scalar(
                select(table.c.wrapped).where(table.c.practice_id == practice_id, table.c.number == number)
            )
        return self._unwrap(found or b"")

    def _newest(self, db: Connection, practice_id: UUID) -> tuple[int, bytes]:
        """The practice key that wraps what is new, its number and itself; the first is made when there is none.

        Held until the transaction ends, so that a rotation does not throw it away before what it wraps is written.
        """
        table = practice_key
        query = (
            select(table.c.number, table.c.wrapped)
            .where(table.c.practice_id == practice_id)
            .order_by(table.c.number.desc())
            .limit(1)
            .with_for_update(read=True)
        )
        row = db.execute(query).one_or_none()
        if row is None:
            self._add_practice_key(db, practice_id, 1)
            row = db.execute(query).one()
        return row.number, self._unwrap(row.wrapped)

    def _add_practice_key(self, db: Connection, practice_id: UUID, number: int) -> None:
        row = {
            "practice_id": practice_id,
            "number": number,
            "wrapped": self._wrap(os.urandom(KEY_BYTES)),
            "created_at": self._clock(),
        }
        db.execute(self._upsert(practice_key).values(row).on_conflict_do_nothing())

    def _scope_id(self, practice_id: UUID, scope: str) -> UUID:
        """Scope ids are remembered as bytes beside the keys; a scope's key is made once, whoever comes first."""
        return UUID(bytes=self._remember((str(practice_id), None, scope), lambda: self._find_scope(practice_id, scope)))

    def _find_scope(self, practice_id: UUID, scope: str) -> bytes:
        found = self._scoped(practice_id, scope)
        if found is None:
            with suppress(IntegrityError):  # another process made it a moment ago; theirs counts
                self._insert(practice_id, new_id(), scope, os.urandom(KEY_BYTES))
            found = self._scoped(practice_id, scope)
        return found.bytes if found else b""

    def _scoped(self, practice_id: UUID, scope: str) -> UUID | None:
        table = data_key
        with self._reader.connect() as db:
            return db.scalar(
                select(table.c.id)
                .where(table.c.practice_id == practice_id, table.c.scope == scope)
                .order_by(table.c.id)
                .limit(1)
            )

    def _insert(self, practice_id: UUID, key_id: UUID, scope: str, key: bytes) -> None:
        with self.engine.begin() as db:
            number, practice = self._newest(db, practice_id)
            db.execute(
                insert(data_key).values(
                    practice_id=practice_id,
                    id=key_id,
                    scope=scope,
                    wrapped_by=number,
                    wrapped=aes_key_wrap(practice, key),
                    created_at=self._clock(),
                )
            )

    def _unwrap_data(self, practice_id: UUID, key_id: UUID) -> bytes:
        with self._reader.connect() as db:
            row = _WRAPPED.one(db, {"practice": practice_id, "key": key_id})
        if row is None or row.wrapped == SHREDDED:
            raise Erased
        return aes_key_unwrap(self.practice_key(practice_id, row.wrapped_by), row.wrapped)

    def _wrap(self, key: bytes) -> bytes:
        if not self._masters:
            raise WrongMasterKey
        return aes_key_wrap(self._masters[0], key)

    def _unwrap(self, wrapped: bytes) -> bytes:
        for master in self._masters:
            try:
                return aes_key_unwrap(master, wrapped)
            except InvalidUnwrap:
                continue
        raise WrongMasterKey


def _these(practice_id: UUID, key_ids: Collection[UUID]) -> tuple[ColumnElement[bool], ...]:
    return data_key.c.practice_id == practice_id, data_key.c.id.in_(key_ids)


def _master(text: str) -> bytes:
    """A master key is 64 hexadecimal digits. Raises WrongMasterKey for anything else."""
    try:
        key = bytes.fromhex(text)
    except ValueError as error:
        raise WrongMasterKey from error
    if len(key) != KEY_BYTES:
        raise WrongMasterKey
    return key
