"""How much one person may say: 20 messages in 10 seconds, 100 in a minute (S58)."""

import time
from collections import deque

from core.errors import TooMany

SHORT, SHORT_MOST = 10.0, 20  # seconds, messages
LONG, LONG_MOST = 60.0, 100


class Pace:
    """Counts what one person said in the last minute, over all their sockets in this process."""

    def __init__(self) -> None:
        self._at: dict[object, deque[float]] = {}

    def count(self, person: object) -> None:
        """Count one. Raises TooMany."""
        now = time.monotonic()
        said = self._at.setdefault(person, deque())
        while said and now - said[0] > LONG:
            said.popleft()
        lately = sum(now - at <= SHORT for at in said)
        if lately >= SHORT_MOST:
            raise TooMany("messages", SHORT_MOST, int(SHORT) or 1)
        if len(said) >= LONG_MOST:
            raise TooMany("messages", LONG_MOST, max(1, int(LONG - (now - said[0]))))
        said.append(now)
