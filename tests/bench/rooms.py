"""A room of a chat server as the benchmarks use it: who hears in it, and who speaks and is told that it is stored."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Protocol
from uuid import uuid4

from tests.bench.servers import Server
from tests.bench.sockets import MARK, Hear, Socket

SENDERS, SECONDS = 8, 5.0

Say = Callable[[str], Awaitable[None]]  # comes back once the server has acknowledged the message


class Room(Protocol):
    """A new room on a server that runs already."""

    async def hear(self, many: int, hearing: Callable[[int], Hear]) -> None:
        """Let so many in who hear everything; `hearing(n)` is called with each thing that the nth is sent."""

    async def speaker(self) -> Say:
        """Let one in who speaks."""

    async def close(self) -> None:
        """Everybody leaves."""


class Acknowledged:
    """Which messages wait for a server's word, by the number that each carries."""

    def __init__(self) -> None:
        self._waiting: dict[bytes, asyncio.Future[None]] = {}

    def expect(self, text: str) -> asyncio.Future[None]:
        """What comes true when the message is acknowledged."""
        known = asyncio.get_running_loop().create_future()
        found = MARK.search(text.encode())
        assert found
        self._waiting[found[0]] = known
        return known

    def heard(self, data: bytes) -> None:
        """These came back to the one who sent them."""
        for found in MARK.finditer(data):
            if (known := self._waiting.pop(found[0], None)) and not known.done():
                known.set_result(None)


class OurRoom:
    """A patient's conversation in the demonstration; where it runs as several processes, people sit at each in turn."""

    def __init__(self, *processes: Server) -> None:
        self._processes = processes
        self._opened: list[Socket] = []

    async def hear(self, many: int, hearing: Callable[[int], Hear]) -> None:
        """Colleagues who have the conversation open."""
        for number in range(many):
            self._opened.append(await self._next.socket(number, hearing(number)))

    async def speaker(self) -> Say:
        """A colleague; the answer to `message.send` comes after the commit."""
        waiting: dict[str, asyncio.Future[None]] = {}

        def hear(text: bytes) -> None:
            said = json.loads(text)
            if known := waiting.pop(str(said.get("ref")), None):
                assert said["ok"], said
                known.set_result(None)

        opened = await self._next.socket(len(self._opened), hear)
        self._opened.append(opened)

        async def say(text: str) -> None:
            ref = uuid4().hex
            waiting[ref] = asyncio.get_running_loop().create_future()
            sent = {"op": "message.send", "conversation": self._processes[0].thread, "text": text}
            opened.send(json.dumps({**sent, "ref": ref, "client_id": ref}))
            await waiting[ref]

        return say

    async def close(self) -> None:
        """Everybody leaves."""
        for one in self._opened:
            one.transport.close()

    @property
    def _next(self) -> Server:
        return self._processes[len(self._opened) % len(self._processes)]


async def sends(
    room: Room, receivers: int, hearing: Callable[[int], Hear] = lambda _number: lambda _text: None
) -> float:
    """Acknowledged messages a second, of `SENDERS` who each send as soon as they are answered, for `SECONDS`."""
    await room.hear(receivers, hearing)
    speakers = [await room.speaker() for _ in range(SENDERS)]
    numbers, until = count(), time.perf_counter() + SECONDS

    async def keep_sending(speak: Say) -> int:
        sent = 0
        while time.perf_counter() < until:
            await speak(f"~{next(numbers)}~ " + "x" * 100)
            sent += 1
        return sent

    sent = sum(await asyncio.gather(*map(keep_sending, speakers)))
    await asyncio.sleep(1)  # the last copies
    await room.close()
    return sent / SECONDS
