"""Rows of patients. Who they are is one sealed card; beside it only what must be found without opening it.

Names are searched in memory (`directory.py`); numbers, addresses and outside ids are found by a keyed hash that only
this practice's key can make.
"""

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from core.patients.words import PatientStatus
from core.store.types import Digest, Id, Later, Moment, Practice, Sealed, Table, words


class PatientRow(Table):
    """One patient of one practice."""

    __tablename__ = "patient"
    __table_args__ = (
        Index("ix_patient_mobile", "practice_id", "mobile_mac"),
        Index("ix_patient_email", "practice_id", "email_mac"),
        Index("uq_patient_identity", "practice_id", "identity_mac", unique=True),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    status: Mapped[PatientStatus] = mapped_column(words(PatientStatus))
    card: Mapped[Sealed]
    mobile_mac: Mapped[Digest | None]
    email_mac: Mapped[Digest | None]
    identity_mac: Mapped[Digest]
    sms_opt_out_at: Mapped[Later]
    email_opt_out_at: Mapped[Later]
    contact_changed_at: Mapped[Later]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]
