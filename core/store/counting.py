"""Counting without gaps: a head row by practice, raised in the same transaction by one statement."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


def upsert(db: Connection, table: type[Any]) -> Any:
    """`INSERT … ON CONFLICT` of the database at hand; both spell it alike."""
    return (sqlite.insert if db.dialect.name == "sqlite" else postgresql.insert)(table)


def count_up(db: Connection, head: type[Any], practice_id: UUID, by: int = 1) -> int:
    """Raise the practice's counter by `by` and return its new value; the row is made when it is missing."""
    statement = upsert(db, head).values(practice_id=practice_id, seq=by)
    raised = statement.on_conflict_do_update(
        index_elements=["practice_id"], set_={"seq": head.seq + statement.excluded.seq}
    ).returning(head.seq)
    last: int = db.execute(raised).scalar_one()
    return last
