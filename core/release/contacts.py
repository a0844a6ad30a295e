"""Correcting how a patient is reached: a new number is a new key, so it is written down and the old address told (S27).

Links already sent keep the number they were sent with; a new link takes the new one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from core.audit.trail import append
from core.delivery import outbox
from core.delivery.words import Channel, Purpose
from core.delivery.writing import patient_letters
from core.language import language_for
from core.patients import find as patients
from core.patients import record
from core.patients.card import mac_of
from core.patients.newcomer import check_seen, check_texts_reach
from core.patients.phone import masked_email
from core.patients.tables import PatientRow
from core.patients.words import Patient
from core.practice import find as practice
from core.practice.rights import require
from core.practice.words import Right
from core.release import guesses
from core.store.unit import Unit

FRESH = timedelta(hours=24)  # so long senders are warned of a changed contact


@dataclass(frozen=True, slots=True)
class Corrected:
    """The patient as they are now, and whether somebody was told at an address that is no longer theirs."""

    patient: Patient
    told: bool


def correct(unit: Unit, patient_id: UUID, email: str, mobile: str, seen: Mapping[str, str] | None = None) -> Corrected:
    """Change a patient's address or number, as checked with them in person; a number is vouched for anew by it.

    `seen`: what stood there when somebody began to type, so that a page left open undoes nobody's correction.
    Raises Forbidden, NotFound, KnownAlready, ChangedMeanwhile, Invalid: no address, no number, a landline, or a
    country that gets no texts.
    """
    require(unit, Right.EDIT_PATIENTS)
    old = patients.patient(unit, patient_id)
    check_seen(old, seen or {})
    new = record.change(unit, patient_id, email=email, mobile=mobile)
    check_texts_reach(unit, new)
    if new.mobile and (mac := mac_of(unit, "mobile", new.mobile)):
        guesses.vouch(unit, mac)
    if (new.email, new.mobile) == (old.email, old.mobile):
        return Corrected(new, told=False)
    return Corrected(new, told=moved(unit, old, new))


def moved(unit: Unit, old: Patient, new: Patient) -> bool:
    """Write down that a patient is reached otherwise than before, and tell them where they were reached; whether they
    were. However it came about: a correction in person, or a file (`patients/intake.py`).
    """
    changed = [name for name, was, now in _pairs(old, new) if was != now]
    pseudonyms = {f"{name}_{when}": _pseudonym(unit, name, value) for name, was, now in _pairs(old, new)
                  for when, value in (("old", was), ("new", now)) if name in changed}  # fmt: skip
    append(unit, "contact corrected", new.id, changed=changed, **pseudonyms)
    if old.email:
        _tell_old(unit, old, patient_letters.Contact.EMAIL if "email" in changed else patient_letters.Contact.MOBILE)
    return bool(old.email)


def changed_lately(unit: Unit, patient_id: UUID) -> datetime | None:
    """When a contact was changed, if that is less than a day ago."""
    row = PatientRow
    at: datetime | None = unit.db.scalar(
        select(row.contact_changed_at).where(row.practice_id == unit.practice_id, row.id == patient_id)
    )
    return at if at is not None and unit.now - at < FRESH else None


def _pairs(old: Patient, new: Patient) -> tuple[tuple[str, str, str], ...]:
    return (("email", old.email, new.email), ("mobile", old.mobile, new.mobile))


def _pseudonym(unit: Unit, kind: str, value: str) -> str:
    """A value as the trail may hold it: the same again for the same address, and nothing else (S111)."""
    mac = mac_of(unit, kind, value)
    return mac.hex()[:12] if mac else ""


def _tell_old(unit: Unit, old: Patient, what: patient_letters.Contact) -> None:
    card = practice.card(unit)
    language = language_for(old.language, card.country)
    outbox.queue(
        unit,
        channel=Channel.EMAIL,
        purpose=Purpose.NUDGE,
        parcel=patient_letters.contact_changed_email(old.email, card, language, what),
        masked=masked_email(old.email),
    )
