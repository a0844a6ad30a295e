"""The time, as something handed in: tests move it, nobody sleeps."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present moment in UTC, aware."""
    return datetime.now(UTC)
