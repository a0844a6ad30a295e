"""A room of Prosody or ejabberd (XEP-0045), as guests of `anon.localhost` (RFC 6120, SASL ANONYMOUS)."""

import asyncio
import os
from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import uuid4

from tests.bench.rooms import Acknowledged, Say
from tests.bench.sockets import MARK, Hear

DOMAIN, ROOMS = "anon.localhost", "conference.localhost"
STREAM = (
    f"<?xml version='1.0'?><stream:stream to='{DOMAIN}' version='1.0' xmlns='jabber:client'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
)
GUEST = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
BIND = "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"


class _Stream(asyncio.Protocol):
    """One connection: asked until it says something, then only listened to."""

    def __init__(self) -> None:
        self.hear: Hear | None = None
        self._read = b""
        self._until: tuple[bytes, asyncio.Future[None]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        if self._until and self._until[0] in self._read:
            self._until[1].set_result(None)
            self._until, self._read = None, b""
        elif self.hear and (marks := list(MARK.finditer(self._read))):
            self.hear(self._read[: marks[-1].end()])
            self._read = self._read[marks[-1].end() :]

    async def ask(self, text: str, until: bytes) -> None:
        """Say something and wait for the answer that holds this."""
        self._until = until, asyncio.get_running_loop().create_future()
        self.transport.write(text.encode())
        await asyncio.wait_for(self._until[1], 30)


class XmppRoom:
    """A room with an archive; a speaker's own copy, which comes back from the room, is the acknowledgement."""

    def __init__(self, url: str) -> None:
        self._where = urlsplit(url)
        self._name = f"{uuid4().hex}@{ROOMS}"
        self._inside: list[_Stream] = []

    async def hear(self, many: int, hearing: Callable[[int], Hear]) -> None:
        """The first makes the room; the others come in one after another."""
        for number in range(many):
            one = await self._enter()
            if number == 0:
                await one.ask(
                    f"<iq type='set' id='c' to='{self._name}'><query xmlns='http://jabber.org/protocol/muc#owner'>"
                    "<x xmlns='jabber:x:data' type='submit'/></query></iq>",
                    b"<iq",
                )
            one.hear = hearing(number)

    async def speaker(self) -> Say:
        """One more guest."""
        one, acknowledged = await self._enter(), Acknowledged()
        one.hear = acknowledged.heard

        async def say(text: str) -> None:
            known = acknowledged.expect(text)
            head = f"<message type='groupchat' to='{self._name}' id='{os.urandom(6).hex()}'>"
            one.transport.write(f"{head}<body>{text}</body></message>".encode())
            await known

        return say

    async def close(self) -> None:
        """Everybody leaves."""
        for one in self._inside:
            one.transport.close()

    async def _enter(self) -> _Stream:
        _, one = await asyncio.get_running_loop().create_connection(_Stream, self._where.hostname, self._where.port)
        await one.ask(STREAM, b"</stream:features>")
        await one.ask(GUEST, b"<success")
        await one.ask(STREAM, b"</stream:features>")
        await one.ask(BIND, b"</iq>")
        joined = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
        await one.ask(f"<presence to='{self._name}/{uuid4().hex}'>{joined}</presence>", b"<subject")
        self._inside.append(one)
        return one
