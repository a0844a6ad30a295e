"""What stands above every tab of a patient: who, how to reach, what they asked for, what comes next (U59)."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from core.calendar import aged, birthday
from core.language import NAMES
from core.messages import reminders
from core.messages.find import patient_thread
from core.patients.phone import masked_email, masked_phone
from core.patients.words import Patient
from core.practice import find as practice
from core.store import Unit


def card(found: Patient) -> dict[str, Any]:
    """A patient as pages show one: contacts masked."""
    return {
        "id": found.id,
        "name": found.name,
        "first_name": found.first_name or found.name,
        "status": found.status.value,
        "born": birthday(found.date_of_birth) or "not known",
        "mobile": masked_phone(found.mobile),
        "email": masked_email(found.email),
        "language": found.language,
    }


def head(unit: Unit, found: Patient) -> dict[str, Any]:
    """The same with what the patient asked for, and the next reminder about them."""
    return {**wishing(unit, found), "next": upcoming(unit, found.id)}


def wishing(unit: Unit, found: Patient) -> dict[str, Any]:
    """A patient as pages show one, how old they are, and what they asked for."""
    today = unit.now.astimezone(ZoneInfo(practice.card(unit).time_zone)).date()
    wishes = (("no texts", found.no_texts_since), ("no emails", found.no_emails_since))
    return {
        **card(found),
        "age": aged(found.date_of_birth, today) if found.date_of_birth else "",
        "prefers": found.prefers,
        "language_words": NAMES.get(found.language, ""),
        "asked_for": [words for words, since in wishes if since],
    }


def upcoming(unit: Unit, patient_id: UUID) -> dict[str, Any] | None:
    """The next reminder about a patient: when, for whom, what."""
    thread = patient_thread(unit, patient_id)
    soonest = reminders.next_in(unit, thread) if thread else None
    if soonest is None:
        return None
    names = practice.all_names(unit)
    return {"at": soonest.at, "text": soonest.text, "to": names.get(soonest.to, "")}
