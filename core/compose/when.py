"""A time said at the start of a text: `tomorrow 9am`, `9am tomorrow`, `in 2 hours`, `Mon 14:00`, `24/12 09:00`, and the
other ways to write a date, nothing looser (U45).

Only these forms are times; anything else is words, so that "in two minds" is never a date. Pure: the moment is handed
in, the zone is the practice's (an IANA name), what comes out is in UTC. Whether it is meant is asked, not assumed.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from core.calendar import MONTHS, WEEKDAYS, in_daytime
from core.compose.words import NotThen
from core.days import EDGES, leading

MORNING = time(9)  # of a day that is said alone
FURTHEST = timedelta(days=366)
MOST_WORDS = 6  # of a time: `on 24 december 2026 at 9am`
SOONEST = timedelta(minutes=1)

_MONTH = rf"(?:{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in MONTHS)}|sept)\b\.?"
_CLOCK = (
    r"(?:at\s+)?(?:(?P<h12>1[0-2]|0?[1-9])(?:[:.](?P<m12>[0-5]\d))?\s?(?P<half>am|pm)"
    r"|(?P<h24>[01]?\d|2[0-3])[:.](?P<m24>[0-5]\d)(?!\s?[ap]m)|(?P<noon>noon|midday))"
)
_DAY = (
    r"(?P<near>today|tonight|tomorrow)|(?:next\s+)?(?P<weekday>mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?"
    r"|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    r"|(?P<iso>20\d\d-[01]\d-[0-3]\d)"
    r"|(?P<d>\d{1,2})[/.](?P<m>\d{1,2})(?:[/.](?P<y>(?:20)?\d\d)(?!\d)|\.)?"
    rf"|(?:(?P<dd>\d{{1,2}})(?:st|nd|rd|th|\.)?\s+(?P<month>{_MONTH})"
    rf"|(?P<first>{_MONTH})\s+(?P<ddd>\d{{1,2}})(?:st|nd|rd|th)?(?![:.\d]|\s?[ap]m))(?:,?\s+(?P<yy>20\d\d))?"
)
_END = r"(?=[\s,]|:(?!\d)|$)[\s,:]*"
AT = re.compile(rf"(?:on\s+)?(?:{_DAY})(?:,?\s+|(?<=\d)t(?=\d\d:)){_CLOCK}{_END}", re.IGNORECASE | re.ASCII)
TURNED = re.compile(rf"{_CLOCK},?\s+(?:on\s+)?(?:{_DAY}){_END}", re.IGNORECASE | re.ASCII)  # `9am tomorrow`
IN = re.compile(
    r"in\s+(?:(?P<n>\d{1,3})\s?(?P<unit>min(?:ute)?s?|h(?:our)?s?|days?)"
    r"(?:(?:\s+and)?\s*(?P<more>\d{1,2})\s?min(?:ute)?s?)?|(?P<hour>(?:half\s+)?an\s+hour))(?=\s|:|$)[\s:]*",
    re.IGNORECASE | re.ASCII,
)

ON = re.compile(rf"(?:on\s+)?(?P<day>{_DAY})(?=[\s,]|$)[\s,]*", re.IGNORECASE | re.ASCII)
ALONE = re.compile(rf"at\s|{_CLOCK}{_END}", re.IGNORECASE | re.ASCII)
CLOCK = re.compile(rf"{_CLOCK}{_END}", re.IGNORECASE | re.ASCII)
SEVERAL = re.compile(r"week|month", re.IGNORECASE)  # and no March, which may be a walk
# Said as a time, whatever the figures: what of it is no time must not go out at once, as words.
MEANT = re.compile(
    rf"(?:(?:{_DAY}|yesterday),?\s+(?:at\s+)?\d{{1,2}}(?:[:.]\d\d\b(?:\s?[ap]m\b)?|\s?[ap]m\b)"
    r"|in\s+-?\d+\s?(?:min(?:ute)?s?|h(?:our)?s?|days?)(?=\s|:|$))",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A time as somebody said it: the moment, the very words, and the text without them."""

    at: datetime
    words: str
    rest: str


def read(text: str, now: datetime, zone: str) -> Said | None:
    """The time a text begins with; None when it begins with words. A weekday is the next one, a date this year's or the
    next, `today` may be over already.
    """
    if found := IN.match(text):
        at: datetime | None = now + _ahead(found)
    elif found := AT.match(text) or TURNED.match(text):
        at = _moment(found, now.astimezone(ZoneInfo(zone)))
    else:
        return _on_a_day(text, now, zone)
    if at is None or at - now > FURTHEST:
        return None
    return Said(at.astimezone(UTC), found[0].strip(" ,:\n"), text[found.end() :])


def unreal(text: str, now: datetime, zone: str) -> str:
    """The words in front of a text that were meant as a time and are none in the year to come: `tomorrow 25:00`,
    `30/2 9:00`, `yesterday 9am`; empty when there are none such.
    """
    found = MEANT.match(text)
    return found[0] if found and read(text, now, zone) is None else ""


def loosely(text: str, now: datetime, zone: str) -> Said | None:
    """As `read`, where a time must stand: also a clock alone (`at 3pm`, `3pm`, the next such), a day (`friday`) or the
    first of several (`next week`).
    """
    if (exact := read(text, now, zone)) is not None:
        return exact
    if ALONE.match(text):
        both = [read(f"{day} {text}", now, zone) for day in ("today", "tomorrow")]
        ahead = [replace(said, words=said.words.partition(" ")[2]) for said in both if said and said.at > now]
        return ahead[0] if ahead else None
    found = ON.match(text)
    if said := _on_a_day(text, now, zone, past=found.end("day") if found else 0, loose=True):
        return said
    if found:
        said = read(f"{found['day']} {MORNING:%H:%M} {text[found.end() :]}", now, zone)
        return replace(said, words=found[0].strip(" ,:\n")) if said else None
    return None


def _on_a_day(text: str, now: datetime, zone: str, *, past: int = 0, loose: bool = False) -> Said | None:
    """A day to come that is said in other words (`monday next week`, `in 2 weeks`) and a clock; `loose`: also without,
    or the first day of a week or month. Only one that is longer than the `past` letters that were understood already.
    """
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    days, end = leading(text, today) or (None, 0)
    if days is None or days.first < today or len(text[:end].rstrip(EDGES)) <= past:
        return None
    single, rest = days.first == days.last, text[end:].lstrip(" \t\n,:")
    if not single and not (loose and SEVERAL.search(text[:end])):
        return None
    clock = CLOCK.match(rest)
    if clock is None and not loose:
        return None
    at = datetime.combine(days.first, _clock(clock) if clock else MORNING, here)
    if at - now > FURTHEST:
        return None
    rest = rest[clock.end() :] if clock else rest
    return Said(at.astimezone(UTC), text[: len(text) - len(rest)].strip(" ,:\n"), rest)


def at_the_end(text: str, now: datetime, zone: str) -> Said | None:
    """The time a text ends with, as `loosely` reads it: `call the lab in 2 hours`; `rest` is what stands before it."""
    starts = [found.start() for found in re.finditer(r"(?<=\s)\S", text)][-MOST_WORDS:]
    for start in starts:
        said = loosely(text[start:].rstrip(" .!"), now, zone)
        if said and not said.rest.strip():
            return replace(said, rest=text[:start].rstrip(" \t,;–-"))
    return None


def possible(at: datetime, now: datetime, zone: str, *, quiet: bool) -> datetime:
    """The moment itself if it can be kept, else the next one that can: the same hour a day later, or opening time.

    `quiet`: not at night, for what rings a patient's telephone.
    """
    local = at.astimezone(ZoneInfo(zone))
    while local - now < SOONEST:
        local = _on(local.date() + timedelta(days=1), local.time(), local.tzinfo)
    return in_daytime(local, zone) if quiet else local.astimezone(UTC)


def check(at: datetime, now: datetime, zone: str, *, quiet: bool) -> None:
    """Raises NotThen with the next possible moment when this one is over, or at night."""
    if (better := possible(at, now, zone, quiet=quiet)) != at:
        raise NotThen(at, better, zone)


def _ahead(found: re.Match[str]) -> timedelta:
    if hour := found["hour"]:
        return timedelta(minutes=30 if hour.casefold().startswith("half") else 60)
    return int(found["n"]) * _step(found["unit"]) + timedelta(minutes=int(found["more"] or 0))


def _step(unit: str) -> timedelta:
    word = unit.casefold()
    return timedelta(days=1) if word.startswith("d") else timedelta(hours=1) if word[0] == "h" else timedelta(minutes=1)


def _moment(found: re.Match[str], here: datetime) -> datetime | None:
    clock = _clock(found)
    if weekday := found["weekday"]:
        ahead = (
            next(n for n, day in enumerate(WEEKDAYS) if day.startswith(weekday[:3].casefold())) - here.weekday()
        ) % 7
        at = _on(here.date() + timedelta(days=ahead), clock, here.tzinfo)
        return at if at > here else _on(at.date() + timedelta(days=7), clock, here.tzinfo)
    if near := found["near"]:
        return _on(here.date() + timedelta(days=near.casefold() == "tomorrow"), clock, here.tzinfo)
    if iso := found["iso"]:
        year, month, day = iso.split("-")
        return _dated(int(day), int(month), year, clock, here)
    name = (found["month"] or found["first"] or "")[:3].casefold()
    month = int(found["m"]) if found["m"] else next(n for n, one in enumerate(MONTHS, 1) if one.startswith(name))
    year = found["y"] or found["yy"]
    return _dated(int(found["d"] or found["dd"] or found["ddd"]), month, year and f"20{year[-2:]}", clock, here)


def _dated(day: int, month: int, year: str | None, clock: time, here: datetime) -> datetime | None:
    try:
        on = date(int(year or here.year), month, day)
        if year is None and on < here.date():
            on = date(here.year + 1, month, day)
    except ValueError:
        return None
    return _on(on, clock, here.tzinfo)


def _clock(found: re.Match[str]) -> time:
    if found["noon"]:
        return time(12)
    if found["half"]:
        return time(int(found["h12"]) % 12 + 12 * (found["half"].casefold() == "pm"), int(found["m12"] or 0))
    return time(int(found["h24"]), int(found["m24"]))


def _on(day: date, clock: time, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, clock.replace(tzinfo=None), zone)
