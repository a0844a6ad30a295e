"""A statement of the hot path, compiled once: what is asked for every message and frame (performance.md section 7).

SQLAlchemy says what is asked and how values are spelt. Running it through SQLAlchemy as well costs on SQLite two to
four times what the database takes for it: the statement is looked up, a context and a result are made, each time. So
there the driver is asked directly. Everywhere else, and where somebody listens to what is asked, SQLAlchemy is.
"""

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

from core.store.types import AnyRow

Said = Mapping[str, Any]
Spell = Callable[[Any], Any]


class Prepared:
    """One statement, for values by their names; a list (`in_`) may have another length each time, and be empty.

    `columns` are those that an INSERT without values of its own gives, with spaces between them.
    """

    __slots__ = ("_columns", "_plain", "_statement")

    def __init__(self, statement: Executable, columns: str = "") -> None:
        self._statement = statement
        self._columns = columns.split() or None
        self._plain: _Plain | None = None

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
        """Run it for each of these."""
        if not _direct(db):
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
        if self._plain is None:
            self._plain = _Plain(self._statement, db.dialect, self._columns)  # type: ignore[arg-type]
        return self._plain


def run_plain(db: Connection, words: str) -> None:
    """Words without values (`SAVEPOINT one`), as directly."""
    if _direct(db):
        _driver(db).execute(words)
    else:
        db.exec_driver_sql(words)


class _Plain:
    """The text of a statement for SQLite, and how each value is spelt there and read again."""

    def __init__(self, statement: ClauseElement, dialect: Dialect, columns: Sequence[str] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError("give every value: what a column would add by itself is not known here")
        self._dialect = dialect
        self._text = str(compiled)
        self._values = [_spelt(compiled.binds[name], dialect) for name in compiled.positiontup]
        if "NOT IN (__[POSTCOMPILE" in self._text:
            raise TypeError("an empty list is spelt for IN alone")
        self._lists = [bind.key for bind in compiled.post_compile_params]
        answer = list(statement.exported_columns) if hasattr(statement, "exported_columns") else []
        self._row: Any = namedtuple("Row", [column.key for column in answer]) if answer else None
        readers = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in answer]
        self._readers = [(place, reader) for place, reader in enumerate(readers) if reader]

    def run(self, db: Connection, said: Said) -> sqlite3.Cursor:
        values = [
            (spell(said[name]) if spell else said[name]) if name else value for name, value, spell in self._values
        ]
        text = self._text
        if self._lists:
            text, values = self._spread(said, values)
        try:
            return _driver(db).execute(text, values)
        except sqlite3.Error as error:
            told = DBAPIError.instance(
                self._text, None, error, sqlite3.Error, hide_parameters=True, dialect=self._dialect
            )
            raise told from error

    def _spread(self, said: Said, values: list[Any]) -> tuple[str, list[Any]]:
        """The text with a mark for each value of its lists, and the values one by one."""
        text = self._text
        for name in self._lists:
            text = text.replace(f"__[POSTCOMPILE_{name}]", ", ".join("?" * len(said[name])) or "NULL")
        spread: list[Any] = []
        for (name, _, _), value in zip(self._values, values, strict=True):
            spread.extend(value) if name in self._lists else spread.append(value)
        return text, spread

    def changed(self, db: Connection, said: Said) -> int:
        """SQLite counts only when the last row that is returned was fetched."""
        cursor = self.run(db, said)
        if self._row:
            cursor.fetchall()
        return cursor.rowcount

    def read(self, cursor: sqlite3.Cursor) -> list[Any]:
        made, readers = self._row._make, self._readers
        found = []
        for one in cursor.fetchall():
            values = list(one)
            for place, reader in readers:
                values[place] = reader(values[place])
            found.append(made(values))
        return found


def _spelt(bind: Any, dialect: Dialect) -> tuple[str, Any, Spell | None]:
    """A value's name, or the value itself where the statement brings it; and how the database wants it."""
    spell = bind.type.dialect_impl(dialect).bind_processor(dialect)
    if bind.required:
        return bind.key, None, _each(spell) if bind.expanding else spell
    return "", spell(bind.value) if spell else bind.value, None


def _each(spell: Spell | None) -> Spell | None:
    return (lambda many: [spell(one) for one in many]) if spell else None


def _direct(db: Connection) -> bool:
    return db.dialect.name == "sqlite" and not db.dispatch.before_cursor_execute


def _driver(db: Connection) -> sqlite3.Connection:
    driver: sqlite3.Connection = db.connection.dbapi_connection  # type: ignore[assignment]
    return driver
