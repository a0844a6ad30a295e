"""No step of a patient's way reads what grows with the practice: every statement begins at rows of its own.

SQLite is asked how it would answer each of them where nothing was counted yet, as on the first day.
"""

import re
import sqlite3
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import event

from tests.attacks.codes import BY_HAND, NAVIGATION, ask, try_code
from tests.portal.visitor import wrong_one

SMALL = {"practice", "audit_head", "event_head", "circuit"}  # a row for a practice or a provider
STEP = re.compile(r"(SEARCH|SCAN) (\w+)(?:[^(]*\((.*)\))?")


def read_wholly(step: str) -> str:
    """The table of which a step of a plan reads all there is, or all of a practice; empty for none."""
    found = STEP.match(step)
    if not found or found[2] in SMALL or found[2] == "CONSTANT":
        return ""
    return found[2] if found[1] == "SCAN" or found[3] in (None, "practice_id=?") else ""


@contextmanager
def heard(store):
    """What the database is asked meanwhile: each statement with the values it came with first."""
    asked = {}

    def hear(_connection, _cursor, statement, values, _context, many):
        if statement.split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
            asked.setdefault(statement, values[0] if many else values)

    engines = (store.writer, store.reader, store._doors)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", hear)
    yield asked
    for engine in engines:
        event.remove(engine, "before_cursor_execute", hear)


def uncounted(file):
    """The tables of a database, and no row."""
    empty = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(file)) as known:
        for (made,) in known.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%sqlite%'"
        ):
            if "message_word_" not in made:  # come with the index of words
                empty.execute(made)
    return empty


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_patients_way_begins_at_its_own_rows(settings, store, guest, l1, network):
    with heard(store) as way:
        ask(guest, l1, **BY_HAND)
    code = network.code(l1.phone)
    with heard(store) as behind:
        assert try_code(guest, wrong_one(code)).status_code == 422
        assert try_code(guest, code).status_code == 303
        assert guest.get("/message", **NAVIGATION).status_code == 200
        assert guest.post("/message/reply", {"text": "Thank you"}).status_code == 303
        assert guest.post("/message/lock").status_code == 200
    asked = way | behind
    with closing(uncounted(settings.database.removeprefix("sqlite:///"))) as db:
        wholly = [
            f"{table}: {statement}"
            for statement, values in asked.items()
            for *_, step in db.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            if (table := read_wholly(step))
        ]
    assert not wholly, "\n".join(wholly)
    assert len(asked) > 60
