"""Servers that are measured, each a process of its own, and how sockets come in there."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import insert

from core.config import load
from core.messages.conversations import of_patient
from core.opening import open_store
from core.practice import doors, sessions
from core.practice.tables import StaffRow
from core.practice.words import Role
from core.store import Store, Unit, Who
from core.store.unit import SYSTEM
from core.web import csrf
from tests.bench.sockets import Hear, Socket
from tests.demo_process import Demo, free_port

EACH = 5  # sockets of one person


@dataclass(frozen=True)
class Server:
    """A server that runs: where, as which process, and how its receivers come in."""

    url: str
    pid: int
    people: list[tuple[str, str]]
    thread: str = ""

    def memory(self) -> float:
        """KiB that are its own."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        return next(float(line.split()[1]) for line in lines if line.startswith("Pss:"))

    def cpu(self) -> float:
        """Seconds of processor time so far, by its own clock (`clock_getcpuclockid`): `/proc` counts hundredths."""
        return time.clock_gettime(~self.pid << 3 | 2)

    async def socket(self, number: int, heard: Hear) -> Socket:
        """A receiver, greeted where the server wants that."""
        if not self.people:
            return await Socket.connect(self.url, heard)
        token, known = self.people[number // EACH]
        greeted = asyncio.get_running_loop().create_future()

        def hear(text: bytes) -> None:
            if greeted.done():
                heard(text)
            else:
                greeted.set_result(text)

        made = await Socket.connect(self.url, hear, [("Cookie", f"__Host-lk_s={token}")])
        made.send(json.dumps({"op": "hello", "ref": "hello", "csrf": known}))
        await asyncio.wait_for(greeted, 30)
        return made

    async def sockets(self, many: int, hearing: Callable[[int], Hear]) -> list[Socket]:
        """So many, twenty at a time."""
        opened: list[Socket] = []
        for first in range(0, many, 20):
            some = range(first, min(many, first + 20))
            opened += await asyncio.gather(*(self.socket(number, hearing(number)) for number in some))
        return opened

    def says(self, socket: Socket) -> Callable[[str], None]:
        """How a message is sent."""
        if not self.people:
            return socket.send
        return lambda text: socket.send(
            json.dumps(
                {"op": "message.send", "ref": "s", "conversation": self.thread, "text": text, "client_id": uuid4().hex}
            )
        )


def ours(demo: Demo, sockets: int, **places: str) -> Server:
    """The demonstration, with people enough for so many sockets; `places` says where its database and bus are."""
    store = open_store(load(demo.folder, demo=True, **places))
    practice = store.door(doors.every_practice)[0]
    system = Who(practice, SYSTEM)
    patient = UUID(demo.patient("Amara Testwell")["id"])
    people = [_person(store, system, number) for number in range(-(-sockets // EACH))]
    thread = store.run(system, of_patient, patient)
    store.close()
    assert demo.process
    return Server(demo.staff.replace("http", "ws") + "/ws", demo.process.pid, people, str(thread))


def _person(store: Store, system: Who, number: int) -> tuple[str, str]:
    """A colleague with a session, made without the work of a password: its cookie and its form token."""
    token = store.run(system, _hire, number)
    return token, csrf.token(store.seals(UUID(int=0)).mac_key(csrf.PURPOSE), token)


def _hire(unit: Unit, number: int) -> str:
    staff = unit.new_id()
    unit.db.execute(
        insert(StaffRow).values(
            practice_id=unit.practice_id, id=staff, email=f"bench{number}@willow.example", name=f"Bench {number}",
            title="", mobile="", role=Role.ASSISTANT, password="", active=True, undo_seconds=10, notify_minutes=15,
            created_at=unit.now,
        )
    )  # fmt: skip
    return sessions.start(unit, staff, "bench")[1]


@contextmanager
def floor(name: str, path: str) -> Iterator[Server]:
    """One of the servers of `floors.py`."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.floors", name, str(port)])
    try:
        server = Server(f"ws://127.0.0.1:{port}{path}", process.pid, [])
        asyncio.run(_answers(server))
        yield server
    finally:
        process.terminate()
        process.wait()


async def _answers(server: Server) -> None:
    for _ in range(200):
        try:
            (await Socket.connect(server.url, lambda _text: None)).transport.close()
            return
        except OSError:
            await asyncio.sleep(0.1)
