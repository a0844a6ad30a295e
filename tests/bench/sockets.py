"""A light client of WebSockets, so that one core can stand for many browsers; loopback only."""

import asyncio
import base64
import os
import re
import time
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

MARK = re.compile(rb"~(\d+)~")  # every message carries its number so
Hear = Callable[[bytes], None]


class Socket(asyncio.Protocol):
    """One connection; `hear` gets each text."""

    def __init__(self, url: str, hear: Hear, headers: Iterable[tuple[str, str]] = ()) -> None:
        self.url, self.hear, self.headers = urlsplit(url), hear, headers
        if self.url.hostname != "127.0.0.1":
            raise ValueError("loopback only")
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self._read = b""

    @classmethod
    async def connect(cls, url: str, hear: Hear, headers: Iterable[tuple[str, str]] = ()) -> "Socket":
        """A socket that is open."""
        made = cls(url, hear, headers)
        await asyncio.get_running_loop().create_connection(lambda: made, made.url.hostname, made.url.port)
        await asyncio.wait_for(made.ready, 60)
        return made

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        host = f"{self.url.hostname}:{self.url.port}"
        lines = [f"GET {self.url.path or '/'} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", f"Origin: http://{host}", "Sec-WebSocket-Protocol: latchkey.v1",
                 f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}"]  # fmt: skip
        lines += [f"{name}: {value}" for name, value in self.headers]
        transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def connection_lost(self, _error: Exception | None) -> None:
        self.closed = True

    def data_received(self, data: bytes) -> None:
        self._read += data
        if not self.ready.done():
            head, blank, self._read = self._read.partition(b"\r\n\r\n")
            if not blank:
                self._read = head
                return
            if b" 101 " not in head[:20]:
                self.ready.set_exception(ConnectionError(head[:60].decode()))
                return
            self.ready.set_result(None)
        while (frame := self._frame()) is not None:
            self.hear(frame)

    def _frame(self) -> bytes | None:
        """The next text; pings and the like are passed over."""
        while len(self._read) >= 2:
            size, start = self._read[1] & 127, 2
            if size == 126:
                size, start = int.from_bytes(self._read[2:4], "big"), 4
            elif size == 127:
                size, start = int.from_bytes(self._read[2:10], "big"), 10
            if len(self._read) < start + size:
                return None
            kind, payload = self._read[0] & 15, self._read[start : start + size]
            self._read = self._read[start + size :]
            if kind == 1:
                return payload
        return None

    def send(self, text: str) -> None:
        """Send a text."""
        payload = text.encode()
        size = bytes([0x80 | len(payload)]) if len(payload) < 126 else b"\xfe" + len(payload).to_bytes(2, "big")
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
        self.transport.write(b"\x81" + size + mask + masked)


class Ledger:
    """Counts every copy of every message: how long it took, lost, twice, out of order."""

    def __init__(self, receivers: int) -> None:
        self.receivers = receivers
        self.last: list[float] = []
        self.took: list[float] = []  # each copy's time
        self._began = 0.0
        self.copies = self.twice = self.disorder = self.lost = 0
        self._newest = [-1] * receivers
        self._left = 0
        self._now = -1
        self._all = asyncio.Event()

    def hearing(self, receiver: int) -> Hear:
        """What a receiver calls for each text."""

        def hear(text: bytes) -> None:
            if b'"ref"' not in text[:8] and (found := MARK.search(text)):
                self._heard(receiver, int(found[1]))

        return hear

    async def round(self, number: int, send: Callable[[str], None], length: int = 110) -> None:
        """Send one message and wait for every copy."""
        self._now, self._left = number, self.receivers
        self._all.clear()
        self._began = start = time.perf_counter()
        send(f"~{number}~ " + "x" * length)
        try:
            await asyncio.wait_for(self._all.wait(), 30)
        except TimeoutError:
            self.lost += self._left
            return
        self.last.append(time.perf_counter() - start)

    def _heard(self, receiver: int, number: int) -> None:
        self.twice += number == self._newest[receiver]
        self.disorder += number < self._newest[receiver]
        if number <= self._newest[receiver]:
            return
        self._newest[receiver] = number
        self.copies += 1
        self.took.append(time.perf_counter() - self._began)
        self._left -= number == self._now
        if self._left == 0:
            self._all.set()
