"""When the practice is open, read from the very line that patients read: `Monday to Friday, 8 to 6`.

Pure. Days are 0 (Monday) to 6; times are the practice's own; `zone` is an IANA name; moments come out in UTC.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.calendar import TAGE, WEEKDAYS

_DAY = r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*"
_TO = r"\s*(?:to|until|-|–)\s*"
_CLOCK = r"(\d{1,2})(?:[:.](\d\d))?\s*(am|pm)?"
RANGE = re.compile(rf"\b{_DAY}{_TO}{_DAY}\b", re.IGNORECASE)
ONE = re.compile(rf"\b{_DAY}\b", re.IGNORECASE)
TIMES = re.compile(rf"\b{_CLOCK}{_TO}{_CLOCK}\b", re.IGNORECASE)
PLAIN = re.compile(rf"\s*{_DAY}{_TO}{_DAY},?\s*{_CLOCK}{_TO}{_CLOCK}\s*", re.IGNORECASE)
FURTHEST = 60  # days looked ahead for open time: longer than any that is asked for


@dataclass(frozen=True, slots=True)
class Hours:
    """On which days, from when until when."""

    days: frozenset[int] = frozenset(range(5))
    opens: time = time(8)
    closes: time = time(18)


def read(text: str) -> Hours | None:
    """The hours a line says; None where it says no days or times that can be. `8 to 6` is from morning to evening."""
    days, times = _days(text), TIMES.search(text)
    if not days or times is None:
        return None
    opens, closes = _clock(times[1], times[2], times[3]), _clock(times[4], times[5], times[6])
    if opens is None or closes is None:
        return None
    if closes <= opens and not times[6] and closes.hour < 12:
        closes = closes.replace(hour=closes.hour + 12)
    return Hours(frozenset(days), opens, closes) if opens < closes else None


def in_german(text: str) -> str:
    """`Montag bis Freitag, 8 bis 18 Uhr`; empty for a line that says more than one such thing."""
    days, found = PLAIN.fullmatch(text), read(text)
    if days is None or found is None:
        return ""
    first, last = TAGE[_number(days[1])], TAGE[_number(days[2])]
    return f"{first} bis {last}, {_uhr(found.opens)} bis {_uhr(found.closes)} Uhr"


def after(hours: Hours, at: datetime, minutes: int, zone: str) -> datetime:
    """The moment when the practice has been open for so many minutes since `at`."""
    here, left = ZoneInfo(zone), timedelta(minutes=minutes)
    first = at.astimezone(here).date()
    for day in (first + timedelta(days=n) for n in range(FURTHEST)):
        if day.weekday() not in hours.days:
            continue
        opens, closes = _on(day, hours.opens, here), _on(day, hours.closes, here)
        start = max(opens, at)
        if closes - start >= left:
            return (start + left).astimezone(UTC)
        left -= max(closes - start, timedelta(0))
    return at + timedelta(days=FURTHEST)


def _days(text: str) -> set[int]:
    found: set[int] = set()
    for pair in RANGE.finditer(text):
        first, last = _number(pair[1]), _number(pair[2])
        found |= {(first + n) % 7 for n in range((last - first) % 7 + 1)}
    return found | {_number(one[1]) for one in ONE.finditer(text)}


def _number(name: str) -> int:
    return next(n for n, day in enumerate(WEEKDAYS) if day.startswith(name[:3].casefold()))


def _clock(hour: str, minute: str | None, half: str | None) -> time | None:
    number, minutes = int(hour), int(minute or 0)
    if half:
        number = number % 12 + 12 * (half.casefold() == "pm")
    return time(number, minutes) if number < 24 and minutes < 60 else None


def _uhr(at: time) -> str:
    return f"{at.hour}:{at:%M}" if at.minute else str(at.hour)


def _on(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """In UTC: moments of one zone are compared by the wall, which is wrong when the clocks change."""
    return datetime.combine(day, clock, zone).astimezone(UTC)
