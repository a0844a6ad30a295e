"""Certificates of erasure: a signed statement in the trail that a key is gone, and what is left (security (d)5)."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.audit.chain import canonical
from core.audit.signing import is_signed, sign
from core.audit.tables import AuditEntry
from core.audit.trail import append
from core.store.unit import Unit

VERB = "erased"
BACKUPS_LIVE = timedelta(days=35)  # of the keyring (S105): after that no copy of the key can be left
STATED = ("practice", "table", "item", "key", "left", "at", "backups_until", "why")


def certify(unit: Unit, table: str, item: UUID, key_id: UUID, left: Iterable[bytes], why: str) -> None:
    """Record that the key of an item was removed; `left` is the sealed bytes that stay and can never be opened."""
    digest = hashlib.sha256()
    for piece in left:
        digest.update(piece)
    statement = {
        "practice": str(unit.practice_id),
        "table": table,
        "item": str(item),
        "key": str(key_id),
        "left": digest.hexdigest(),
        "at": unit.now.isoformat(),
        "backups_until": (unit.now + BACKUPS_LIVE).date().isoformat(),
        "why": why,
    }
    append(unit, VERB, item, **statement, signature=sign(unit.seals, canonical(statement)).hex())


def certified(unit: Unit, items: Iterable[UUID], key_id: UUID) -> bool:
    """Whether the trail has a certificate about one of these items that this key was removed (ix_audit_entry_about)."""
    entry = AuditEntry
    said = select(entry.facts).where(
        entry.practice_id == unit.practice_id, entry.about.in_(list(items)), entry.verb == VERB
    )
    return any(facts.get("key") == str(key_id) for facts in unit.db.scalars(said))


def is_genuine(public: bytes, facts: Mapping[str, Any]) -> bool:
    """Whether the facts of a trail entry are a certificate that the owner of `public` signed."""
    if any(name not in facts for name in (*STATED, "signature")):
        return False
    return is_signed(public, canonical({name: facts[name] for name in STATED}), bytes.fromhex(facts["signature"]))
