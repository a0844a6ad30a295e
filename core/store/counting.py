"""Counting without gaps: a head row by practice, raised in the same transaction by one statement."""

from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from core.store.prepared import Prepared


def upsert(db: Connection, table: type[Any]) -> Any:
    """`INSERT … ON CONFLICT` of the database at hand; both spell it alike."""
    return upsert_of(db.dialect.name, table)


def upsert_of(dialect: str, table: type[Any]) -> Any:
    """The same for a database by its name: for statements that are made once."""
    return (sqlite.insert if dialect == "sqlite" else postgresql.insert)(table)


def unless_there(db: Connection, table: Any) -> Any:
    """`INSERT … ON CONFLICT DO NOTHING` of one row, whose values go beside it; made once."""
    return _unless_there(db.dialect.name, table)


@cache
def _unless_there(dialect: str, table: Any) -> Any:
    return upsert_of(dialect, table).on_conflict_do_nothing()


def count_up(db: Connection, head: Any, practice_id: UUID, by: int = 1) -> int:
    """Raise the practice's counter by `by` and return its new value; the row is made when it is missing."""
    (raised,) = _raised(db.dialect.name, head).rows(db, {"practice": practice_id, "by": by})
    return int(raised.seq)


@cache
def _raised(dialect: str, head: Any) -> Prepared:
    """Made once: building it anew costs several times what running it does."""
    return Prepared(raising(dialect, head))


def raising(dialect: str, head: Any) -> Any:
    """What raises the counter of `practice` by `by` and returns it as `seq`: for statements that do more at once."""
    statement = upsert_of(dialect, head).values(practice_id=bindparam("practice"), seq=bindparam("by"))
    return statement.on_conflict_do_update(
        index_elements=["practice_id"], set_={"seq": head.seq + statement.excluded.seq}
    ).returning(head.seq)
