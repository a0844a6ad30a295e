"""Eight who send as fast as they are answered, twenty who hear: to a bare durable loop, and with a kill (goals 10, 24)."""

import asyncio
import json
import signal
import sqlite3
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median
from uuid import uuid4

from tests.bench.practice import demonstration
from tests.bench.servers import Server, ours
from tests.bench.table import Sizes, line, say
from tests.demo_process import Demo

SENDERS, RECEIVERS = 8, 20
SECONDS = 4.0
WORDS = "Mrs Testwell rang about her letter, please call her back after lunch on the number she left with us today"


def main(sizes: Sizes) -> None:
    """Say the ratio, and what became of what was acknowledged before the process was killed."""
    with demonstration() as demo, tempfile.TemporaryDirectory() as folder:
        served = ours(demo, RECEIVERS)
        pairs = [(len(asyncio.run(_flood(served))) / SECONDS, _bare(Path(folder))) for _ in range(min(3, sizes.rounds))]
        sends, floor = sorted(pairs, key=lambda pair: pair[0] / pair[1])[len(pairs) // 2]
        say(f"{SENDERS} senders, {RECEIVERS} receivers: {sends:.0f} durable sends/s; the floor: {floor:.0f}/s")
        line(10, "durable sends/s end to end, to a bare loop of commits with FTS5",
             median(ours / bare for ours, bare in pairs), least=0.25)  # fmt: skip
        said = asyncio.run(_flood(served, kill=demo))
        kept = _kept(demo.folder, served.thread)
        wrong = sum(kept[one] != 1 for one in said)
        say(f"killed in a flood: {len(said)} messages were acknowledged until then")
        line(24, "of these not in the database exactly once", wrong, most=0)


async def _flood(served: Server, kill: Demo | None = None) -> list[str]:
    """Client ids of everything that was acknowledged in time, or until the server was killed."""
    acknowledged: list[str] = []
    waiting: dict[int, str] = {}
    until = time.monotonic() + SECONDS
    opened = []

    def say_next(number: int) -> None:
        waiting[number] = client_id = uuid4().hex
        opened[number].send(
            json.dumps(
                {
                    "op": "message.send",
                    "ref": number,
                    "conversation": served.thread,
                    "text": WORDS,
                    "client_id": client_id,
                }
            )
        )

    def hearing(number: int):
        def hear(text: bytes) -> None:
            said = json.loads(text)
            if said.get("ref") == number and number in waiting:
                assert said["ok"], said
                acknowledged.append(waiting.pop(number))
                if time.monotonic() < until:
                    say_next(number)

        return hear

    opened += await served.sockets(RECEIVERS, hearing)
    until = time.monotonic() + SECONDS
    senders = range(0, RECEIVERS, RECEIVERS // SENDERS)
    for number in list(senders)[:SENDERS]:
        say_next(number)
    await asyncio.sleep(SECONDS / 2)
    if kill:
        kill.stop(signal.SIGKILL)
    await asyncio.sleep(SECONDS / 2)
    in_time = list(acknowledged)
    for one in opened:
        one.transport.close()
    await asyncio.sleep(0.5)
    return in_time


def _bare(folder: Path) -> float:
    """Durable messages a second of the floor of performance.md section 2: the conversation's counter, the row with its
    number and a unique key, an index of words by a trigger; a commit each, nothing else done."""
    bare = sqlite3.connect(folder / "bare.db", isolation_level=None)
    bare.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "CREATE TABLE IF NOT EXISTS conversation (id INTEGER PRIMARY KEY, last_seq INTEGER);"
        "CREATE TABLE IF NOT EXISTS message (id INTEGER PRIMARY KEY, conversation INTEGER, seq INTEGER,"
        " client TEXT UNIQUE, body TEXT, UNIQUE (conversation, seq));"
        "CREATE VIRTUAL TABLE IF NOT EXISTS word USING fts5(body, content='message', content_rowid='id');"
        "CREATE TRIGGER IF NOT EXISTS enter AFTER INSERT ON message BEGIN"
        " INSERT INTO word (rowid, body) VALUES (new.id, new.body); END;"
        "INSERT OR IGNORE INTO conversation VALUES (1, 0);"
    )
    count, until = 0, time.monotonic() + SECONDS / 2
    while time.monotonic() < until:
        bare.execute("BEGIN IMMEDIATE")
        raised = "UPDATE conversation SET last_seq = last_seq + 1 WHERE id = 1 RETURNING last_seq"
        (seq,) = bare.execute(raised).fetchone()
        written = "INSERT INTO message (conversation, seq, client, body) VALUES (1, ?, ?, ?)"
        bare.execute(written, (seq, uuid4().hex, WORDS))
        bare.execute("COMMIT")
        count += 1
    bare.close()
    return count / (SECONDS / 2)


def _kept(folder: Path, thread: str) -> Counter[str]:
    """How often each client id stands in the database; the numbers of the thread must have no gap."""
    with sqlite3.connect(folder / "latchkey.db") as db:
        rows = db.execute(
            "SELECT client_id, seq FROM message WHERE conversation_id = ? ORDER BY seq", (thread.replace("-", ""),)
        ).fetchall()
    assert [seq for _, seq in rows] == list(range(1, len(rows) + 1))
    return Counter(client_id for client_id, _ in rows if client_id)
