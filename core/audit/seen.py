"""Who looked at whom: once for each person, patient and quarter of an hour, so that the trail is not flooded."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from core.audit.tables import AuditEntry
from core.audit.trail import append
from core.store.unit import Unit

VERB = "patient seen"
AGAIN_AFTER = timedelta(minutes=15)
PAGE_LIVES = timedelta(hours=12)  # what a page shows anew by itself is no second look, as long as a session can last


def lately(unit: Unit, patient_id: UUID, within: timedelta = AGAIN_AFTER) -> bool:
    """Whether the acting staff member is already noted for this patient, not longer ago (ix_audit_entry_about)."""
    found = unit.db.scalar(
        select(AuditEntry.seq)
        .where(
            AuditEntry.practice_id == unit.practice_id,
            AuditEntry.about == patient_id,
            AuditEntry.verb == VERB,
            AuditEntry.actor_id == unit.staff_id,
            AuditEntry.at > unit.now - within,
        )
        .limit(1)
    )
    return found is not None


def note(unit: Unit, patient_id: UUID) -> None:
    """Note that the acting staff member reads about this patient, unless that is known."""
    if not lately(unit, patient_id):
        append(unit, VERB, patient_id)


def new(unit: Unit, patient_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these patients whom the acting staff member is not yet noted for (ix_audit_entry_about)."""
    asked = set(patient_ids)
    if not asked:
        return set()
    noted = unit.db.scalars(
        select(AuditEntry.about).where(
            AuditEntry.practice_id == unit.practice_id,
            AuditEntry.about.in_(asked),
            AuditEntry.verb == VERB,
            AuditEntry.actor_id == unit.staff_id,
            AuditEntry.at > unit.now - AGAIN_AFTER,
        )
    )
    return asked - set(noted)


def note_all(unit: Unit, patient_ids: Iterable[UUID]) -> None:
    """Note that the acting staff member reads about these patients, as far as that is not known."""
    for patient_id in sorted(new(unit, patient_ids)):
        append(unit, VERB, patient_id)
