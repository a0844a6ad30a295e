"""How much one person may say over the socket, and send to patients by it, counted in this process (S58)."""

import time
from collections import defaultdict, deque
from collections.abc import Callable

from core.config import Settings
from core.errors import TooMany

MINUTE, DAY = 60.0, 86_400.0  # seconds


class Pace:
    """Counts what each person said in the last minute, and prepared for patients in the last day.

    `clock` gives seconds that only rise.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said = (
            _Window("messages", 10.0, settings.messages_per_10_seconds),
            _Window("messages", MINUTE, settings.messages_per_minute),
        )
        self._prepared = (
            _Window("drafts", MINUTE, settings.drafts_per_minute),
            _Window("drafts", DAY, settings.drafts_per_day),
        )

    def count(self, person: object) -> None:
        """Count one thing said. Raises TooMany with the seconds until the next can be said."""
        self._check(self._said, person)
        self._add(self._said, person)

    def before_preparing(self, person: object) -> None:
        """Whether one more may be prepared for patients. Raises TooMany with the seconds until then."""
        self._check(self._prepared, person)

    def prepared(self, person: object) -> None:
        """Count one text, letter, Direct Message or form that was prepared; what was refused does not count."""
        self._add(self._prepared, person)

    def _check(self, windows: "tuple[_Window, ...]", person: object) -> None:
        for window in windows:
            window.check(person, self._clock())

    def _add(self, windows: "tuple[_Window, ...]", person: object) -> None:
        for window in windows:
            window.add(person, self._clock())


class _Window:
    """So many in so many seconds, by person."""

    def __init__(self, what: str, seconds: float, most: int) -> None:
        self._what, self._seconds, self._most = what, seconds, most
        self._times: dict[object, deque[float]] = defaultdict(deque)

    def check(self, person: object, now: float) -> None:
        times = self._times[person]
        while times and now - times[0] > self._seconds:
            times.popleft()
        if len(times) >= self._most:
            raise TooMany(self._what, self._most, int(self._seconds - (now - times[0])) + 1)

    def add(self, person: object, now: float) -> None:
        self._times[person].append(now)
