"""Pages and unread counts stay as quick however long a practice has talked (performance.md section 8, goals 18 and 19)."""

import tempfile
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, insert, select

from core.messages import cursor, find
from core.messages.conversations import of_patient
from core.messages.tables import ConversationRow, Member, MessageRow
from core.messages.words import ConversationKind
from core.patients.directory import directory
from core.store import Store, Unit, Who
from core.store.unit import SYSTEM
from tests.bench.practice import opened
from tests.bench.ratio import ratio
from tests.bench.table import Sizes, line
from tests.browser.test_long_conversation import AT_ONCE, fill

SHORT, LONG = 10_000, 100_000
TIMES = 20
TALKS, EACH = 200, 500  # conversations of one person and messages in each, half of them unread (goal 19)


def main(sizes: Sizes) -> None:
    """Say the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        store, who = opened(Path(folder))
        short, long = _threads(store, Who(who.practice_id, SYSTEM))
        page = ratio(lambda: _pages(store, who, long, LONG), lambda: _pages(store, who, short, SHORT), sizes.rounds)
        line(18, f"a page of 50 in {LONG:,} messages, to one in {SHORT:,}", page, most=1.5)
        store.run(who, _talks)
        count = ratio(lambda: store.look(who, _counted), lambda: store.look(who, cursor.unread), sizes.rounds)
        line(19, f"counting what is unread in {TALKS} conversations, to subtracting it", count, least=3)
        store.close()


def _threads(store: Store, system: Who) -> tuple[UUID, UUID]:
    known = store.look(system, directory).all()
    found = []
    for patient, many in zip(known[:2], (SHORT, LONG), strict=True):
        thread = store.run(system, of_patient, patient.id)
        begun = store.look(system, find.conversation, thread).last_seq
        for first in range(begun + 1, many + 1, AT_ONCE):
            store.run(system, fill, thread, first, min(AT_ONCE, many + 1 - first))
        found.append(thread)
    return found[0], found[1]


def _talks(unit: Unit) -> None:
    """Conversations of one person, in each of which half of the messages are unread."""
    ids = [unit.new_id() for _ in range(TALKS)]
    of_each = {"practice_id": unit.practice_id, "created_at": unit.now, "last_at": unit.now}
    threads = [
        {**of_each, "id": one, "kind": ConversationKind.GROUP, "key": f"group:{one}", "last_seq": 0} for one in ids
    ]
    unit.db.execute(insert(ConversationRow), threads)
    for one in ids:
        fill(unit, one, 1, EACH)
    mine = {"practice_id": unit.practice_id, "staff_id": unit.staff_id, "last_read_seq": EACH // 2}
    unit.db.execute(insert(Member), [{**mine, "conversation_id": one} for one in ids])


def _pages(store: Store, who: Who, thread: UUID, many: int) -> None:
    for step in range(TIMES):
        store.look(who, find.history, thread, before=many - step * (many // (TIMES + 1)))


def _counted(unit: Unit) -> dict[UUID, int]:
    """What it would cost to count: every unread message is looked at."""
    rows = unit.db.execute(
        select(Member.conversation_id, func.count())
        .join(
            ConversationRow,
            (ConversationRow.practice_id == Member.practice_id) & (ConversationRow.id == Member.conversation_id),
        )
        .join(
            MessageRow,
            (MessageRow.practice_id == Member.practice_id)
            & (MessageRow.conversation_id == Member.conversation_id)
            & (MessageRow.seq > Member.last_read_seq),
        )
        .where(Member.practice_id == unit.practice_id, Member.staff_id == unit.staff_id)
        .group_by(Member.conversation_id)
    )
    return {row[0]: row[1] for row in rows}
