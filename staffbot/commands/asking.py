"""What a search asks for, as it is typed: words, `@person`, `kind:`, `from:` and `to:` (U114)."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.calendar import written_day
from core.errors import Invalid, NotFound
from core.messages.search import Wanted
from core.messages.words import Kind
from core.patients import find as patients
from core.practice import find as practice
from core.store import Unit
from staffbot.commands.people import one

KINDS = {
    "internal": Kind.INTERNAL,
    "im": Kind.INTERNAL,
    "sms": Kind.SMS,
    "text": Kind.SMS,
    "email": Kind.EMAIL,
    "dm": Kind.DIRECT,
    "direct": Kind.DIRECT,
    "form": Kind.DIRECT,
}
FILTER = re.compile(
    r"\b(kind|from|to):\s*([^\s@]+(?:\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+\d{4})?)?)", re.I
)


def wanted(unit: Unit, text: str) -> Wanted:
    """The question in a text. Raises Invalid for a filter that cannot be read, Ambiguous, NoOneFits."""
    facts: dict[str, Any] = {}
    for found in FILTER.finditer(text):
        facts |= _filter(unit, found[1].casefold(), found[2])
    rest = FILTER.sub(" ", text)
    while (at := rest.find("@")) >= 0:
        person, after = one(unit, rest[at:], "people")
        facts |= _about(unit, person)
        rest = f"{rest[:at]} {after}"
    return Wanted(words=rest.strip(), **facts)


def _filter(unit: Unit, name: str, value: str) -> dict[str, Any]:
    if name == "kind":
        if value.casefold() not in KINDS:
            raise Invalid("kind", "unknown")
        return {"kind": KINDS[value.casefold()]}
    zone = ZoneInfo(practice.card(unit).time_zone)
    day = written_day(value, unit.now.astimezone(zone).date())
    if day is None:
        raise Invalid("search_day", "unknown")
    start = datetime.combine(day, time(), zone)
    return {"since": start} if name == "from" else {"until": start + timedelta(days=1)}


def _about(unit: Unit, person: Any) -> dict[str, Any]:
    try:
        return {"patient_id": patients.patient(unit, person).id}
    except NotFound:
        return {"author_id": person}
