"""What a search asks for, as it is typed: words, `@person`, `kind:`, `from:` and `to:` (U114)."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from core.calendar import birthday, written_day
from core.errors import Invalid, LatchkeyError, NotFound
from core.messages.search import Wanted
from core.messages.words import Kind
from core.patients import find as patients
from core.practice import find as practice
from core.store import Unit
from staffbot import wording
from staffbot.commands.people import called, one
from staffbot.wording import KINDS as KIND_WORDS

FORM = "form"
KINDS = {
    "internal": Kind.INTERNAL,
    "im": Kind.INTERNAL,
    "sms": Kind.SMS,
    "text": Kind.SMS,
    "email": Kind.EMAIL,
    "dm": Kind.DIRECT,
    "direct": Kind.DIRECT,
}
FILTER = re.compile(
    r"\b(kind|from|to):\s*([^\s@]+(?:\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:\s+\d{4})?)?)", re.I
)
PERSON = re.compile(r"(?<!\S)@")  # an `@` inside of a word belongs to it


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter of a search, from `start` to `end` of the text: `said` as it can be typed, `means` in words."""

    said: str
    means: str
    start: int
    end: int
    person: UUID | None = None

    @property
    def is_kind(self) -> bool:
        """Whether it says which kind of message."""
        return self.said.casefold().startswith("kind:")


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was typed, and as it was understood."""

    text: str
    wanted: Wanted
    filters: tuple[Filter, ...]

    def without(self, *filters: Filter) -> str:
        """The text, had these filters not been typed."""
        left = self.text
        for gone in sorted(filters, key=lambda found: -found.start):
            left = f"{left[: gone.start].rstrip()} {left[gone.end :].lstrip()}"
        return left.strip()

    def of_kind(self, kind: str) -> str:
        """The text, asking for that kind instead of any other."""
        return f"{self.without(*(found for found in self.filters if found.is_kind))} kind:{kind}".strip()


def of_kind(wanted: Wanted, kind: str) -> Wanted:
    """The same search for one kind more, as it is typed: of two, either is meant. Raises Invalid."""
    said = kind.casefold()
    if said == FORM:
        return replace(wanted, forms=True)
    if said not in KINDS:
        raise Invalid("kind", "unknown")
    return replace(wanted, kinds=wanted.kinds | {KINDS[said]})


def wanted(unit: Unit, text: str) -> Wanted:
    """The question in a text. Raises Invalid for a filter that cannot be read, Ambiguous, NoOneFits."""
    return asked(unit, text).wanted


def asked(unit: Unit, text: str) -> Asked:
    """The question in a text, with its filters as they stand there. Raises as `wanted` does."""
    wanted = Wanted()
    filters: list[Filter] = []
    rest = text
    for found in FILTER.finditer(text):
        wanted, means = _filter(unit, wanted, found[1].casefold(), found[2])
        filters.append(Filter(found[0], means, *found.span()))
        rest = _blank(rest, *found.span())
    while at := PERSON.search(rest):
        until = min((found.start for found in filters if found.start > at.start()), default=len(rest))
        person, after = one(unit, rest[at.start() : until], "people")
        said = rest[at.start() : until - len(after)].rstrip()
        wanted, name, means = _about(unit, wanted, person)
        filters.append(Filter(name or said, means, at.start(), at.start() + len(said), person))
        rest = _blank(rest, at.start(), at.start() + len(said))
    wanted = replace(wanted, words=" ".join(rest.split()))
    return Asked(text, wanted, tuple(sorted(filters, key=lambda found: found.start)))


def readable(unit: Unit, text: str) -> str:
    """The text with names in place of ids, where a name means the same person and nothing else in it changes."""
    try:
        understood = asked(unit, text)
        for named in reversed(understood.filters):
            shorter = f"{text[: named.start]}{named.said}{text[named.end :]}"
            if named.person and _same(unit, shorter, understood.wanted):
                text = shorter
    except LatchkeyError:
        return text
    return text


def _same(unit: Unit, text: str, meant: Wanted) -> bool:
    try:
        return wanted(unit, text) == meant
    except LatchkeyError:
        return False


def _blank(text: str, start: int, end: int) -> str:
    return f"{text[:start]}{' ' * (end - start)}{text[end:]}"


def _filter(unit: Unit, wanted: Wanted, name: str, value: str) -> tuple[Wanted, str]:
    """The search narrowed by what stands behind `kind:`, `from:` or `to:`, and what that means. Raises Invalid."""
    value = value.rstrip(",;")
    if name == "kind":
        narrowed, said = of_kind(wanted, value), value.casefold()
        return narrowed, wording.FORM if said == FORM else KIND_WORDS[KINDS[said].value]
    zone = ZoneInfo(practice.card(unit).time_zone)
    day = _past(value, unit.now.astimezone(zone).date())
    if day is None:
        raise Invalid("search_day", "unknown")
    start = datetime.combine(day, time(), zone)
    if name == "from":
        return replace(wanted, since=start), birthday(day)
    return replace(wanted, until=start + timedelta(days=1)), birthday(day)


def _past(value: str, today: date) -> date | None:
    """The day that is meant; one without a year, or a weekday, is the last that was: what was said is over."""
    day = written_day(value, today)
    if day is None or day <= today or value.casefold() == "tomorrow" or re.search(r"\d{4}", value):
        return day
    if value.isalpha():
        return day - timedelta(days=7)
    return written_day(f"{day.day}/{day.month}/{day.year - 1}", today)


def _about(unit: Unit, wanted: Wanted, person: UUID) -> tuple[Wanted, str, str]:
    """The search narrowed to a person, the name as one types it, and who that is."""
    try:
        patient = patients.patient(unit, person)
    except NotFound:
        name = called(unit, person)
        return replace(wanted, author_id=person), f"@{name}" if name else "", "what they wrote"
    born = f", born {birthday(patient.date_of_birth)}" if patient.date_of_birth else ""
    return replace(wanted, patient_id=patient.id), f"@{patient.name}", f"patient{born}"
