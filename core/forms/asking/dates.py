"""A date in three fields and a time in one: read, or told which field is wrong and why (F15, F16, E45)."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, tzinfo
from typing import NamedTuple

from core.forms.asking.months import month as month_of
from core.forms.words import Item

CLOCK = re.compile(r"(\d{1,2})(?::(\d\d))?(am|pm)?", re.ASCII)
LEAP = 2000  # the year by which the days of a month are counted while its own year is not known
ENOUGH: Mapping[str, int] = {"yyyy": 1, "yyyy-mm": 2}  # how many fields, counted from the year, a form insists on


class Mistyped(Exception):
    """What was typed is no answer of that kind."""

    def __init__(self, why: str = "type") -> None:
        super().__init__(why)
        self.why = why


class Typed(NamedTuple):
    """The fields of a date as they were typed, trimmed."""

    day: str = ""
    month: str = ""
    year: str = ""
    time: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a date: by the name of each wrong field why, in the order of the page.

    `missing number century name last clock skipped`: `century` is a year of two digits, `last` a day that its month
    does not have; `days` are those of the month, `month` is the FHIR month they are of (empty without a year).
    """

    parts: Mapping[str, str]
    typed: Typed
    days: int = 0
    month: str = field(default="")


def enough(item: Item) -> int:
    """How many fields must be filled: 3, 2 where the month will do, 1 where the year will (F16)."""
    return ENOUGH.get(item.look.entry_format.casefold(), 3)


def needed(item: Item) -> tuple[str, ...]:
    """The fields that must be filled, in the order of the page."""
    return ("day", "month", "year")[3 - enough(item) :]


def day(item: Item, typed: Typed) -> str:
    """A day, or where the form lets it be a month or a year, as FHIR writes it; empty when nothing was typed.

    Raises Mistyped.
    """
    if not any(typed[:3]):
        return ""
    if _parts(typed, enough(item)):
        raise Mistyped
    month = str(month_of(typed.month) or typed.month)
    return "-".join([typed.year, *(f"{int(part):02}" for part in (month, typed.day) if part)])


def written(text: str) -> str:
    """A whole day that staff wrote in one field: 27 3 2026, 27.3.2026, 27 March 2026, 2026-03-27. Raises Mistyped."""
    parts = re.split(r"[ ./-]+", text.strip())
    if len(parts) != 3:
        raise Mistyped
    typed = Typed(*(reversed(parts) if len(parts[0]) == 4 else parts))
    if _parts(typed, 3):
        raise Mistyped
    return f"{typed.year}-{_month(typed.month):02}-{int(typed.day):02}"


def moment(item: Item, typed: Typed, zone: tzinfo) -> str:
    """A day and a time on the clock of the practice, as FHIR writes it; the day alone without a time. Raises Mistyped.

    Of a time that comes twice it is the first; one that the clocks skip does not exist.
    """
    if not typed.time:
        return day(item, typed)
    if fault(item, typed, zone):
        raise Mistyped
    return _at(typed, zone).isoformat()


def clock(typed: str) -> time:
    """14:30, 14.30, 2.30 pm, 9am. Raises Mistyped."""
    match = CLOCK.fullmatch(typed.casefold().replace(" ", "").replace(".", ":").replace(":m:", "m").rstrip(":"))
    if match is None:
        raise Mistyped
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half and not 1 <= hour <= 12:
        raise Mistyped
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    try:
        return time(hour, minute)
    except ValueError as error:
        raise Mistyped from error


def fault(item: Item, typed: Typed, zone: tzinfo) -> Fault | None:
    """Which fields are wrong and why; None when nothing was typed, or a date that can be."""
    if not any(typed):
        return None
    parts = _parts(typed, 3 if typed.time else enough(item))
    if typed.time:
        try:
            clock(typed.time)
        except Mistyped:
            parts["time"] = "clock"
    if not parts and typed.time and _at(typed, zone).astimezone(UTC).astimezone(zone).time() != clock(typed.time):
        parts["time"] = "skipped"
    if not parts:
        return None
    ordered = {part: parts[part] for part in Typed._fields if part in parts}
    if ordered.get("day") != "last":
        return Fault(ordered, typed)
    year, month = _year(typed.year), _month(typed.month) or 1
    return Fault(ordered, typed, monthrange(year or LEAP, month)[1], f"{year:04}-{month:02}" if year else "")


def _at(typed: Typed, zone: tzinfo) -> datetime:
    on = date(int(typed.year), _month(typed.month) or 1, int(typed.day))
    return datetime.combine(on, clock(typed.time), zone)


def _parts(typed: Typed, least: int) -> dict[str, str]:
    """What is wrong with the fields of the day; a day wants its month, whatever the form insists on."""
    found: dict[str, str] = {}
    year, month = _year(typed.year), _month(typed.month)
    if year is None:
        found["year"] = (
            "missing" if not typed.year else "century" if re.fullmatch(r"[0-9]{2}", typed.year) else "number"
        )
    if month is None and (typed.month or typed.day or least > 1):
        found["month"] = "name" if typed.month else "missing"
    if not typed.day:
        return found | ({"day": "missing"} if least > 2 else {})
    if not re.fullmatch(r"[0-9]{1,2}", typed.day) or not 1 <= int(typed.day) <= 31:
        return found | {"day": "number"}
    return found | ({"day": "last"} if month and int(typed.day) > monthrange(year or LEAP, month)[1] else {})


def _year(typed: str) -> int | None:
    return int(typed) if re.fullmatch(r"[0-9]{4}", typed) and int(typed) else None


def _month(typed: str) -> int | None:
    """1 to 12, from a number or from letters; None for anything else."""
    number = month_of(typed) or (int(typed) if re.fullmatch(r"[0-9]{1,2}", typed) else 0)
    return number if 1 <= number <= 12 else None
