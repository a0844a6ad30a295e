"""What an examination of a provider or of an installation finds: a key, facts, and whether it is well (P72)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

SKEW = 60  # seconds our clock may differ from a provider's


class Level(StrEnum):
    """How bad it is: nothing, worth knowing, or something that will not work."""

    OK = "ok"
    NOTE = "note"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `code` and `facts` are worded at the edge."""

    about: str
    code: str
    level: Level = Level.OK
    facts: Mapping[str, Any] = field(default_factory=dict)


def clock_of(provider: str, said: str, now: datetime) -> list[Finding]:
    """Our clock beside the `Date` of a provider's answer; nothing where it told none: codes live ten minutes."""
    try:
        away = round((now - parsedate_to_datetime(said)).total_seconds())
    except (TypeError, ValueError):
        return []
    return [Finding(provider, "clock", Level.OK if abs(away) <= SKEW else Level.FAILED, {"seconds": abs(away)})]
