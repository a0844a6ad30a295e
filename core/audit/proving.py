"""Entries about one thing, with what proves each against a signed checkpoint, and nothing of any other entry."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from core.audit.chain import leaf_of
from core.audit.checkpoint import note, origin, verifier_key
from core.audit.merkle import Frontier, proof
from core.audit.tables import AuditEntry
from core.audit.trail import said_after
from core.store.unit import Unit


def entries_about(unit: Unit, things: Collection[UUID]) -> int:
    """How many entries there are about these rows (ix_audit_entry_about)."""
    entry = AuditEntry
    counted = select(func.count()).where(entry.practice_id == unit.practice_id, entry.about.in_(things))
    return unit.db.scalar(counted) or 0


def proved(unit: Unit, things: Collection[UUID]) -> dict[str, Any]:
    """The entries about these rows, each with its path to the head of the whole trail, and that head, signed.

    `latchkey audit verifier` checks it (RFC 6962 section 2.1.1). Reads every entry: a second for each 100,000.
    """
    said = list(said_after(unit, 0))
    leaves = [leaf_of(one) for one in said]
    names = {str(one) for one in things}
    return {
        "checkpoint": note(unit.seals, origin(unit), Frontier().grown(leaves)),
        "key": verifier_key(unit.seals, origin(unit)),
        "entries": [
            {**one, "path": [beside.hex() for beside in proof(leaves, index)]}
            for index, one in enumerate(said)
            if one["about"] in names
        ],
    }
