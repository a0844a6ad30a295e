"""Days and times as people read them, in a practice's own time zone. As they are written: `days.py`.

`zone`: an IANA name such as `Europe/London`.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = "january february march april may june july august september october november december".split()
TAGE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
OPEN, SHUT = time(8), time(21)  # no patient's telephone buzzes outside these hours by our doing
FIRST_YEAR, LAST_YEAR = 1800, 2999
MONATE = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()


def day(at: datetime, zone: str, language: str = "en") -> str:
    """`Monday 30 November`, in German `Montag, 30. November`."""
    return _named(at.astimezone(ZoneInfo(zone)).date(), language)


@lru_cache(1024)
def _named(local: date, language: str) -> str:
    """A page names few days, and each of them several times."""
    if language == "de":
        return f"{TAGE[local.weekday()]}, {day_of_month(local, language)}"
    return f"{local:%A} {day_of_month(local, language)}"


def short_day(at: datetime, zone: str, language: str = "en") -> str:
    """`Mon 30 Nov`, in German `Mo 30. Nov`: where every letter counts."""
    local = at.astimezone(ZoneInfo(zone))
    if language == "de":
        return f"{TAGE[local.weekday()][:2]} {local.day}. {MONATE[local.month - 1][:3]}"
    return f"{local:%a} {local.day} {local:%b}"


def day_of_month(at: date, language: str = "en") -> str:
    """`30 November`, in German `30. November`; of a time that is local already."""
    return f"{at.day}. {MONATE[at.month - 1]}" if language == "de" else f"{at.day} {at:%B}"


def clock(at: datetime, zone: str) -> str:
    """`10:43`."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def clock_from(at: datetime, zone: str) -> str:
    """`10:44` for 10:43:20: the minute from whose beginning on what is promised for that time holds."""
    return clock(at + timedelta(seconds=60) - timedelta(microseconds=1), zone)


def in_daytime(at: datetime, zone: str) -> datetime:
    """The moment itself between 8:00 and 21:00 over there, else the next 8:00; in UTC."""
    local = at.astimezone(ZoneInfo(zone))
    if not OPEN <= local.time() < SHUT:
        morning = local.date() + timedelta(days=local.time() >= SHUT)
        local = datetime.combine(morning, OPEN, local.tzinfo)
    return local.astimezone(UTC)


def moment(at: datetime, zone: str) -> str:
    """`30 Nov 2026, 10:43`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y, %H:%M}"


def at(moment: datetime, zone: str) -> str:
    """`Monday 30 November, 10:43`."""
    return f"{day(moment, zone)}, {clock(moment, zone)}"


def lately(moment: datetime, now: datetime, zone: str) -> str:
    """As short as tells one from another in a list: `10:43`, of the last days `Tue`, else `3 Mar`."""
    local, past = moment.astimezone(ZoneInfo(zone)), now - moment
    if past < timedelta(hours=20):
        return clock(moment, zone)
    return f"{local:%a}" if past < timedelta(days=6) else f"{local.day} {local:%b}"


def age(since: datetime, now: datetime) -> str:
    """How long ago, in one unit: `3 minutes`, `an hour`, `2 days`; less than a minute is `a moment`."""
    minutes = int((now - since).total_seconds()) // 60
    for name, article, size in (("day", "a", 1440), ("hour", "an", 60), ("minute", "a", 1)):
        if minutes >= size:
            return f"{article} {name}" if minutes < 2 * size else f"{minutes // size} {name}s"
    return "a moment"


def ago(since: datetime, now: datetime) -> str:
    """`3 minutes ago`."""
    return f"{age(since, now)} ago"


def birthday(born: date | None) -> str:
    """`14 March 1985`; empty when nobody knows."""
    return f"{born.day} {born:%B %Y}" if born else ""


def aged(born: date, today: date) -> str:
    """How old somebody is: `41`; below two years in months, `7 months`."""
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    if months >= 24:
        return str(months // 12)
    return "1 month" if months == 1 else f"{max(0, months)} months"


def is_near(day: date) -> bool:
    """Whether a day is of the centuries that people write about."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
