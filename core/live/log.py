"""The event log: every event of a practice gets the next number in the transaction that caused it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import JSON, BigInteger, Connection, Uuid, bindparam, column, func, insert, select, true

from core.live.bus import Event
from core.live.tables import EventHead, EventRow
from core.store.counting import count_up, raising
from core.store.prepared import Prepared
from core.store.unit import Told, Unit

_SINCE = (
    select(EventRow.seq, EventRow.name, EventRow.conversation_id, EventRow.staff_id, EventRow.data)
    .where(EventRow.practice_id == bindparam("practice"), EventRow.seq > bindparam("seq"))
    .order_by(EventRow.seq)
    .limit(bindparam("most"))
)
_KEEP = Prepared(insert(EventRow), "practice_id seq name conversation_id staff_id data at")


def _numbered() -> Prepared:
    """The counter raised and the rows written with their numbers, as one statement, which only PostgreSQL takes."""
    head = raising("postgresql", EventHead).cte("head")
    told = [EventRow.name, EventRow.conversation_id, EventRow.staff_id, EventRow.data, EventRow.at]
    typed = [column("back", BigInteger), *(column(one.key, one.type) for one in told)]
    rows = func.json_to_recordset(bindparam("told", type_=JSON)).table_valued(*typed)
    told_of = rows.render_derived(name="told", with_types=True)
    numbered = select(
        bindparam("practice", type_=Uuid), head.c.seq - told_of.c.back, *(told_of.c[one.key] for one in told)
    ).select_from(head.join(told_of, true()))
    return Prepared(
        insert(EventRow).from_select([EventRow.practice_id, EventRow.seq, *told], numbered).returning(EventRow.seq)
    )


_KEEP_NUMBERED = _numbered()
_NEWEST = Prepared(select(EventHead.seq).where(EventHead.practice_id == bindparam("practice")))


def keep(units: Sequence[Unit]) -> list[list[Told]]:
    """Write what actions of one practice told into the transaction they share; returns it numbered, in order."""
    rows = [_row(unit, told) for unit in units for told in unit.told if told.kept]
    if not rows:
        return [unit.told for unit in units]
    numbers = iter(_written(units[0].db, units[0].practice_id, rows))
    return [[replace(told, seq=next(numbers)) if told.kept else told for told in unit.told] for unit in units]


def since(unit: Unit, seq: int, limit: int = 500) -> Sequence[Event]:
    """Events after `seq`, oldest first, at most `limit` (primary key)."""
    rows = unit.db.execute(_SINCE, {"practice": unit.practice_id, "seq": seq, "most": limit})
    return [Event(unit.practice_id, *row) for row in rows]


def newest(unit: Unit) -> int:
    """The number of the practice's newest event; 0 when nothing has happened yet."""
    return _NEWEST.value(unit.db, {"practice": unit.practice_id}) or 0


def _written(db: Connection, practice_id: UUID, rows: Sequence[dict[str, Any]]) -> range:
    """The numbers they were written with, in their order."""
    many = len(rows)
    if db.dialect.name == "sqlite":
        last = count_up(db, EventHead, practice_id, many)
        numbers = range(last - many + 1, last + 1)
        each = zip(numbers, rows, strict=True)
        _KEEP.many(db, [{"practice_id": practice_id, "seq": seq, **row} for seq, row in each])
        return numbers
    behind = zip(reversed(range(many)), rows, strict=True)
    told = [{key: _plain(value) for key, value in {**row, "back": back}.items()} for back, row in behind]
    last = max(one.seq for one in _KEEP_NUMBERED.rows(db, {"practice": practice_id, "by": many, "told": told}))
    return range(last - many + 1, last + 1)


def _plain(value: Any) -> Any:
    """An id or a moment as JSON says it."""
    return value.isoformat() if isinstance(value, datetime) else str(value) if isinstance(value, UUID) else value


def _row(unit: Unit, told: Told) -> dict[str, Any]:
    return {
        "name": told.name,
        "conversation_id": told.conversation_id,
        "staff_id": told.staff_id,
        "data": orjson.loads(orjson.dumps(dict(told.data), default=str, option=orjson.OPT_PASSTHROUGH_DATETIME)),
        "at": unit.now,
    }
