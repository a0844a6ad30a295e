"""A question by ids looks them up, however many messages a practice has."""

import pytest
from sqlalchemy import insert, select

from core.ids import new_id
from core.messages.conversations import of_patient
from core.messages.tables import MessageRow
from core.store.statistics import count

MANY = 3_000
ASKED = 50


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_once_its_rows_were_counted_a_practices_messages_are_looked_up_by_their_ids(settings, store, anna, amara):
    thread = store.run(anna, of_patient, amara.id)
    store.run(anna, lambda unit: unit.db.execute(insert(MessageRow), list(messages(unit, thread))))
    with store.reader.connect() as open_already:
        assert "PRIMARY KEY (practice_id=?)" in plan(open_already)
        count(store)
        assert "uq_message_id (practice_id=? AND id=?)" in plan(open_already)
    count(store)  # and again, an hour later
    with store.reader.connect() as later:
        assert "uq_message_id (practice_id=? AND id=?)" in plan(later)


def messages(unit, thread):
    for seq in range(1, MANY + 1):
        yield {
            "practice_id": unit.practice_id,
            "conversation_id": thread,
            "seq": seq,
            "id": unit.new_id(),
            "kind": "internal",
            "direction": "internal",
            "body": b"",
            "created_at": unit.now,
        }


def plan(connection) -> str:
    """How SQLite would answer the question."""
    ids = [new_id() for _ in range(ASKED)]
    asked = select(MessageRow.body).where(MessageRow.practice_id == new_id(), MessageRow.id.in_(ids))
    words = asked.compile(connection, compile_kwargs={"literal_binds": True})
    connection.exec_driver_sql(str(words))  # whoever asks finds out first that the tables were counted
    found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}").all()
    connection.rollback()
    return str(found)
