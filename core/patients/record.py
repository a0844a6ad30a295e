"""Adding and changing patients."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import insert, update

from core.audit.trail import append
from core.errors import Invalid
from core.patients import find
from core.patients.card import columns
from core.patients.phone import to_e164
from core.patients.tables import PatientRow
from core.patients.words import Patient, PatientStatus
from core.practice.tables import PracticeRow
from core.store.unit import Unit

LONGEST_NAME = 200
FORBIDDEN = "\x00\r\n\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def add(unit: Unit, **fields: Any) -> Patient:
    """Add a patient. Raises Invalid naming the field."""
    patient = checked(unit, unit.new_id(), **fields)
    unit.db.execute(insert(PatientRow).values(**columns(unit, patient), created_at=unit.now, updated_at=unit.now))
    count_change(unit)
    append(unit, "patient added", patient.id)
    return patient


def change(unit: Unit, patient_id: UUID, **fields: Any) -> Patient:
    """Change some of a patient's fields. Links already sent keep the number of then (S27). Raises Invalid."""
    old = find.patient(unit, patient_id)
    kept = {
        "first_name": old.first_name,
        "last_name": old.last_name,
        "date_of_birth": old.date_of_birth,
        "email": old.email,
        "mobile": old.mobile,
        "status": old.status,
        "external_id": old.external_id,
        "prefers": old.prefers,
    }
    new = replace(
        checked(unit, patient_id, **{**kept, **fields}),
        opted_out_sms=old.opted_out_sms,
        opted_out_email=old.opted_out_email,
    )
    if new == old:
        return old
    values = columns(unit, new)
    if (new.email, new.mobile) != (old.email, old.mobile):
        values["contact_changed_at"] = unit.now
    unit.db.execute(
        update(PatientRow)
        .where(PatientRow.practice_id == unit.practice_id, PatientRow.id == patient_id)
        .values(**values, updated_at=unit.now)
    )
    count_change(unit)
    append(unit, "patient changed", patient_id, fields=sorted(k for k in kept if getattr(new, k) != getattr(old, k)))
    return new


def checked(unit: Unit, patient_id: UUID, **fields: Any) -> Patient:
    """A patient from what was typed: names trimmed, number as E.164, address and date real. Raises Invalid."""
    first, last = _name(fields.get("first_name", "")), _name(fields.get("last_name", ""))
    if not first and not last:
        raise Invalid("first_name", "empty")
    return Patient(
        id=patient_id,
        first_name=first,
        last_name=last,
        date_of_birth=born(fields.get("date_of_birth"), unit.now.date()),
        email=_email(fields.get("email") or ""),
        mobile=to_e164(fields["mobile"], unit.settings.default_country) if fields.get("mobile") else "",
        status=_status(fields.get("status") or PatientStatus.ACTIVE),
        external_id=str(fields.get("external_id") or "").strip()[:80],
        prefers=str(fields.get("prefers") or "").strip()[:40],
    )


def count_change(unit: Unit) -> None:
    """Let every directory know that it is out of date."""
    unit.db.execute(
        update(PracticeRow)
        .where(PracticeRow.id == unit.practice_id)
        .values(patients_version=PracticeRow.patients_version + 1)
    )


def born(value: date | str | None, today: date) -> date | None:
    """A date of birth from `1985-03-14`, `14/03/1985` or `14.03.1985`. Raises Invalid("date_of_birth", …)."""
    if value is None or isinstance(value, date):
        return value
    text = value.strip()
    if not text:
        return None
    try:
        if "-" in text:
            found = date.fromisoformat(text)
        else:
            day, month, year = text.replace(".", "/").split("/")
            found = date(int(year), int(month), int(day))
    except ValueError as error:
        raise Invalid("date_of_birth", "date", value=text) from error
    if not found.year >= 1880 or found > today:
        raise Invalid("date_of_birth", "range", value=text)
    return found


def _name(text: str) -> str:
    name = " ".join(str(text).split())
    if any(c in FORBIDDEN for c in str(text)):
        raise Invalid("first_name", "characters")
    if len(name) > LONGEST_NAME:
        raise Invalid("first_name", "too_long", limit=LONGEST_NAME)
    return name


def _email(text: str) -> str:
    if not text.strip():
        return ""
    if any(c in FORBIDDEN for c in text):
        raise Invalid("email", "characters")
    try:
        found: str = validate_email(text.strip(), check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise Invalid("email", "address", value=text) from error
    return found


def _status(text: str) -> PatientStatus:
    try:
        return PatientStatus(str(text).strip().casefold())
    except ValueError as error:
        raise Invalid("status", "unknown", value=text) from error
