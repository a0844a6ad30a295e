"""Forms that were sent and are not answered, and what was answered lately: nothing is asked twice unseen (F79)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from core.forms.tables import FormAnswers, FormRow
from core.release.tables import LinkRow
from core.store.unit import Unit

LATELY = timedelta(days=14)
MOST = 50


@dataclass(frozen=True, slots=True)
class Outstanding:
    """One form a patient has not answered: when it was sent, until when it can be, since when they are at it."""

    patient_id: UUID
    message_id: UUID
    key: str
    title: str
    sent_at: datetime
    until: datetime
    started_at: datetime | None


def outstanding(unit: Unit, patient_id: UUID | None = None, key: str = "") -> list[Outstanding]:
    """What waits for an answer, oldest first (ix_link_patient where it is one patient's)."""
    rows = unit.db.execute(
        select(
            LinkRow.patient_id,
            LinkRow.message_id,
            FormRow.key,
            FormRow.title,
            LinkRow.created_at,
            LinkRow.expires_at,
            FormAnswers.saved_at,
        )
        .join(LinkRow, (LinkRow.practice_id == FormAnswers.practice_id) & (LinkRow.id == FormAnswers.link_id))
        .join(FormRow, (FormRow.practice_id == FormAnswers.practice_id) & (FormRow.id == FormAnswers.form_id))
        .where(
            FormAnswers.practice_id == unit.practice_id,
            FormAnswers.submitted_at.is_(None),
            LinkRow.revoked_at.is_(None),
            LinkRow.frozen_at.is_(None),
            LinkRow.on_paper_at.is_(None),
            LinkRow.expires_at > unit.now,
            *_of(patient_id, key),
        )
        .order_by(LinkRow.created_at, FormAnswers.place)
        .limit(MOST)
    )
    return [Outstanding(*row) for row in rows]


def answered_lately(unit: Unit, patient_id: UUID, key: str) -> datetime | None:
    """When a patient last answered a form in the last fortnight; None when not."""
    return unit.db.scalar(
        select(FormAnswers.submitted_at)
        .join(LinkRow, (LinkRow.practice_id == FormAnswers.practice_id) & (LinkRow.id == FormAnswers.link_id))
        .join(FormRow, (FormRow.practice_id == FormAnswers.practice_id) & (FormRow.id == FormAnswers.form_id))
        .where(
            FormAnswers.practice_id == unit.practice_id,
            FormAnswers.submitted_at > unit.now - LATELY,
            *_of(patient_id, key),
        )
        .order_by(FormAnswers.submitted_at.desc())
        .limit(1)
    )


def _of(patient_id: UUID | None, key: str) -> list[ColumnElement[bool]]:
    found = [LinkRow.patient_id == patient_id] if patient_id else []
    return [*found, FormRow.key == key] if key else found
