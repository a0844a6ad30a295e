"""A statement of the hot path, compiled once: what is asked for every message and frame (performance.md section 7).

SQLAlchemy says what is asked and how values are spelt. Running it through SQLAlchemy as well costs on SQLite two to
four times what the database takes for it: the statement is looked up, a context and a result are made, each time. So
the driver is asked directly, on PostgreSQL too. Where somebody listens to what is asked, SQLAlchemy is.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Dialect, Executable, Uuid
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import TypeEngine

from core.store.types import AnyRow, MomentType

Said = Mapping[str, Any]
Spell = Callable[[Any], Any]

IDS = 16_384  # kept as they were read from text; some 250 bytes each
NAMED = re.compile(r"%\((?P<value>\w+)\)s|__\[POSTCOMPILE_(?P<list>\w+)\]")  # where a value stands on PostgreSQL


class Prepared:
    """One statement, for values by their names; a list (`in_`) may have another length each time, and be empty.

    `columns` are those that an INSERT without values of its own gives, with spaces between them.
    """

    __slots__ = ("_columns", "_plain", "_statement")

    def __init__(self, statement: Executable, columns: str = "") -> None:
        self._statement = statement
        self._columns = columns.split() or None
        self._plain: dict[str, _Plain] = {}  # for each kind of database

    def rows(self, db: Connection, said: Said) -> Sequence[AnyRow]:
        """What it finds or returns, by the names of its columns. Raises what SQLAlchemy raises."""
        if not _direct(db):
            return db.execute(self._statement, said).all()
        plain = self._at_hand(db)
        found: Sequence[AnyRow] = plain.read(plain.run(db, said))
        return found

    def one(self, db: Connection, said: Said) -> AnyRow | None:
        """The first row that it finds or returns, if there is one."""
        found = self.rows(db, said)
        return found[0] if found else None

    def value(self, db: Connection, said: Said) -> Any:
        """What stands first in that row; None where there is none."""
        found = self.rows(db, said)
        return found[0][0] if found else None

    def count(self, db: Connection, said: Said) -> int:
        """How many rows it changed. Raises what SQLAlchemy raises."""
        if not _direct(db):
            changed: int = db.execute(self._statement, said).rowcount
            return changed
        return self._at_hand(db).changed(db, said)

    def many(self, db: Connection, each: Sequence[Said]) -> None:
        """Run it for each of these; several go to PostgreSQL together."""
        if not _direct(db) or (len(each) > 1 and db.dialect.name != "sqlite"):
            db.execute(self._statement, each)
            return
        plain = self._at_hand(db)
        for said in each:
            plain.run(db, said)

    def added(self, db: Connection, said: Said) -> int:
        """The number that SQLite gave to the row it wrote."""
        if not _direct(db):
            given: int = db.execute(self._statement, said).lastrowid
            return given
        return self._at_hand(db).run(db, said).lastrowid or 0

    def _at_hand(self, db: Connection) -> "_Plain":
        kind = db.dialect.name
        if (plain := self._plain.get(kind)) is None:
            plain = self._plain[kind] = _Plain(self._statement, db.dialect, self._columns)  # type: ignore[arg-type]
        return plain


def run_plain(db: Connection, words: str) -> None:
    """Words without values (`SAVEPOINT one`), as directly."""
    if _direct(db):
        _driver(db).execute(words)
    else:
        db.exec_driver_sql(words)


class _Plain:
    """The text of a statement for one kind of database, and how each value is spelt there and read again."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, columns: Sequence[str] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError("give every value: what a column would add by itself is not known here")
        self._dialect = dialect
        self._errors: type[Exception] = dialect.loaded_dbapi.Error
        self._text, names = _in_order(compiled)
        if "NOT IN (__[POSTCOMPILE" in self._text:
            raise TypeError("an empty list is spelt for IN alone")
        self._values = [_spelt(compiled.binds[name], dialect) for name in names]
        self._lists = {bind.key: _mark(bind, compiled) for bind in compiled.post_compile_params}
        answer = list(statement.exported_columns) if hasattr(statement, "exported_columns") else []
        self._row: Any = namedtuple("Row", [column.key for column in answer]) if answer else None
        self._types = [column.type.dialect_impl(dialect) for column in answer]
        self._readers: list[tuple[int, Spell]] | None = None

    def run(self, db: Connection, said: Said) -> Any:
        """The driver's cursor."""
        values = [
            (spell(said[name]) if spell else said[name]) if name else value for name, value, spell in self._values
        ]
        text = self._text
        if self._lists:
            text, values = self._spread(said, values)
        driver = _driver(db)
        try:
            return driver.execute(text, values)
        except self._errors as error:
            if self._dialect.is_disconnect(error, driver, None):  # type: ignore[arg-type]
                db.exec_driver_sql("SELECT 1")  # SQLAlchemy finds it gone, says so, and lets go of the others as well
            told = DBAPIError.instance(
                self._text, None, error, self._errors, hide_parameters=True, dialect=self._dialect
            )
            raise told from error
        except BaseException as error:
            if not isinstance(error, Exception):  # interrupted: the answer may still come, and nobody else may read it
                db.invalidate(error)
            raise

    def _spread(self, said: Said, values: list[Any]) -> tuple[str, list[Any]]:
        """The text with a mark for each value of its lists, and the values one by one."""
        text = self._text
        for name, mark in self._lists.items():
            text = text.replace(f"__[POSTCOMPILE_{name}]", ", ".join([mark] * len(said[name])) or "NULL")
        spread: list[Any] = []
        for (name, _, _), value in zip(self._values, values, strict=True):
            spread.extend(value) if name in self._lists else spread.append(value)
        return text, spread

    def changed(self, db: Connection, said: Said) -> int:
        """SQLite counts only when the last row that is returned was fetched."""
        cursor = self.run(db, said)
        if self._row:
            cursor.fetchall()
        many: int = cursor.rowcount
        return many

    def read(self, cursor: Any) -> list[Any]:
        if (readers := self._readers) is None:
            readers = self._readers = self._read_as(cursor.description)
        made, found = self._row._make, []
        for one in cursor.fetchall():
            values = list(one)
            for place, reader in readers:
                values[place] = reader(values[place])
            found.append(made(values))
        return found

    def _read_as(self, description: Sequence[Any]) -> list[tuple[int, Spell]]:
        """What has to be made of the values that the driver gives, by their places."""
        kinds = enumerate(zip(self._types, description, strict=True))
        readers = [(place, _reader(kind, self._dialect, told[1])) for place, (kind, told) in kinds]
        return [(place, reader) for place, reader in readers if reader]


def _reader(kind: TypeEngine[Any], dialect: Dialect, told: Any) -> Spell | None:
    """What makes a value of what the driver gives. SQLite gives texts: a greeting reads six hundred ids and moments of
    them, a fifth of what it costs by SQLAlchemy's way.
    """
    reader = kind.result_processor(dialect, told)
    if reader is None or dialect.name != "sqlite":
        return reader
    return _id if isinstance(kind, Uuid) else _moment if isinstance(kind, MomentType) else reader


@lru_cache(IDS)
def _id(spelt: str | None) -> UUID | None:
    """Made once: lists name the same people and conversations each time they are read."""
    return UUID(spelt) if spelt else None


def _moment(spelt: str | None) -> datetime | None:
    return datetime.fromisoformat(f"{spelt}+00:00") if spelt else None


def _in_order(compiled: Any) -> tuple[str, list[str]]:
    """The text with marks that follow each other, and whose value each stands for: psycopg is quicker with those."""
    if compiled.positional:
        return str(compiled), compiled.positiontup
    names: list[str] = []

    def follows(found: re.Match[str]) -> str:
        names.append(found["value"] or found["list"])
        return "%s" if found["value"] else found[0]

    return NAMED.sub(follows, str(compiled)), names


def _mark(bind: Any, compiled: Any) -> str:
    """What stands for one value of a list."""
    mark = "?" if compiled.positional else "%s"
    kind = bind.type.dialect_impl(compiled.dialect)
    return str(compiled.render_bind_cast(bind.type, kind, mark)) if kind.render_bind_cast else mark


def _spelt(bind: Any, dialect: Dialect) -> tuple[str, Any, Spell | None]:
    """A value's name, or the value itself where the statement brings it; and how the database wants it."""
    spell = _speller(bind.type, dialect)
    if bind.required:
        return bind.key, None, _each(spell) if bind.expanding else spell
    return "", spell(bind.value) if spell else bind.value, None


def _speller(kind: TypeEngine[Any], dialect: Dialect) -> Spell | None:
    """How a value is given to the driver. A guess at a code gives thirty moments, by SQLAlchemy's way a tenth of it."""
    if dialect.name == "sqlite" and isinstance(kind, MomentType):
        return _moment_in_words
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _moment_in_words(at: datetime | None) -> str | None:
    """As SQLite keeps it: in UTC, to the microsecond, without a zone. Refuses one without a zone, as its type does."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat(" ", "microseconds")[:26]


def _each(spell: Spell | None) -> Spell | None:
    return (lambda many: [spell(one) for one in many]) if spell else None


def _direct(db: Connection) -> bool:
    return not db.engine.dispatch.before_cursor_execute  # asked of each connection anew, it takes three times as long


def _driver(db: Connection) -> Any:
    """The driver's own connection: both drivers run a statement on it and give a cursor."""
    return db.connection.dbapi_connection
