"""How much one person may say over the socket, counted over their sockets in this process (S58)."""

import time
from collections import deque

from core.config import Settings
from core.errors import TooMany

SHORT, LONG = 10.0, 60.0  # seconds


class Pace:
    """Counts what each person said in the last minute."""

    def __init__(self, settings: Settings) -> None:
        self._short = settings.messages_per_10_seconds
        self._long = settings.messages_per_minute
        self._at: dict[object, deque[float]] = {}

    def count(self, person: object) -> None:
        """Count one. Raises TooMany with the seconds until the next can be said."""
        now = time.monotonic()
        said = self._at.setdefault(person, deque())
        while said and now - said[0] > LONG:
            said.popleft()
        lately = [at for at in said if now - at <= SHORT]
        if len(lately) >= self._short:
            raise TooMany("messages", self._short, int(SHORT - (now - lately[0])) + 1)
        if len(said) >= self._long:
            raise TooMany("messages", self._long, int(LONG - (now - said[0])) + 1)
        said.append(now)
