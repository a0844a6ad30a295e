"""Taking a patient in at the desk, and putting right who they are: as `intake` does with a file, one by one."""

from collections.abc import Mapping
from uuid import UUID

from core.calendar import birthday
from core.errors import Invalid
from core.patients import find, record
from core.patients.directory import directory
from core.patients.phone import is_mobile, shown
from core.patients.record import ChangedMeanwhile, KnownAlready
from core.patients.words import Patient
from core.practice.rights import require
from core.practice.words import Right
from core.store.unit import Unit

WHO = ("first_name", "last_name", "date_of_birth", "status", "external_id")


def take_in(unit: Unit, /, *, another: bool = False, **fields: str) -> Patient:
    """Add a patient as typed. `another`: somebody looked, and this is not the namesake that was shown.

    Raises Forbidden, Invalid naming the field, KnownAlready.
    """
    require(unit, Right.ADD_PATIENTS)
    found = record.checked(unit, unit.new_id(), **fields)
    check_texts_reach(unit, found)
    record.check_alone(unit, found)
    if not another and (same := _namesake(unit, found)):
        raise KnownAlready(same, certain=False)
    return record.keep(unit, found)


def put_right(unit: Unit, /, patient_id: UUID, *, seen: Mapping[str, str] | None = None, **fields: str) -> Patient:
    """Change who a patient is on record: `WHO`. `seen`: what stood there (as `written`) when somebody began to type.

    Raises Forbidden, NotFound, Invalid, KnownAlready, ChangedMeanwhile.
    """
    require(unit, Right.EDIT_PATIENTS)
    check_seen(find.patient(unit, patient_id), seen or {})
    return record.change(unit, patient_id, **{name: fields[name] for name in WHO if name in fields})


def written(patient: Patient) -> dict[str, str]:
    """A patient's fields as a page shows them to be changed."""
    fields = {name: str(getattr(patient, name)) for name in (*WHO, "email")}
    return {**fields, "date_of_birth": birthday(patient.date_of_birth), "mobile": shown(patient.mobile)}


def check_seen(patient: Patient, seen: Mapping[str, str]) -> None:
    """Raises ChangedMeanwhile where a field is no longer what somebody saw of it."""
    now = written(patient)
    if changed := {name: now[name] for name, then in seen.items() if name in now and now[name] != then}:
        raise ChangedMeanwhile(changed)


def check_texts_reach(unit: Unit, patient: Patient) -> None:
    """Raises Invalid where the number is a landline's, or of a country that gets no texts from here."""
    if patient.mobile and not is_mobile(patient.mobile):
        raise Invalid("mobile", "fixed", value=shown(patient.mobile))
    if patient.mobile and not record.may_text(unit, patient.mobile):
        raise Invalid("mobile", "country", name=patient.name)


def _namesake(unit: Unit, new: Patient) -> Patient | None:
    """Somebody of that name who was born that day, as far as is known."""
    born = new.date_of_birth
    alike = directory(unit).named(new.name)
    return next((one for one in alike if born is None or one.date_of_birth in (born, None)), None)
