"""Rows as lines of JSON, the same from SQLite and PostgreSQL, and back."""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from gzip import GzipFile
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, MetaData, insert, select

AT_ONCE = 200  # rows in one statement; files are heavy, so not more


def put(db: Connection, tables: MetaData, out: GzipFile) -> int:
    """Write every row, tables in an order that keeps what is pointed to before what points; how many."""
    count = 0
    for table in tables.sorted_tables:
        if table.info.get("derived"):
            continue
        for row in db.execution_options(yield_per=50).execute(select(table)):
            line = {"table": table.name, "row": {name: _plain(value) for name, value in row._mapping.items()}}
            out.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
            count += 1
    return count


def take(db: Connection, tables: MetaData, lines: Iterable[bytes]) -> int:
    """Insert every row; how many."""
    count = 0
    for name, rows in _groups(lines):
        db.execute(insert(tables.tables[name]), rows)
        count += len(rows)
    return count


def _groups(lines: Iterable[bytes]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    held: list[dict[str, Any]] = []
    of = ""
    for line in lines:
        said = json.loads(line)
        row = {name: _lively(value) for name, value in said["row"].items()}
        if held and (said["table"] != of or len(held) >= AT_ONCE):
            yield of, held
            held = []
        of = said["table"]
        held.append(row)
    if held:
        yield of, held


def _plain(value: Any) -> Any:
    """A value as JSON; what JSON does not have stands in a list behind its mark."""
    if isinstance(value, bytes | memoryview):
        return ["b", base64.b64encode(bytes(value)).decode()]
    if isinstance(value, UUID):
        return ["u", value.hex]
    if isinstance(value, datetime):
        return ["t", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    return ["j", value] if isinstance(value, list | dict) else value


def _lively(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    mark, said = value
    if mark == "b":
        return base64.b64decode(said)
    if mark == "u":
        return UUID(said)
    if mark == "t":
        return datetime.fromisoformat(said)
    return date.fromisoformat(said) if mark == "d" else said
