"""What a patient told the practice about being written to; what they text or click is kept by address instead
(`delivery/suppression.py`), because a phone may be a family's.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import update

from core.audit.trail import append
from core.errors import Invalid
from core.patients import find
from core.patients.record import count_change
from core.patients.tables import PatientRow
from core.practice.rights import require
from core.practice.words import Right
from core.store.unit import Unit

MEANS: Mapping[str, Any] = {"sms": PatientRow.sms_opt_out_at, "email": PatientRow.email_opt_out_at}


def record_wish(unit: Unit, patient_id: UUID, means: str, *, wanted: bool) -> None:
    """Note that a patient wants no more texts (`sms`) or e-mails (`email`), or wants them again.

    Codes that they ask for, and links to locked messages, are no matter of taste and still go. Raises Forbidden,
    NotFound, Invalid("means", "unknown").
    """
    require(unit, Right.EDIT_PATIENTS)
    if means not in MEANS:
        raise Invalid("means", "unknown")
    find.patient(unit, patient_id)
    unit.db.execute(
        update(PatientRow)
        .where(PatientRow.practice_id == unit.practice_id, PatientRow.id == patient_id)
        .values({MEANS[means]: None if wanted else unit.now, PatientRow.updated_at: unit.now})
    )
    count_change(unit)
    append(unit, "wish recorded", patient_id, means=means, wanted=wanted)
