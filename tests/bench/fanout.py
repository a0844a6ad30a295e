"""One message to many sockets, with the durable commit, against servers that store nothing (performance.md section 8)."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
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
from tests.bench.sockets import Ledger, Socket
from tests.demo_process import Demo, free_port
from tests.screens import FAST

FEW, MANY = 100, int(os.environ.get("LATCHKEY_BENCH_SOCKETS", "500"))
EACH = 5  # sockets of one person
ROUNDS = 5
MESSAGES = 30


@dataclass(frozen=True)
class Seen:
    """What one run of one server showed; times in seconds, memory in KiB."""

    last: float
    cpu: float
    connects: float
    memory: float
    wrong: int


@dataclass(frozen=True)
class Server:
    """A server that runs: where, as which process, and how its receivers come in."""

    url: str
    pid: int
    people: list[tuple[str, str]]
    thread: str = ""

    async def socket(self, number: int, ledger: Ledger) -> Socket:
        """A receiver, greeted where the server wants that."""
        if not self.people:
            return await Socket.connect(self.url, ledger.hearing(number))
        token, known = self.people[number // EACH]
        heard = ledger.hearing(number)
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

    def says(self, socket: Socket):
        """How a message is sent."""
        if not self.people:
            return socket.send
        return lambda text: socket.send(
            json.dumps(
                {"op": "message.send", "ref": "s", "conversation": self.thread, "text": text, "client_id": uuid4().hex}
            )
        )


def main() -> None:
    """Say the table."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Demo(Path(folder) / "instance", settings=FAST).start()
        try:
            with floor("broadcast", "/") as bare, floor("naive", "/ws") as naive:
                _table(_ours(demo), bare, naive)
        finally:
            demo.stop()


def _table(ours: Server, bare: Server, naive: Server) -> None:
    runs: dict[str, list[Seen]] = {"ours": [], "bare": [], "naive": [], "few": []}
    for _ in range(ROUNDS):
        for name, server, many in (
            ("ours", ours, MANY), ("bare", bare, MANY), ("naive", naive, MANY), ("few", ours, FEW),
        ):  # fmt: skip
            runs[name].append(asyncio.run(_run(server, many)))

    def ratio(what: str, one: str, other: str) -> float:
        return median(getattr(a, what) / getattr(b, what) for a, b in zip(runs[one], runs[other], strict=True))

    print(f"{MANY} sockets, {MESSAGES} messages of 120 bytes, {ROUNDS} rounds in turn; medians of paired ratios")
    _line(1, "send to last copy, with the commit, to websockets.broadcast", "<= 1.1", ratio("last", "ours", "bare"))
    _line(2, "server CPU a copy, to websockets.broadcast", "<= 0.9", ratio("cpu", "ours", "bare"))
    _line(3, "server CPU a copy, to a naive flask-sock loop", "<= 0.6", ratio("cpu", "ours", "naive"))
    _line(4, f"a copy at {MANY} sockets to one at {FEW}", "<= 2", ratio("cpu", "ours", "few"))
    _line(5, "memory of an idle socket, to websockets", "<= 4", ratio("memory", "ours", "bare"))
    _line(23, "sockets opened and greeted a second, to websockets", ">= 0.3", ratio("connects", "ours", "bare"))
    _line(
        24,
        "lost, twice or out of order, in all runs",
        "0",
        float(sum(one.wrong for some in runs.values() for one in some)),
    )


def _line(number: int, what: str, goal: str, now: float) -> None:
    print(f"{number:>3}  {what:<62} goal {goal:<7} now {now:.2f}")


async def _run(server: Server, many: int) -> Seen:
    ledger = Ledger(many)
    before, start = _memory(server.pid), time.perf_counter()
    opened: list[Socket] = []
    for first in range(0, many, 20):
        opened += await asyncio.gather(*(server.socket(n, ledger) for n in range(first, min(many, first + 20))))
    connected = time.perf_counter() - start
    await asyncio.sleep(0.5)
    memory = max(1.0, _memory(server.pid) - before) / many
    send = server.says(opened[0])
    for number in range(3):
        await ledger.round(number, send)
    ledger.last.clear()
    cpu, copies = _cpu(server.pid), ledger.copies
    for number in range(3, 3 + MESSAGES):
        await ledger.round(number, send)
    used = (_cpu(server.pid) - cpu) / max(1, ledger.copies - copies)
    for one in opened:
        one.transport.close()
    await asyncio.sleep(1)
    return Seen(median(ledger.last), used, many / connected, memory, ledger.lost + ledger.twice + ledger.disorder)


def _ours(demo: Demo) -> Server:
    store = open_store(load(demo.folder, demo=True))
    practice = store.door(doors.every_practice)[0]
    system = Who(practice, SYSTEM)
    patient = UUID(demo.patient("Amara Testwell")["id"])
    people = [_person(store, system, number) for number in range(MANY // EACH)]
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


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _cpu(pid: int) -> float:
    spent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")
