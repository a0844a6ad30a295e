"""The audit trail: every action appends to it in its own transaction, so what happened and its record cannot part."""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from core.audit.chain import START, leaf_of, link
from core.audit.tables import AuditEntry, AuditHead
from core.store.counting import upsert_of
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

PURPOSE = "audit mac"
# Nearly every action writes an entry: building a statement anew costs several times what running it does.
_NOW = Prepared(
    update(AuditHead).where(AuditHead.practice_id == bindparam("practice")).values(hash=bindparam("digest"))
)
_WRITE = Prepared(insert(AuditEntry), "practice_id seq at actor_kind actor_id verb about facts hash")


@cache
def _next(dialect: str) -> Prepared:
    """Raises the head, which locks it, and says the hash of the entry before."""
    first = upsert_of(dialect, AuditHead).values(practice_id=bindparam("practice"), seq=1)
    raised = first.on_conflict_do_update(index_elements=["practice_id"], set_={"seq": AuditHead.seq + 1})
    return Prepared(raised.returning(AuditHead.seq, AuditHead.hash))


def append(unit: Unit, verb: str, about: UUID | None = None, **facts: object) -> None:
    """Record that `unit.actor` did `verb` to `about`. `facts` are ids, kinds, counts: never content or addresses."""
    ((seq, before),) = _next(unit.db.dialect.name).rows(unit.db, {"practice": unit.practice_id})
    said = {
        "seq": seq,
        "at": unit.now.isoformat(),
        "actor": unit.actor.kind.value,
        "actor_id": str(unit.actor.id) if unit.actor.id else None,
        "verb": verb,
        "about": str(about) if about else None,
        "facts": json.loads(json.dumps(facts, default=str)),
    }
    digest = link(unit.seals.mac_key(PURPOSE), before or START, said)
    _NOW.count(unit.db, {"practice": unit.practice_id, "digest": digest})
    _WRITE.count(
        unit.db,
        {
            "practice_id": unit.practice_id,
            "seq": seq,
            "at": unit.now,
            "actor_kind": unit.actor.kind.value,
            "actor_id": unit.actor.id,
            "verb": verb,
            "about": about,
            "facts": said["facts"],
            "hash": digest,
        },
    )


def entries(unit: Unit, after: int = 0, limit: int = 1000) -> Iterator[dict[str, Any]]:
    """Entries in order, as they are exported: with the hash of the one before (contract section 6)."""
    before = _hash_at(unit, after)
    for row in _rows(unit, after, limit):
        said = _said(row)
        yield {**said, "leaf": leaf_of(said).hex(), "before": before.hex(), "hash": row.hash.hex()}
        before = row.hash


def said_after(unit: Unit, after: int) -> Iterator[dict[str, Any]]:
    """What each later entry says, in order: what its leaf is made of."""
    return map(_said, _rows(unit, after, None))


def _rows(unit: Unit, after: int, limit: int | None) -> Iterable[AnyRow]:
    entry = AuditEntry
    return unit.db.execute(
        select(entry.seq, entry.at, entry.actor_kind, entry.actor_id, entry.verb, entry.about, entry.facts, entry.hash)
        .where(entry.practice_id == unit.practice_id, entry.seq > after)
        .order_by(entry.seq)
        .limit(limit)
    )


def _said(row: AnyRow) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "at": row.at.isoformat(),
        "actor": row.actor_kind,
        "actor_id": str(row.actor_id) if row.actor_id else None,
        "verb": row.verb,
        "about": str(row.about) if row.about else None,
        "facts": row.facts,
    }


def _hash_at(unit: Unit, seq: int) -> bytes:
    found = unit.db.scalar(
        select(AuditEntry.hash).where(AuditEntry.practice_id == unit.practice_id, AuditEntry.seq == seq)
    )
    return found or START
