"""The event log: every event of a practice gets the next number in the transaction that caused it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import bindparam, insert, select

from core.live.bus import Event
from core.live.tables import EventHead, EventRow
from core.store.counting import count_up
from core.store.prepared import Prepared
from core.store.unit import Told, Unit

_SINCE = (
    select(EventRow.seq, EventRow.name, EventRow.conversation_id, EventRow.staff_id, EventRow.data)
    .where(EventRow.practice_id == bindparam("practice"), EventRow.seq > bindparam("seq"))
    .order_by(EventRow.seq)
    .limit(bindparam("most"))
)
_KEEP = Prepared(insert(EventRow), "practice_id seq name conversation_id staff_id data at")
_NEWEST = Prepared(select(EventHead.seq).where(EventHead.practice_id == bindparam("practice")))


def keep(units: Sequence[Unit]) -> list[list[Told]]:
    """Write what actions of one practice told into the transaction they share; returns it numbered, in order."""
    many = sum(told.kept for unit in units for told in unit.told)
    if not many:
        return [unit.told for unit in units]
    first = units[0]
    last = count_up(first.db, EventHead, first.practice_id, many)
    numbers = iter(range(last - many + 1, last + 1))
    numbered = [[replace(told, seq=next(numbers)) if told.kept else told for told in unit.told] for unit in units]
    _KEEP.many(
        first.db,
        [_row(unit, told) for unit, said in zip(units, numbered, strict=True) for told in said if told.kept],
    )
    return numbered


def since(unit: Unit, seq: int, limit: int = 500) -> Sequence[Event]:
    """Events after `seq`, oldest first, at most `limit` (primary key)."""
    rows = unit.db.execute(_SINCE, {"practice": unit.practice_id, "seq": seq, "most": limit})
    return [Event(unit.practice_id, *row) for row in rows]


def newest(unit: Unit) -> int:
    """The number of the practice's newest event; 0 when nothing has happened yet."""
    return _NEWEST.value(unit.db, {"practice": unit.practice_id}) or 0


def _row(unit: Unit, told: Told) -> dict[str, Any]:
    return {
        "practice_id": unit.practice_id,
        "seq": told.seq,
        "name": told.name,
        "conversation_id": told.conversation_id,
        "staff_id": told.staff_id,
        "data": orjson.loads(orjson.dumps(dict(told.data), default=str, option=orjson.OPT_PASSTHROUGH_DATETIME)),
        "at": unit.now,
    }
