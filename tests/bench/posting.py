"""Posting a message, against one bare INSERT with the same durability."""

import sqlite3
import tempfile
from pathlib import Path

from core.messages.conversations import open_with_staff
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice import find
from tests.bench.practice import opened
from tests.bench.ratio import ratio
from tests.bench.table import Sizes, say

MANY = 100


def main(sizes: Sizes) -> None:
    """Say the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        store, who = opened(Path(folder))
        other = next(one for one in store.look(who, find.staff) if one.id != who.actor.id)
        thread = store.run(who, open_with_staff, other.id).id
        bare = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, body BLOB)")

        def ours() -> None:
            for _ in range(MANY):
                store.run(who, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "x" * 120))

        def floor() -> None:
            for _ in range(MANY):
                bare.execute("INSERT INTO message (body) VALUES (?)", (b"x" * 200,))

        say(f"posting a message, durable and sealed: {ratio(ours, floor, sizes.rounds):.1f} x one bare INSERT")
        store.close()
