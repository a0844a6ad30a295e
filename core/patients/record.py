"""Adding and changing patients."""

import re
import unicodedata
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from core import language
from core.audit.trail import append
from core.days import written_day
from core.errors import Invalid, LatchkeyError
from core.patients import find
from core.patients.address import to_address
from core.patients.card import columns, identity, mac_of, open_card
from core.patients.phone import region_of, to_e164
from core.patients.tables import PatientRow
from core.patients.words import Patient, PatientStatus
from core.practice.rights import require
from core.practice.tables import PracticeRow
from core.practice.words import Right
from core.store.unit import Unit

LONGEST_NAME = 200
NUMBERS = re.compile(r"(\d{1,2}) ?[-./ ] ?(\d{1,2}) ?[-./ ] ?(\d{4})")  # 14-3-1985; two digits could be either century
NAMED = re.compile(r"[^<>]*<([^<>\s]+@[^<>\s]+)>")  # Amara <amara@mail.example>, as mail programs copy it
FORBIDDEN = "\x00\r\n\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class KnownAlready(LatchkeyError):
    """Somebody like this is a patient already. `certain`: nothing tells the two apart, so there is no second one."""

    def __init__(self, patient: Patient, *, certain: bool = True) -> None:
        super().__init__(patient.id)
        self.patient = patient
        self.certain = certain


class ChangedMeanwhile(LatchkeyError):
    """Somebody else changed what was going to be changed; `fields` are those, as they are now."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


def add(unit: Unit, **fields: Any) -> Patient:
    """Add a patient. Raises Invalid naming the field, KnownAlready."""
    patient = checked(unit, unit.new_id(), **fields)
    check_alone(unit, patient)
    return keep(unit, patient)


def keep(unit: Unit, patient: Patient) -> Patient:
    """Add a patient who was `checked` and is alone (`check_alone`)."""
    unit.db.execute(insert(PatientRow).values(**columns(unit, patient), created_at=unit.now, updated_at=unit.now))
    count_change(unit)
    append(unit, "patient added", patient.id)
    return patient


def change(unit: Unit, patient_id: UUID, **fields: Any) -> Patient:
    """Change some of a patient's fields. Links already sent keep the number of then (S27).

    Raises Invalid, KnownAlready.
    """
    old = find.patient(unit, patient_id)
    kept = {
        "first_name": old.first_name,
        "last_name": old.last_name,
        "date_of_birth": old.date_of_birth,
        "status": old.status,
        "external_id": old.external_id,
        "prefers": old.prefers,
        "language": old.language,
    }
    found = checked(unit, patient_id, **{**kept, **fields})
    new = replace(
        found,
        email=found.email if "email" in fields else old.email,  # untouched: rules were perhaps laxer when it came in
        mobile=found.mobile if "mobile" in fields else old.mobile,
        no_texts_since=old.no_texts_since,
        no_emails_since=old.no_emails_since,
    )
    if new == old:
        return old
    check_alone(unit, new)
    values = columns(unit, new)
    if (new.email, new.mobile) != (old.email, old.mobile):
        values["contact_changed_at"] = unit.now
    unit.db.execute(
        update(PatientRow)
        .where(PatientRow.practice_id == unit.practice_id, PatientRow.id == patient_id)
        .values(**values, updated_at=unit.now)
    )
    count_change(unit)
    append(unit, "patient changed", patient_id, fields=_changed(old, new))
    return new


def check_alone(unit: Unit, patient: Patient) -> None:
    """Raises KnownAlready where another patient is the same by what an import tells people apart by."""
    row = PatientRow
    found = unit.db.execute(
        select(row.id, row.status, row.card, row.sms_opt_out_at, row.email_opt_out_at).where(
            row.practice_id == unit.practice_id,
            row.identity_mac == mac_of(unit, "identity", identity(patient)),
            row.id != patient.id,
        )
    ).first()
    if found:
        raise KnownAlready(open_card(unit, found))


def choose_language(unit: Unit, patient_id: UUID, chosen: str) -> Patient:
    """Keep in which language a patient is written to; empty for not known. Raises Forbidden, NotFound, Invalid."""
    require(unit, Right.EDIT_PATIENTS)
    return change(unit, patient_id, language=chosen)


def _changed(old: Patient, new: Patient) -> list[str]:
    return sorted(one.name for one in dataclass_fields(Patient) if getattr(new, one.name) != getattr(old, one.name))


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
        mobile=_mobile(unit, fields.get("mobile") or "", fields.get("country")),
        status=_status(fields.get("status") or PatientStatus.ACTIVE),
        external_id=str(fields.get("external_id") or "").strip()[:80],
        prefers=str(fields.get("prefers") or "").strip()[:40],
        language=_language(str(fields.get("language") or "")),
    )


def country_of(unit: Unit) -> str:
    """The country a practice's patients dial in, so the one that numbers without a code belong to."""
    found = unit.db.scalar(select(PracticeRow.country).where(PracticeRow.id == unit.practice_id))
    return found or unit.settings.default_country


def may_text(unit: Unit, e164: str) -> bool:
    """Whether texts may go to a number's country: one of `sms_countries`, else the practice's own (S22)."""
    return region_of(e164) in (unit.settings.sms_countries or [country_of(unit)])


def count_change(unit: Unit) -> None:
    """Let every directory know that it is out of date."""
    unit.db.execute(
        update(PracticeRow)
        .where(PracticeRow.id == unit.practice_id)
        .values(patients_version=PracticeRow.patients_version + 1)
    )


def born(value: date | str | None, today: date) -> date | None:
    """A date of birth from `1985-03-14`, `14/03/1985`, `14 3 1985` or `14 March 1985`.

    Raises Invalid("date_of_birth", …).
    """
    if value is None or isinstance(value, date):
        return value
    text = value.strip()
    if not text:
        return None
    said = " ".join(text.split())
    found = written_day(NUMBERS.sub(r"\1/\2/\3", said), today) if re.search(r"\d{4}", said) else None
    if found is None:
        raise Invalid("date_of_birth", "date", value=text)
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


def _mobile(unit: Unit, text: str, country: str | None) -> str:
    """A number as E.164, dialled in the practice's country unless the caller knows it already."""
    said = _seen(text).removeprefix("tel:")
    return to_e164(said, country or country_of(unit), unit.settings.pretends_texts) if said else ""


def _email(text: str) -> str:
    said = _seen(text).removeprefix("mailto:")
    if not said:
        return ""
    if any(c in FORBIDDEN for c in said):
        raise Invalid("email", "characters")
    return to_address(found[1] if (found := NAMED.fullmatch(said)) else said)


def _seen(text: str) -> str:
    """Without the signs nobody sees that address books put around what is copied out of them."""
    return "".join(c for c in text if unicodedata.category(c) != "Cf").strip()


def _language(text: str) -> str:
    code = language.known(text)
    if text.strip() and not code:
        raise Invalid("language", "unknown", value=text.strip()[:40], known=", ".join(language.NAMES))
    return code


def _status(text: str) -> PatientStatus:
    try:
        return PatientStatus(str(text).strip().casefold())
    except ValueError as error:
        raise Invalid("status", "unknown", value=text) from error
