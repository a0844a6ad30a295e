"""Until when something is asked for, said at the end of a text: `… due friday`, `… due tomorrow 9am`, `… due 24/12`,
`… by friday`.

Pure: the moment is handed in, the zone is the practice's (an IANA name), what comes out is in UTC. A day alone lasts
until `evening`, the practice's closing time.
"""

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from core.compose import when
from core.days import written_days
from core.errors import Invalid

DUE = re.compile(r"(?:^|\s)due:?[ \t]+(?P<when>[^\n]*)$", re.IGNORECASE)
BY = re.compile(r"\sby[ \t]+(?P<when>[^\n]{3,30})$", re.IGNORECASE)  # said in passing: it stays among the words
MEANT = 3  # words at most: more after "due" is a sentence, like "the rent that was due when she came"


def read(text: str, now: datetime, zone: str, evening: time) -> tuple[datetime | None, str]:
    """When a text says it is due, and the text without that.

    Raises Invalid("due", "unknown" | "over"): a time that cannot be kept must not be lost among the words.
    """
    found = DUE.search(text)
    if found is None:
        at = _moment(by["when"].strip(" .,"), now, zone, evening, exactly=True) if (by := BY.search(text)) else None
        return (at if at and at > now else None), text
    said = found["when"].strip(" .,")
    at = _moment(said, now, zone, evening)
    if at is None:
        if len(said.split()) > MEANT:
            return None, text
        raise Invalid("due", "unknown")
    if at <= now:
        raise Invalid("due", "over")
    return at, text[: found.start()].rstrip(" \t,;–-")


def _moment(said: str, now: datetime, zone: str, evening: time, *, exactly: bool = False) -> datetime | None:
    """`exactly`: one day and not the last of several, as somebody may be called April."""
    if (exact := when.read(said, now, zone)) is not None and not exact.rest:
        return exact.at
    here = ZoneInfo(zone)
    days = written_days(said, now.astimezone(here).date())
    if days is None or (exactly and days.first != days.last):
        return None
    return datetime.combine(days.last, evening, here).astimezone(UTC)
