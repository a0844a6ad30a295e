"""Reads of patients: one by id, by number or address."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import bindparam, select

from core.errors import NotFound
from core.patients.card import mac_of, open_card
from core.patients.tables import PatientRow
from core.patients.words import Patient
from core.practice.tables import PracticeRow
from core.store.prepared import Prepared
from core.store.types import AnySelect
from core.store.unit import Unit

_COLUMNS = (PatientRow.id, PatientRow.status, PatientRow.card, PatientRow.sms_opt_out_at, PatientRow.email_opt_out_at)
# Built once: every list of conversations asks for names, every page of a patient for who they are.
_SEVERAL = Prepared(
    select(*_COLUMNS).where(PatientRow.practice_id == bindparam("practice"), PatientRow.id.in_(bindparam("patients")))
)
_ONE = Prepared(
    select(*_COLUMNS).where(PatientRow.practice_id == bindparam("practice"), PatientRow.id == bindparam("patient"))
)
_VERSION = Prepared(select(PracticeRow.patients_version).where(PracticeRow.id == bindparam("practice")))


def patient(unit: Unit, patient_id: UUID) -> Patient:
    """One patient of this practice (primary key). Raises NotFound."""
    row = _ONE.one(unit.db, {"practice": unit.practice_id, "patient": patient_id})
    if row is None:
        raise NotFound("patient")
    return open_card(unit, row)


def several(unit: Unit, patient_ids: Iterable[UUID]) -> dict[UUID, Patient]:
    """Those of these patients that are of this practice, by id (primary key, one question for all)."""
    wanted = list(patient_ids)
    if not wanted:
        return {}
    found = _SEVERAL.rows(unit.db, {"practice": unit.practice_id, "patients": wanted})
    return {row.id: open_card(unit, row) for row in found}


def by_mobile(unit: Unit, e164: str) -> list[Patient]:
    """Everyone with that number: families share phones (ix_patient_mobile)."""
    found = unit.db.execute(rows(unit).where(PatientRow.mobile_mac == mac_of(unit, "mobile", e164)))
    return [open_card(unit, row) for row in found]


def by_email(unit: Unit, email: str) -> list[Patient]:
    """Everyone with that address (ix_patient_email)."""
    found = unit.db.execute(rows(unit).where(PatientRow.email_mac == mac_of(unit, "email", email)))
    return [open_card(unit, row) for row in found]


def everyone(unit: Unit) -> list[Patient]:
    """All patients, for the directory."""
    return [open_card(unit, row) for row in unit.db.execute(rows(unit))]


def version(unit: Unit) -> int:
    """A number that rises with every change to any patient."""
    return _VERSION.value(unit.db, {"practice": unit.practice_id}) or 0


def rows(unit: Unit) -> AnySelect:
    """The columns that make a patient, of this practice."""
    return select(*_COLUMNS).where(PatientRow.practice_id == unit.practice_id)
