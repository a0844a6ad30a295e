"""The audit trail as administrators read it: newest first, by person, patient, verb and day (S108)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from core.audit.tables import AuditEntry
from core.messages.tables import ConversationRow, MessageRow
from core.practice.rights import require
from core.practice.words import Right
from core.release.tables import LinkRow
from core.store.types import AnyRow
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; `patients` None means anybody, and the empty set nobody. `until` is no longer in it."""

    person: UUID | None = None
    patients: frozenset[UUID] | None = None
    verb: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; `patient` whom it is about, as far as patients, messages and links tell."""

    seq: int
    at: datetime
    actor: str
    actor_id: UUID | None
    verb: str
    patient: UUID | None
    facts: dict[str, Any]


def page(unit: Unit, sought: Sought, before: int = 0, limit: int = 50) -> list[Entry]:
    """Entries older than the one numbered `before` (0: the newest). Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    entry = AuditEntry
    rows = unit.db.execute(
        select(entry.seq, entry.at, entry.actor_kind, entry.actor_id, entry.verb, entry.about, entry.facts)
        .where(entry.practice_id == unit.practice_id, *_conditions(unit, sought, before))
        .order_by(entry.seq.desc())
        .limit(limit)
    ).all()
    about = _patients_of(unit, {row.about for row in rows if row.about})
    return [_entry(row, about) for row in rows]


def concerning(unit: Unit, patient_id: UUID) -> list[Entry]:
    """Every entry about one patient, their messages and their links, oldest first; the caller asks who may read it."""
    entry = AuditEntry
    rows = unit.db.execute(
        select(entry.seq, entry.at, entry.actor_kind, entry.actor_id, entry.verb, entry.about, entry.facts)
        .where(entry.practice_id == unit.practice_id, _about(unit, frozenset({patient_id})))
        .order_by(entry.seq)
    )
    return [_entry(row, {}) for row in rows]


def verbs(unit: Unit) -> list[str]:
    """Everything that was ever done here, by name. Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    found = select(AuditEntry.verb).where(AuditEntry.practice_id == unit.practice_id).distinct()
    return sorted(unit.db.scalars(found))


def _conditions(unit: Unit, sought: Sought, before: int) -> Iterable[ColumnElement[bool]]:
    if before:
        yield AuditEntry.seq < before
    if sought.person:
        yield AuditEntry.actor_id == sought.person
    if sought.verb:
        yield AuditEntry.verb == sought.verb
    if sought.since:
        yield AuditEntry.at >= sought.since
    if sought.until:
        yield AuditEntry.at < sought.until
    if sought.patients is not None:
        yield _about(unit, sought.patients)


def _about(unit: Unit, patients: frozenset[UUID]) -> ColumnElement[bool]:
    """About one of them, a message of theirs or a link of theirs."""
    messages = (
        select(MessageRow.id)
        .join(
            ConversationRow,
            (ConversationRow.practice_id == MessageRow.practice_id)
            & (ConversationRow.id == MessageRow.conversation_id),
        )
        .where(MessageRow.practice_id == unit.practice_id, ConversationRow.patient_id.in_(patients))
    )
    links = select(LinkRow.id).where(LinkRow.practice_id == unit.practice_id, LinkRow.patient_id.in_(patients))
    return or_(AuditEntry.about.in_(patients), AuditEntry.about.in_(messages), AuditEntry.about.in_(links))


def _patients_of(unit: Unit, about: set[UUID]) -> dict[UUID, UUID]:
    """Whom messages and links are about."""
    found: dict[UUID, UUID] = {}
    for table in (MessageRow, LinkRow):
        rows = unit.db.execute(
            select(table.id, table.patient_id).where(
                table.practice_id == unit.practice_id, table.id.in_(about), table.patient_id.is_not(None)
            )
        )
        found |= {row.id: row.patient_id for row in rows}
    return found


def _entry(row: AnyRow, about: dict[UUID, UUID]) -> Entry:
    patient = about.get(row.about, row.about) if row.about else None
    return Entry(row.seq, row.at, row.actor_kind, row.actor_id, row.verb, patient, row.facts)
