"""An order as it is kept until it goes: sealed, bound to the very row it belongs to."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from core.compose.words import Command, Later, Order
from core.store.sealing import Place
from core.store.unit import Unit


def seal_order(unit: Unit, table: str, row_id: UUID, order: Order) -> bytes:
    """The order, sealed for a row of a table."""
    said = {
        "command": order.command.value,
        "people": [str(person) for person in order.people],
        "text": order.text,
        "subject": order.subject,
        "attachments": [str(file_id) for file_id in order.attachments],
        "expires_hours": order.expires_hours,
        "form": order.form,
        "conversation": str(order.conversation_id) if order.conversation_id else None,
        "client_id": order.client_id,
        "sensitive": order.sensitive,
        "archived": order.archived,
        "later": asdict(order.later) if order.later else None,
    }
    return unit.seals.seal(orjson.dumps(said), Place(table, row_id, "body"), scope=day_scope(table, unit.now.date()))


def day_scope(table: str, day: date) -> str:
    """One data key a table and day, so that it can be destroyed when nothing of that day is left."""
    return f"{table}s:{day.isoformat()}"


def open_order(unit: Unit, table: str, row_id: UUID, sealed: bytes) -> Order:
    """The order of a row. Raises Unreadable, Erased."""
    said = orjson.loads(unit.seals.open(sealed, Place(table, row_id, "body")))
    return Order(
        Command(said["command"]),
        tuple(UUID(person) for person in said["people"]),
        said["text"],
        said["subject"],
        tuple(UUID(file_id) for file_id in said["attachments"]),
        said["expires_hours"],
        said["form"],
        UUID(said["conversation"]) if said["conversation"] else None,
        said["client_id"],
        _later(said.get("later")),  # a draft made before times were understood has none
        said.get("sensitive", False),
        said.get("archived", False),
    )


def _later(kept: dict[str, Any] | None) -> Later | None:
    if kept is None:
        return None
    said = datetime.fromisoformat(kept["said"]) if kept["said"] else None
    return Later(datetime.fromisoformat(kept["at"]), kept["zone"], kept["text"], kept["subject"], said)
