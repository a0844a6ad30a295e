"""Search over many messages: a common word against a rare one, and what looking only where one may costs (goal 20)."""

import itertools
import tempfile
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import insert, text

from core.ids import new_id
from core.messages.body import Body, seal_body
from core.messages.indexing import tokens
from core.messages.search import Wanted, query, search
from core.messages.tables import Member
from core.store import Store, Unit, Who
from core.store.statistics import count
from tests.bench.practice import opened
from tests.bench.ratio import ratio, seconds
from tests.bench.table import Sizes, line, say

AT_ONCE = 50_000
THREADS, MINE = 1_000, 200
COMMON, MEDIUM, RARE = "letter", "insurance", "zebra"  # every fifth, every two hundredth, a hundred and fifty in all
OTHERS = ("called", "booked", "asked", "sent", "waits", "back")


def main(sizes: Sizes) -> None:
    """Say the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        store, who = opened(Path(folder))
        threads = [new_id() for _ in range(THREADS)]
        store.run(who, _join, threads[:MINE])
        took = seconds(lambda: _fill_all(store, who, threads, sizes.messages))
        count(store)  # as the worker does every hour
        say(f"search over {sizes.messages:,} messages in {THREADS:,} conversations, {MINE} of them mine ({took:.0f} s)")

        def look(word: str) -> None:
            store.look(who, search, Wanted(word))

        line(20, "newest 50 with a common word, to a rare one",
             ratio(lambda: look(COMMON), lambda: look(RARE), sizes.rounds), most=5)  # fmt: skip
        line(20, "a common word where I may look, to the index alone",
             ratio(lambda: store.look(who, _where_i_may), lambda: store.look(who, _anywhere), sizes.rounds),
             most=8)  # fmt: skip
        for word in (COMMON, MEDIUM, RARE):
            say(f"{word}: {seconds(lambda word=word: look(word)) * 1e3:.1f} ms, opened and with its context")
        store.close()


def _where_i_may(unit: Unit) -> None:
    for _ in range(10):
        unit.db.execute(query(unit, Wanted(COMMON))).all()


def _anywhere(unit: Unit) -> None:
    asked = {"asked": f'"{tokens(unit, [COMMON])[0]}"'}
    for _ in range(10):
        found = "SELECT rowid FROM message_word WHERE message_word MATCH :asked ORDER BY rowid DESC LIMIT 51"
        unit.db.execute(text(found), asked).all()


def _join(unit: Unit, threads: list[UUID]) -> None:
    rows = [{"practice_id": unit.practice_id, "staff_id": unit.staff_id, "conversation_id": one} for one in threads]
    unit.db.execute(insert(Member), rows)


def _fill_all(store: Store, who: Who, threads: list[UUID], many: int) -> None:
    for first in range(0, many, AT_ONCE):
        store.run(who, _fill, threads, first, min(AT_ONCE, many - first), max(1, many // 150))


def _fill(unit: Unit, threads: list[UUID], first: int, count: int, rare_every: int) -> None:
    """Straight into the tables, as `post` would have left them; messages of all conversations mixed."""
    practice, at = unit.practice_id.hex, (unit.now - timedelta(days=30)).replace(tzinfo=None).isoformat(" ")
    spelled = {
        word: tokens(unit, [word[:end] for end in range(3, len(word) + 1)]) for word in (COMMON, MEDIUM, RARE, *OTHERS)
    }
    other = itertools.cycle(OTHERS)
    messages, entries, words = [], [], []
    for number in range(first + 1, first + count + 1):
        said = [next(other), next(other)]
        said += [COMMON] * (number % 5 == 0) + [MEDIUM] * (number % 200 == 0) + [RARE] * (number % rare_every == 0)
        thread, seq, message = threads[number % THREADS], number // THREADS + 1, new_id()
        sealed = seal_body(unit, message, thread, None, Body(" ".join(said)), own=False)
        messages.append((practice, thread.hex, seq, message.hex, sealed, at))
        entries.append((practice, 1_000_000 + number, message.hex, thread.hex, seq, at))
        words.append((1_000_000 + number, " ".join(token for word in said for token in spelled[word])))
    for statement, rows in (
        ("INSERT INTO message (practice_id, conversation_id, seq, id, kind, direction, body, files, created_at)"
         " VALUES (?, ?, ?, ?, 'internal', 'internal', ?, 0, ?)", messages),
        ("INSERT INTO message_entry (practice_id, number, message_id, conversation_id, seq, kind, created_at)"
         " VALUES (?, ?, ?, ?, ?, 'internal', ?)", entries),
        ("INSERT INTO message_word (rowid, tok) VALUES (?, ?)", words),
    ):  # fmt: skip
        unit.db.exec_driver_sql(statement, rows)
