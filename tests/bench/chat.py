"""The chat against a bare `websockets` broadcast that stores nothing, in the same run: sends and copies a second."""

import asyncio
import contextlib
import json
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from websockets.asyncio.server import broadcast, serve
from websockets.sync.client import connect

from tests.demo_process import Demo, free_port
from tests.screens import FAST
from tests.staffbot.colleague import Colleague

SENDS = 100
RECEIVERS = 16  # four people with four sockets each
ROUNDS = 5


def main() -> None:
    """Say sends and copies a second as ratios."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder) / "instance", settings=FAST).start()
        try:
            _compare(demo)
        finally:
            demo.stop()


def _compare(demo: Demo) -> None:
    people = [Colleague(demo, demo.user(role)) for role in ("owner", "admin", "practitioner", "assistant")]
    talks = [one.socket() for one in people for _ in range(RECEIVERS // len(people))]
    sender = talks[0]
    thread = sender.patient(demo.patient("Amara Testwell"))
    with bare_server(RECEIVERS) as sockets:
        ratios = []
        for _ in range(ROUNDS):
            ours, floor = _ours(sender, talks, thread), _bare(sockets)
            ratios.append((ours, floor, floor / ours))
    ours, floor, times = sorted(ratios, key=lambda one: one[2])[ROUNDS // 2]
    print(f"chat, {RECEIVERS} receivers: {SENDS / ours:.0f} durable sends/s, {SENDS * RECEIVERS / ours:.0f} copies/s")
    print(f"bare websockets broadcast: {SENDS / floor:.0f} sends/s, {SENDS * RECEIVERS / floor:.0f} copies/s")
    print(f"ratio of sends and copies a second: {times:.2f}")


def _ours(sender, talks, thread: str) -> float:
    start = time.perf_counter()
    for _ in range(SENDS):
        sender.ask("message.send", conversation=thread, text="x" * 120, client_id=uuid4().hex)
    for talk in talks:
        for _ in range(SENDS):
            talk.hear("message.created")
    return time.perf_counter() - start


def _bare(sockets) -> float:
    start = time.perf_counter()
    for number in range(SENDS):
        sockets[0].send(json.dumps({"op": "message.send", "ref": number, "text": "x" * 120}))
        while json.loads(sockets[0].recv()).get("ref") != number:
            continue
    for one in sockets[1:]:
        for _ in range(SENDS):
            json.loads(one.recv())
    return time.perf_counter() - start


@contextlib.contextmanager
def bare_server(receivers: int) -> Iterator[list]:
    """A server that answers by `broadcast` to all, and sockets to it."""
    port, ready = free_port(), threading.Event()
    loop = asyncio.new_event_loop()

    async def echo(ws) -> None:
        rooms.add(ws)
        async for text in ws:
            broadcast(rooms, text)

    async def run() -> None:
        async with serve(echo, "127.0.0.1", port, compression=None):
            ready.set()
            await asyncio.get_running_loop().create_future()

    rooms: set = set()
    threading.Thread(target=lambda: loop.run_until_complete(run()), daemon=True).start()
    ready.wait()
    sockets = [connect(f"ws://127.0.0.1:{port}", compression=None) for _ in range(receivers)]
    yield sockets
    for one in sockets:
        one.close()
