"""Small pieces of pages."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from markupsafe import Markup

from core import calendar
from core.compose.words import Planned
from core.errors import Invalid
from staffbot.wording import KINDS

_SPRITE = (Path(__file__).parent / "static/icons.svg").read_text()
_SYMBOL = re.compile(r'<symbol id="i-(\w+)" viewBox="0 0 24 24">(.+?)</symbol>')
_SHAPES = {name: Markup(lines) for name, lines in _SYMBOL.findall(_SPRITE)}  # noqa: S704 - a file of ours
_ICON = Markup('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>')


class Icons:
    """Icons of the one sprite; always beside a word or with a name."""

    def __init__(self, mark: str) -> None:
        self._mark = mark

    def __call__(self, name: str) -> Markup:
        """The icon of that name."""
        use = Markup('<use href="/static/{}/icons.svg#i-{}"/>')
        return _ICON.format(use.format(self._mark, name))

    def drawn(self, name: str) -> Markup:
        """The same with its lines in it: of hundreds of rows each `<use>` would ask for the sprite (U26)."""
        return _ICON.format(_SHAPES[name])


class Times:
    """Times in the practice's own zone; `datetime`s, or the RFC 3339 text of `shapes.py`."""

    def __init__(self, zone: str, now: datetime) -> None:
        self._zone = zone
        self._now = now

    def moment(self, at: datetime | str) -> str:
        """`30 Nov 2026, 10:43`."""
        return calendar.moment(_read(at), self._zone)

    def clock(self, at: datetime | str) -> str:
        """`10:43`."""
        return calendar.clock(_read(at), self._zone)

    def lately(self, at: datetime | str) -> str:
        """`10:43`, of the last days `Tue`, else `3 Mar`; as scripts write it, too (`shown.js`)."""
        return calendar.lately(_read(at), self._now, self._zone)

    def ago(self, at: datetime | str) -> str:
        """How long ago within the last hour, `3 minutes ago`; then as short as in a list."""
        moment = _read(at)
        recent = self._now - moment < timedelta(hours=1)
        return calendar.ago(moment, self._now) if recent else self.lately(moment)

    def at(self, at: datetime | str) -> str:
        """`Monday 30 November, 10:43`."""
        return calendar.at(_read(at), self._zone)

    def day(self, at: datetime | str) -> str:
        """`Monday 30 November`."""
        return calendar.day(_read(at), self._zone)

    def short(self, at: datetime | str) -> str:
        """`30 Nov 2026`."""
        return self.moment(at).partition(",")[0]


def _read(at: datetime | str) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at


def someone(given: str) -> UUID:
    """Whom a form names by id. Raises Invalid("to", "none")."""
    try:
        return UUID(given)
    except ValueError as error:
        raise Invalid("to", "none") from error


def number(given: str) -> int:
    """A whole number as an address says it; 0 for anything else, and for more than 11 digits."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 12 else 0


def planned(one: Planned) -> dict[str, Any]:
    """Something planned, as a line that leads to where it can be changed."""
    return {"id": one.id, "kind": KINDS[one.command.value], "at": one.at, "held": one.held}
