"""How much one person may say over the socket (S58).

This process counts to the second, in windows that move along; for all processes besides counts Valkey, where there is
one (`core/web/throttle.py`). What they prepare for patients the database counts (`core/compose/paced.py`).
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable

from limits import RateLimitItemPerSecond

from core.config import Settings
from core.errors import TooMany
from core.web.throttle import Rule, Throttle

MINUTE = 60.0  # seconds
TOO_OFTEN = 3  # times in a minute that a socket is told it is too much; then it is closed (E07)


class Pace:
    """Counts what each person said in the last minute.

    `clock` gives seconds that only rise.
    """

    def __init__(
        self, settings: Settings, throttle: Throttle | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._everywhere = throttle
        self._rules = (
            Rule("messages", RateLimitItemPerSecond(settings.messages_per_10_seconds, 10)),
            Rule("messages", RateLimitItemPerSecond(settings.messages_per_minute, 60)),
        )
        self._refused = _Window("refusals", MINUTE, TOO_OFTEN)
        self._said = (
            _Window("messages", 10.0, settings.messages_per_10_seconds),
            _Window("messages", MINUTE, settings.messages_per_minute),
        )

    def count(self, person: object) -> None:
        """Count one thing said. Raises TooMany with the seconds until the next can be said."""
        self._check(self._said, person)
        self._add(self._said, person)
        if self._everywhere is not None:
            self._everywhere.count_by_all(self._rules, str(person))

    def refused(self, socket: object) -> bool:
        """Note that a socket was told it is too much; whether it was told so too often, and has to go."""
        self._add((self._refused,), socket)
        return self._refused.full(socket, self._clock())

    def forget(self, socket: object) -> None:
        """A socket is gone."""
        self._refused.forget(socket)

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
        if self.full(person, now):
            raise TooMany(self._what, self._most, int(self._seconds - (now - self._times[person][0])) + 1)

    def full(self, person: object, now: float) -> bool:
        times = self._times[person]
        while times and now - times[0] > self._seconds:
            times.popleft()
        return len(times) >= self._most

    def forget(self, person: object) -> None:
        self._times.pop(person, None)

    def add(self, person: object, now: float) -> None:
        self._times[person].append(now)
