"""Where a request ends: what two servers may read differently is refused, so that none hides in another (S71).

gevent's server takes the first of two lengths, passes over one beside chunks, and lets `+35` and `4_0` be numbers;
a proxy in front may see it otherwise, and what it counts as a body would be the next request here (RFC 9112, 6.3).
"""

from email import errors
from email.message import Message
from typing import Any

OF_THE_BODY = (  # which is not there yet: every form with files would have one
    errors.StartBoundaryNotFoundDefect,
    errors.CloseBoundaryNotFoundDefect,
    errors.NoBoundaryInMultipartDefect,
    errors.MultipartInvariantViolationDefect,
)
ONCE = ("content-length", "transfer-encoding", "host")


class Lines:
    """The lines of a request's head, each looked at as it is read."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def readline(self, most: int) -> bytes:
        """The next line. Raises ValueError."""
        line: bytes = self._source.readline(most)
        check_line(line)
        return line


def check_line(line: bytes) -> None:
    """A line ends with CR and LF, or the request with it: a bare LF, or a CR inside, ends a line for some servers and
    not for others (RFC 9112, 2.2). Raises ValueError."""
    if line and (not line.endswith(b"\r\n") or b"\r" in line[:-2]):
        raise ValueError("a line that does not end as lines do")


def check_framing(headers: Message) -> None:
    """Raises ValueError for a request whose end is not certain, or whose headers are no plain lines."""
    values = {name: headers.get_all(name, []) for name in ONCE}
    broken = any(not isinstance(one, OF_THE_BODY) for one in headers.defects)
    if broken or any("\n" in str(value) or "\r" in str(value) for value in headers.values()):
        raise ValueError("a header is no plain line")
    if any(len(found) > 1 for found in values.values()):
        raise ValueError("a header stands twice")
    lengths, codings = values["content-length"], values["transfer-encoding"]
    if lengths and codings:
        raise ValueError("a length and chunks")
    if any(not (one.isascii() and one.isdigit()) for one in lengths):
        raise ValueError("a length that is no number")
    if any(one.casefold() != "chunked" for one in codings):
        raise ValueError("an unknown coding")
