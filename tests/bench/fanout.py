"""One message to many sockets, with the durable commit, against servers that store nothing (goals 1 to 5, 23, 24)."""

import asyncio
import time
from dataclasses import dataclass
from statistics import median

from tests.bench.practice import demonstration
from tests.bench.servers import Server, floor, ours
from tests.bench.sockets import Ledger
from tests.bench.table import Sizes, line, say

FEW = 100
MESSAGES = 30


@dataclass(frozen=True)
class Seen:
    """What one run of one server showed; times in seconds, memory in KiB."""

    last: float
    cpu: float
    connects: float
    memory: float
    wrong: int


def main(sizes: Sizes) -> None:
    """Say the ratios."""
    with demonstration() as demo, floor("broadcast", "/") as bare, floor("naive", "/ws") as naive:
        _table(ours(demo, max(FEW, sizes.sockets)), bare, naive, sizes)


def _table(served: Server, bare: Server, naive: Server, sizes: Sizes) -> None:
    many = sizes.sockets
    # What a server gave back after one round it takes again in the next without asking the system for it.
    empty = {server.pid: server.memory() for server in (served, bare, naive)}
    runs: dict[str, list[Seen]] = {"ours": [], "bare": [], "naive": [], "few": []}
    for _ in range(sizes.rounds):
        for name, server, sockets in (
            ("ours", served, many), ("bare", bare, many), ("naive", naive, many), ("few", served, FEW),
        ):  # fmt: skip
            runs[name].append(asyncio.run(_run(server, sockets, empty[server.pid])))

    def ratio(what: str, one: str, other: str) -> float:
        return median(getattr(a, what) / getattr(b, what) for a, b in zip(runs[one], runs[other], strict=True))

    say(f"{many} sockets, {MESSAGES} messages of 120 bytes, {sizes.rounds} rounds in turn; medians of paired ratios")
    line(1, "send to last copy, with the commit, to websockets.broadcast", ratio("last", "ours", "bare"), most=1.1)
    line(2, "server CPU a copy, to websockets.broadcast", ratio("cpu", "ours", "bare"), most=0.9)
    line(3, "server CPU a copy, to a naive flask-sock loop", ratio("cpu", "ours", "naive"), most=0.6)
    line(4, f"a copy at {many} sockets to one at {FEW}", ratio("cpu", "ours", "few"), most=2)
    line(5, "memory of an idle socket, to websockets", ratio("memory", "ours", "bare"), most=4)
    line(23, "sockets opened and greeted a second, to websockets", ratio("connects", "ours", "bare"), least=0.3)
    wrong = sum(one.wrong for some in runs.values() for one in some)
    line(24, "lost, twice or out of order, in all runs of the fan-out", wrong, most=0)


async def _run(server: Server, many: int, empty: float) -> Seen:
    ledger = Ledger(many)
    start = time.perf_counter()
    opened = await server.sockets(many, ledger.hearing)
    connected = time.perf_counter() - start
    await asyncio.sleep(0.5)
    memory = (server.memory() - empty) / many
    send = server.says(opened[0])
    for number in range(3):
        await ledger.round(number, send)
    ledger.last.clear()
    cpu, copies = server.cpu(), ledger.copies
    for number in range(3, 3 + MESSAGES):
        await ledger.round(number, send)
    used = (server.cpu() - cpu) / max(1, ledger.copies - copies)
    for one in opened:
        one.transport.close()
    await asyncio.sleep(1)
    return Seen(median(ledger.last), used, many / connected, memory, ledger.lost + ledger.twice + ledger.disorder)
