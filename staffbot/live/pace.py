"""How much one person may say over the socket, counted over their sockets in this process (S58)."""

import time
from collections import defaultdict, deque

from core.config import Settings
from core.errors import TooMany

SHORT, LONG = 10.0, 60.0  # seconds


class Pace:
    """Counts what each person said in the last minute."""

    def __init__(self, settings: Settings) -> None:
        self._short = settings.messages_per_10_seconds
        self._long = settings.messages_per_minute
        self._lately: dict[object, deque[float]] = defaultdict(deque)
        self._said: dict[object, deque[float]] = defaultdict(deque)

    def count(self, person: object) -> None:
        """Count one. Raises TooMany with the seconds until the next can be said."""
        now = time.monotonic()
        counted = ((self._lately[person], SHORT, self._short), (self._said[person], LONG, self._long))
        for said, seconds, most in counted:
            while said and now - said[0] > seconds:
                said.popleft()
            if len(said) >= most:
                raise TooMany("messages", most, int(seconds - (now - said[0])) + 1)
        for said, _seconds, _most in counted:
            said.append(now)
