"""A room of Matrix's Synapse, by its client-server API; `SYNAPSE_SECRET` is its registration secret."""

import asyncio
import hashlib
import hmac
import json
import os
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

from tests.bench.rooms import Say
from tests.bench.sockets import Hear

LEAN = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "state": {"lazy_load_members": True},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
        "timeline": {"limit": 1000},
    },
}
SYNC = f"/_matrix/client/v3/sync?filter={quote(json.dumps(LEAN))}"


class _Line:
    """One HTTP connection that is kept, and who speaks on it."""

    def __init__(self, url: str) -> None:
        self._where = urlsplit(url)
        self.token = ""
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, body: object = None) -> bytes:
        """The answer's body. Raises `ConnectionError` for anything but 200."""
        if not self._streams:
            opened = await asyncio.open_connection(self._where.hostname, self._where.port, limit=1 << 24)
            self._streams = opened
        reader, writer = self._streams
        sent = json.dumps(body).encode() if body is not None else b""
        head = [f"{method} {path} HTTP/1.1", f"Host: {self._where.netloc}", f"Content-Length: {len(sent)}"]
        head += [f"Authorization: Bearer {self.token}"] if self.token else []
        writer.write("\r\n".join([*head, "", ""]).encode() + sent)
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        answer = await _body(reader, headers)
        if " 200 " not in status:
            raise ConnectionError(f"{method} {path.partition('?')[0]}: {status} {answer[:200].decode()}")
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    whole = b""
    while size := int(await reader.readline(), 16):
        whole += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return whole


class MatrixRoom:
    """A public room; the answer to a message is the acknowledgement, hearing is one long poll after the other."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._room = ""
        self._lines: list[_Line] = []
        self._polls: list[asyncio.Task[None]] = []

    async def hear(self, many: int, hearing: Callable[[int], Hear]) -> None:
        """The first makes the room."""
        for number in range(many):
            one = await self._enter()
            since = json.loads(await one.ask("GET", SYNC))["next_batch"]
            self._polls.append(asyncio.create_task(_poll(one, since, hearing(number))))

    async def speaker(self) -> Say:
        """One more member."""
        one = await self._enter()

        async def say(text: str) -> None:
            path = f"/_matrix/client/v3/rooms/{self._room}/send/m.room.message/{uuid4().hex}"
            await one.ask("PUT", path, {"msgtype": "m.text", "body": text})

        return say

    async def close(self) -> None:
        """Everybody leaves."""
        for poll in self._polls:
            poll.cancel()
        for one in self._lines:
            one.close()

    async def _enter(self) -> _Line:
        one = _Line(self._url)
        self._lines.append(one)
        one.token = await _register(one)
        if not self._room:
            made = json.loads(await one.ask("POST", "/_matrix/client/v3/createRoom", {"preset": "public_chat"}))
            self._room = quote(made["room_id"])
        else:
            await one.ask("POST", f"/_matrix/client/v3/join/{self._room}", {})
        return one


async def _register(one: _Line) -> str:
    """A new user's token, by the shared secret (Synapse's admin API)."""
    path = "/_synapse/admin/v1/register"
    nonce = json.loads(await one.ask("GET", path))["nonce"]
    name, secret = f"b{uuid4().hex}", os.environ.get("SYNAPSE_SECRET", "bench-secret")
    proof = hmac.new(secret.encode(), b"\0".join([nonce.encode(), name.encode(), b"pw", b"notadmin"]), hashlib.sha1)
    asked: dict[str, Any] = {"nonce": nonce, "username": name, "password": "pw", "admin": False}
    return str(json.loads(await one.ask("POST", path, {**asked, "mac": proof.hexdigest()}))["access_token"])


async def _poll(one: _Line, since: str, hear: Hear) -> None:
    while True:
        said = await one.ask("GET", f"{SYNC}&timeout=30000&since={since}")
        hear(said)
        since = json.loads(said)["next_batch"]
