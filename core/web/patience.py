"""How long a client may take: whoever sends a byte a minute, or takes none, would keep its connection for ever (S71).

Only waiting for the client is bounded, never the work in between, so nothing is broken off in the middle of an action.
"""

import time
from collections.abc import Callable
from errno import EPIPE
from typing import Any

from gevent import Timeout
from gevent.pywsgi import Input

IDLE = 75.0  # seconds until a request begins: a proxy in front must be the first to close what it keeps
HEAD = 30.0  # for the rest of its head
BODY = 60.0  # for a body, and as long as it comes at `SLOWEST` beyond that
SLOWEST = 8 << 10  # bytes a second
LEFT = 60.0  # for what is read only to be thrown away, so that a refusal is seen


class TooSlow(OSError):
    """The client took too long. The server takes it for a connection that broke, and closes it."""

    def __init__(self) -> None:
        super().__init__(EPIPE, "the client took too long")


def within(seconds: float, wait: Callable[..., Any], *args: Any) -> Any:
    """What comes of waiting for a client. Raises TooSlow."""
    with Timeout.start_new(max(seconds, 0.001), TooSlow()):
        return wait(*args)


class Body(Input):  # type: ignore[misc]  # gevent leaves it bare
    """A request's body, which must keep coming."""

    __slots__ = ("received", "since", "until")

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.since, self.until, self.received = time.monotonic(), 0.0, 0

    @property
    def whole(self) -> bool:
        """Whether nothing of it is left in the connection, where it would be the next request."""
        if self.chunked_input:
            return bool(self.chunk_length == 0 and not self._chunked_input_error)
        return bool(self.position >= (self.content_length or 0))

    def read(self, length: int | None = None) -> bytes:
        """As much of it. Raises TooSlow."""
        return self._kept(within(self._time_left(), super().read, length))

    def readline(self, size: int | None = None) -> bytes:
        """A line of it. Raises TooSlow."""
        return self._kept(within(self._time_left(), super().readline, size))

    def _discard(self) -> None:
        self.until = time.monotonic() + LEFT
        super()._discard()

    def _kept(self, data: bytes) -> bytes:
        self.received += len(data)
        return data

    def _time_left(self) -> float:
        """Seconds that the next bytes may take."""
        until = self.since + BODY + self.received / SLOWEST
        return min(until, self.until or until) - time.monotonic()
