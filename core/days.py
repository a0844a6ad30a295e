"""Days as people write them: `1 mar`, `24/12`, `friday`, `last week`, `3 days ago`, `next month`. Read here alone.

Pure: `today` is a day of the practice's own calendar. Weeks begin on Monday. A day without a year is the nearest one, a
weekday the next one; with `past`, for what looks back, both are the last that was, today included.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar import MONTHS, WEEKDAYS, is_near

MOST_WORDS = 6  # of a day: `friday, 27th of november 2026`
EDGES = " \t\n,;:.!?\"'“”„"
QUOTED = re.compile(r"\"([^\"]*)\"|“([^”]*)”|'([^']*)'")
NEAR = {"today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2, "yesterday": -1, "day before yesterday": -2}
WHICH = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1}
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}

_WHICH = rf"(?P<which>{'|'.join(WHICH)})"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(NUMBERS)})"
_UNIT = r"(?P<unit>day|week|month|year)"
AHEAD = re.compile(rf"in {_COUNT} {_UNIT}s?(?:['’]s?)?(?: time)?")
AGO = re.compile(rf"{_COUNT} {_UNIT}s? ago")
SO_MANY = re.compile(rf"(?:last|past|previous) {_COUNT} {_UNIT}s?")
SPAN = re.compile(rf"{_WHICH} {_UNIT}")
END = re.compile(rf"end of (?:the |{_WHICH} )?{_UNIT}")
WEEKDAY = re.compile(rf"(?:{_WHICH} )?(?P<day>[a-z]{{3,9}})")
OF_A_WEEK = re.compile(rf"(?P<day>[a-z]{{3,9}}) {_WHICH} week")
FIGURES = re.compile(r"(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d\d))?|(\d{1,2})-(\d{1,2})-(\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
MONTH_FIRST = re.compile(r"^([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?=$|[ ,])")  # `march 1st`
NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? ?(?:of )?([a-z]{3,9})\.?(?:,? (\d{4}))?")
MONTH = re.compile(rf"(?:{_WHICH} )?(?P<month>[a-z]{{3,9}})\.?(?:,? (?P<year>\d{{4}}))?")
IN_FIGURES = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)|(?P<only>(?:19|20)\d\d)")


@dataclass(frozen=True, slots=True)
class Days:
    """From the first to the last, both meant; of a single day they are the same."""

    first: date
    last: date


def written_days(text: str, today: date, *, past: bool = False) -> Days | None:
    """The day or days that a text means; None where nothing is meant, or a day that there is not."""
    said = " ".join(text.casefold().strip(EDGES).split())
    said = re.sub(r"^(?:on |the )+", "", said)
    try:
        for read in (_relative, _of_a_week, _dated, _of_a_month):
            if found := read(said, today, past):
                return found if is_near(found.first) and is_near(found.last) else None
    except (ValueError, OverflowError):  # no such day: 31/2, or beyond what a calendar reaches
        return None
    return None


def written_day(text: str, today: date) -> date | None:
    """As `written_days`, where one day must be meant and its year, if it is written, in full: this reads birthdays, and
    of two figures it could be another century's.
    """
    found = written_days(text, today)
    short = (figures := FIGURES.fullmatch(text.strip(EDGES))) and len(figures[3] or "") == 2
    return found.first if found and found.first == found.last and not short else None


def leading(text: str, today: date, *, past: bool = False) -> tuple[Days, int] | None:
    """The days that a text begins with, as many of its words as make sense or all that is in quotes; and how long they
    are there.
    """
    if quoted := QUOTED.match(text):
        days = written_days(quoted[0], today, past=past)
        return (days, quoted.end()) if days else None
    ends = [word.end() for word in re.finditer(r"\S+", text)][:MOST_WORDS]
    for end in reversed(ends):
        if days := written_days(text[:end], today, past=past):
            return days, end
    return None


def _relative(said: str, today: date, _past: bool) -> Days | None:
    """`yesterday`, `in 2 weeks`, `3 days ago`, `last 7 days`, `last week`, `end of the month`."""
    if said in NEAR:
        return _one(today + timedelta(days=NEAR[said]))
    if found := AHEAD.fullmatch(said):
        return _one(_moved(today, _count(found), found["unit"]))
    if found := AGO.fullmatch(said):
        return _one(_moved(today, -_count(found), found["unit"]))
    if found := SO_MANY.fullmatch(said):
        return Days(_moved(today, -_count(found), found["unit"]), today)
    if (found := SPAN.fullmatch(said)) and found["unit"] != "day":
        return _span(today, WHICH[found["which"]], found["unit"])
    if (found := END.fullmatch(said)) and found["unit"] in ("month", "year"):
        return _one(_span(today, WHICH[found["which"] or "this"], found["unit"]).last)
    return None


def _of_a_week(said: str, today: date, past: bool) -> Days | None:
    """`friday`, `last friday`, `friday next week`."""
    if (found := OF_A_WEEK.fullmatch(said)) and (number := _weekday(found["day"])) is not None:
        return _one(_span(today, WHICH[found["which"]], "week").first + timedelta(days=number))
    found = WEEKDAY.fullmatch(said)
    if found is None or (number := _weekday(found["day"])) is None:
        return None
    ahead, which = (number - today.weekday()) % 7, found["which"]
    if which is None:
        which = "this" if past else "next"
    if WHICH[which] == 1:
        return _one(today + timedelta(days=ahead or 7))
    back = ahead - 7 if ahead or WHICH[which] == -1 else 0
    return _one(today + timedelta(days=back if past or WHICH[which] == -1 else ahead))


def _dated(said: str, today: date, past: bool) -> Days | None:
    """`2026-03-01`, `1/3`, `1.3.26`, `1st of march 2026`, `march 1`; a weekday in front has to be that day's."""
    weekday = re.match(r"([a-z]{3,9})[.,]? (?=\d|[a-z])", said)
    number = _weekday(weekday[1]) if weekday else None
    if weekday and number is not None:
        day = _date(said[weekday.end() :].removeprefix("the "), today, past)
        return _one(day) if day and day.weekday() == number else None
    return _one(day) if (day := _date(said, today, past)) else None


def _date(said: str, today: date, past: bool) -> date | None:
    if found := YEAR_FIRST.fullmatch(said):
        return date(int(found[1]), int(found[3]), int(found[4]))
    if found := FIGURES.fullmatch(said):
        day, month, year = found.group(1, 2, 3) if found[1] else found.group(4, 5, 6)
        return _nearest(int(day), int(month), f"20{year}"[-4:] if year else None, today, past)
    if found := NAMED.fullmatch(MONTH_FIRST.sub(r"\2 \1", said)):
        month = _month(found[2])
        return _nearest(int(found[1]), month, found[3], today, past) if month else None
    return None


def _of_a_month(said: str, today: date, past: bool) -> Days | None:
    """`march`, `last march`, `march 2026`, `2026-03`, `2026`."""
    if found := IN_FIGURES.fullmatch(said):
        return _year(int(found["only"])) if found["only"] else _whole(int(found["year"]), int(found["month"]))
    found = MONTH.fullmatch(said)
    if found is None or not (month := _month(found["month"])):
        return None
    if found["year"]:
        return None if found["which"] else _whole(int(found["year"]), month)
    which = WHICH[found["which"]] if found["which"] else -1 if past else 1
    if (found["which"] is None and month == today.month) or which == 0:
        return _whole(today.year, month)
    turned = month >= today.month if which == -1 else month <= today.month
    return _whole(today.year + which * turned, month)


def _nearest(day: int, month: int, year: str | None, today: date, past: bool) -> date | None:
    if year:
        return date(int(year), month, day)
    found = [real for n in (-1, 0, 1) if (real := _real(today.year + n, month, day))]
    if past:
        found = [one for one in found if one <= today] or found
    return min(found, key=lambda one: abs(one - today), default=None)


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _span(today: date, by: int, unit: str) -> Days:
    """The whole week, month or year that is so many away from this one."""
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=by)
        return Days(monday, monday + timedelta(days=6))
    if unit == "year":
        return _year(today.year + by)
    there = _moved(today.replace(day=1), by, "month")
    return _whole(there.year, there.month)


def _moved(day: date, by: int, unit: str) -> date:
    """So many days, weeks, months or years on; of a shorter month its last day."""
    if unit in ("day", "week"):
        return day + timedelta(days=by * (7 if unit == "week" else 1))
    months = day.year * 12 + day.month - 1 + by * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _whole(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _year(year: int) -> Days:
    return Days(date(year, 1, 1), date(year, 12, 31))


def _one(day: date) -> Days:
    return Days(day, day)


def _count(found: re.Match[str]) -> int:
    return NUMBERS.get(found["count"]) or int(found["count"])


def _weekday(word: str) -> int | None:
    said = {"weds": "wed"}.get(word, word)
    return next((number for number, name in enumerate(WEEKDAYS) if name.startswith(said)), None)


def _month(word: str) -> int:
    """Its number; 0 for a word that is none."""
    return next((number for number, name in enumerate(MONTHS, 1) if name.startswith(word)), 0)
