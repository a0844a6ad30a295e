"""The forms a patient was sent, answered or not: the Forms tab (U59)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.forms.tables import FormAnswers, FormRow
from core.patients import find as patients
from core.release.find import states
from core.release.tables import LinkRow
from core.release.words import Release
from core.store.unit import Unit

MOST = 100


@dataclass(frozen=True, slots=True)
class SentForm:
    """One form behind one link. `answers_id` is the message that brought its answers; `begun_at`: last saved."""

    message_id: UUID
    title: str
    version: int
    sent_at: datetime
    until: datetime
    release: Release
    begun_at: datetime | None
    answered_at: datetime | None
    answers_id: UUID | None


def sent_to(unit: Unit, patient_id: UUID, limit: int = MOST) -> list[SentForm]:
    """The newest of them first (ix_link_patient). Raises NotFound for somebody else's patient."""
    patients.patient(unit, patient_id)
    rows = unit.db.execute(
        select(
            LinkRow.message_id,
            FormRow.title,
            FormAnswers.version,
            LinkRow.created_at,
            LinkRow.expires_at,
            FormAnswers.saved_at,
            FormAnswers.submitted_at,
            FormAnswers.message_id.label("answers_id"),
        )
        .join(FormAnswers, (FormAnswers.practice_id == LinkRow.practice_id) & (FormAnswers.link_id == LinkRow.id))
        .join(FormRow, (FormRow.practice_id == FormAnswers.practice_id) & (FormRow.id == FormAnswers.form_id))
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.patient_id == patient_id)
        .order_by(LinkRow.created_at.desc(), FormAnswers.place)
        .limit(limit)
    ).all()
    far = states(unit, {row.message_id for row in rows})
    return [
        SentForm(
            message_id=row.message_id,
            title=row.title,
            version=row.version,
            sent_at=row.created_at,
            until=row.expires_at,
            release=far[row.message_id].status,
            begun_at=row.saved_at,
            answered_at=row.submitted_at,
            answers_id=row.answers_id,
        )
        for row in rows
    ]
