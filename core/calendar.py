"""Days and times as people read them, in a practice's own time zone (`zone`: an IANA name such as `Europe/London`)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo


def day(at: datetime, zone: str) -> str:
    """`Monday 30 November`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B}"


def clock(at: datetime, zone: str) -> str:
    """`10:43`."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}"


def moment(at: datetime, zone: str) -> str:
    """`30 Nov 2026, 10:43`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local.day} {local:%b %Y, %H:%M}"


def at(moment: datetime, zone: str) -> str:
    """`Monday 30 November, 10:43`."""
    return f"{day(moment, zone)}, {clock(moment, zone)}"


def birthday(born: date | None) -> str:
    """`14 March 1985`; empty when nobody knows."""
    return f"{born.day} {born:%B %Y}" if born else ""
