"""Posting a message, against one bare INSERT with the same durability."""

import sqlite3
import tempfile
from pathlib import Path

from core.cli import demo_practice
from core.messages.conversations import open_with_staff
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.opening import open_store
from core.practice import doors, find
from core.store import Actor, ActorKind, Who
from core.store.migrate import upgrade
from core.store.unit import SYSTEM
from tests.bench.ratio import ratio
from tests.conftest import settings_in

MANY = 100


def main() -> None:
    """Say the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        upgrade(settings)
        demo_practice.seed(settings)
        store = open_store(settings)
        practice_id = store.door(doors.every_practice)[0]
        people = store.look(Who(practice_id, SYSTEM), find.staff)
        who = Who(practice_id, Actor(ActorKind.STAFF, people[0].id, people[0].role.value, people[0].name))
        thread = store.run(who, open_with_staff, people[1].id).id
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

        print(f"posting a message, durable and sealed: {ratio(ours, floor):.1f} x one bare INSERT")
        store.close()
