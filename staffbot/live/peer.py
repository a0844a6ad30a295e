"""One open socket: who it belongs to, and the only way anything is written to it.

A frame is tried at once without blocking; what the reader does not take waits in a queue that a greenlet empties, and a
reader who lets a mebibyte wait is cut (S59). So one slow reader never holds up the others.
"""

import socket as sockets
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, Concatenate, ParamSpec, TypeVar

import gevent
from gevent.socket import wait_write

from core.practice.doors import StaffDoor
from core.store import Store, Unit, Who
from staffbot.live import frames

P = ParamSpec("P")
T = TypeVar("T")
MOST_WAITING = 1 << 20  # bytes (S59)
READS_WITHIN = 30  # seconds that a reader may take no byte
GOES_WITHIN = 2  # seconds for the last bytes of a reader that is given up


class Peer:
    """One socket of one signed-in person: thousands, nearly all at rest, so that each holds little (goal 5)."""

    __slots__ = ("_bytes", "_waiting", "_write", "door", "greeted", "heard", "open", "seen", "store", "token", "ws")

    def __init__(self, ws: Any, store: Store, door: StaffDoor, token: str) -> None:
        self.ws = ws
        self.store = store
        self.door = door
        self.token = token
        self.greeted = False
        self.open = True
        self.seen = False  # whether colleagues see that this person is here
        self.heard = 0  # the number of the newest event that was part of the greeting
        # Frames are small and leave at once: Nagle and delayed acknowledgements together cost 40 ms each.
        with suppress(OSError):  # it may have gone already
            ws.sock.setsockopt(sockets.IPPROTO_TCP, sockets.TCP_NODELAY, 1)
        self._waiting: list[memoryview] = []  # empty, it takes a tenth of what a deque does
        self._bytes = 0
        # The bare socket, which never waits: asked for once, as a message has a thousand copies.
        self._write: Callable[[bytes | memoryview], int] = getattr(ws.sock, "_sock", ws.sock).send

    @property
    def who(self) -> Who:
        """Whose socket it is."""
        return self.door.who

    def awaits(self, seq: int) -> bool:
        """Whether an event of this number is still news to this socket; 0 is for what is not kept."""
        return self.greeted and self.open and (seq == 0 or seq > self.heard)

    def run(self, action: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run an action as this person."""
        return self.store.run(self.who, action, *args, **kwargs)

    def look(self, question: Callable[Concatenate[Unit, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Ask a question as this person."""
        return self.store.look(self.who, question, *args, **kwargs)

    def send(self, frame: bytes) -> None:
        """Write a whole frame, now or as soon as the reader takes it; never blocks."""
        send_to((self,), frame)

    def close(self, code: int, reason: str = "") -> None:
        """Say goodbye and let go; the reader's end wakes up."""
        if not self.open:
            return
        self.send(frames.close(code, reason))
        self.open = False
        self._let_go(sockets.SHUT_RD)

    def end(self) -> None:
        """The talk is over, and so is the connection, as soon as what waits has gone."""
        self.open = False
        if not self._waiting:
            self._let_go(sockets.SHUT_RDWR)

    def _queue(self, part: memoryview) -> None:
        first = not self._waiting
        self._waiting.append(part)
        self._bytes += len(part)
        if self._bytes > MOST_WAITING and self.open:
            self._cut()
        if first:
            gevent.spawn(self._flush)

    def _cut(self) -> None:
        """Give up on a reader that does not read: the frame it has begun to get, a goodbye, and no more."""
        self.open = False
        self._waiting = [self._waiting[0], memoryview(frames.close(1013, "too slow"))]
        self._let_go(sockets.SHUT_RD)

    def _let_go(self, how: int) -> None:
        with suppress(OSError):
            self.ws.sock.shutdown(how)

    def _flush(self) -> None:
        while self._waiting and self._fileno() >= 0:
            try:
                wait_write(self._fileno(), timeout=READS_WITHIN if self.open else GOES_WITHIN)
                part = self._waiting[0]
                written = self._write(part)
            except BlockingIOError:
                continue
            except (OSError, TimeoutError):
                self.open = False
                self._waiting.clear()
                break
            self._bytes -= written
            if written == len(part):
                del self._waiting[0]
            else:
                self._waiting[0] = part[written:]
        if not self.open:
            self._let_go(sockets.SHUT_RDWR)

    def _fileno(self) -> int:
        found: int = self.ws.sock.fileno()
        return found


def send_to(peers: Iterable[Peer], frame: bytes, seq: int | None = None) -> None:
    """Write a whole frame to each of them, now or as soon as its reader takes it; never blocks. With its number, to
    those who await it.

    A message has a thousand copies: beside the system's own work what is called for each of them is what they cost, so
    that everything of the common case stands in this one loop (goals 1 to 3).
    """
    size = len(frame)
    for peer in peers:
        if not peer.open or (seq is not None and not (peer.greeted and (seq == 0 or seq > peer.heard))):
            continue
        try:
            written = 0 if peer._bytes else peer._write(frame)
        except BlockingIOError:
            written = 0
        except OSError:
            peer.open = False
            continue
        if written != size:
            peer._queue(memoryview(frame)[written:])
