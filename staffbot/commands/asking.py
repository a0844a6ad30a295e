"""What a search asks for, as it is typed: words, `@person`, `kind:` and days (U114): `from:` or `since:`, `to:` or
`until:`, `after:` and `before:` without the day itself, and `on:`.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from core.calendar import birthday
from core.days import Days, leading
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
KIND = re.compile(r"\b(kind):\s*([^\s@]+)", re.I)
DAY = re.compile(r"(?<![\w-])(from|since|after|to|until|before|on):[ \t]*(?=[^\s@])", re.I)
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
    for found in KIND.finditer(text):
        wanted, means = _of_kind(wanted, found[2].rstrip(",;"))
        filters.append(Filter(found[0], means, *found.span()))
        rest = _blank(rest, *found.span())
    while day := DAY.search(rest):
        until = min((one.start for one in filters if one.start > day.start()), default=len(rest))
        days, end = _days(unit, rest[:until], day.end())
        wanted, means = _when(unit, wanted, day[1].casefold(), days)
        filters.append(Filter(text[day.start() : end], means, day.start(), end))
        rest = _blank(rest, day.start(), end)
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


def _of_kind(wanted: Wanted, kind: str) -> tuple[Wanted, str]:
    """The search narrowed to a kind, and that in words. Raises Invalid."""
    said = kind.casefold()
    return of_kind(wanted, said), wording.FORM if said == FORM else KIND_WORDS[KINDS[said].value]


def _days(unit: Unit, text: str, start: int) -> tuple[Days, int]:
    """The days that stand there in a text, and where they end. Raises Invalid."""
    today = unit.now.astimezone(ZoneInfo(practice.card(unit).time_zone)).date()
    found = leading(text[start:].partition("@")[0], today, past=True)
    if found is None:
        raise Invalid("search_day", "unknown")
    days, length = found
    return days, start + length


def _when(unit: Unit, wanted: Wanted, name: str, days: Days) -> tuple[Wanted, str]:
    """The search narrowed by what stands behind `from:` and its kin, and that in words."""
    zone = ZoneInfo(practice.card(unit).time_zone)
    first = datetime.combine(days.first, time(), zone)
    end = datetime.combine(days.last + timedelta(days=1), time(), zone)
    said, until = birthday(days.first), birthday(days.last)
    match name:
        case "from" | "since":
            return replace(wanted, since=first), said
        case "after":
            return replace(wanted, since=end), until
        case "to" | "until":
            return replace(wanted, until=end), until
        case "before":
            return replace(wanted, until=first), said
        case _:
            means = said if days.first == days.last else f"{said} to {until}"
            return replace(wanted, since=first, until=end), means


def _about(unit: Unit, wanted: Wanted, person: UUID) -> tuple[Wanted, str, str]:
    """The search narrowed to a person, the name as one types it, and who that is."""
    try:
        patient = patients.patient(unit, person)
    except NotFound:
        name = called(unit, person)
        return replace(wanted, author_id=person), f"@{name}" if name else "", "what they wrote"
    born = f", born {birthday(patient.date_of_birth)}" if patient.date_of_birth else ""
    return replace(wanted, patient_id=patient.id), f"@{patient.name}", f"patient{born}"
