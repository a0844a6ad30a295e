"""Search: by words, person, kind and day, only what one may see, and nothing readable in the index."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import delete, text

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.days import written_day
from core.errors import Invalid
from core.messages import edit
from core.messages.conversations import open_patient, open_with_staff
from core.messages.indexing import enter_all
from core.messages.post import post
from core.messages.search import Wanted, query, search
from core.messages.tables import MessageEntry
from core.messages.words import Direction, Kind, Writing
from core.practice.words import Role
from tests.conftest import START, hire


def said(words: str) -> Writing:
    return Writing(Kind.INTERNAL, Direction.INTERNAL, words)


@pytest.fixture
def thread(store, anna, amara):
    about = store.run(anna, open_patient, amara.id).id
    for words in ("The insurance letter came", "Müller rang about the Garage", "Another insurance form"):
        store.run(anna, post, about, said(words))
    return about


def texts(store, who, words="", **more):
    return [hit.message.text for hit in store.look(who, search, Wanted(words, **more)).hits]


@pytest.mark.parametrize(
    ("words", "found"),
    [("insurance", ["Another insurance form", "The insurance letter came"]), ("insur lett", ["The insurance letter came"]),
     ("INSURANCE form", ["Another insurance form"]), ("muller", ["Müller rang about the Garage"]),
     ("garáge", ["Müller rang about the Garage"]), ("surance", []), ("insurance garage", [])],
)  # fmt: skip
def test_words_are_found_by_their_beginnings_whatever_case_and_accents(store, anna, thread, words, found):
    assert texts(store, anna, words) == found


def test_only_what_one_may_see_is_found(store, anna, ben, carl):
    thread = store.run(anna, open_with_staff, ben.actor.id).id
    store.run(anna, post, thread, said("A secret surprise"))
    assert texts(store, ben, "surprise") == ["A secret surprise"]
    assert texts(store, carl, "surprise") == []


def test_other_words_are_found_after_an_edit_and_none_once_taken_back(store, anna, thread):
    message = store.run(anna, post, thread, said("Wensday at noon"))
    store.run(anna, edit.edit, message.id, "Wednesday at noon")
    assert (texts(store, anna, "wensday"), texts(store, anna, "wednesday")) == ([], ["Wednesday at noon"])
    store.run(anna, edit.remove, message.id)
    assert texts(store, anna, "wednesday") == []


def test_a_direct_message_is_found_by_patient_and_kind_but_not_by_its_words(store, anna, amara, idris):
    for person in (amara, idris):
        draft = store.run(anna, prepare, Order(Command.DIRECT, (person.id,), "Your biopsy is fine"))
        store.run(anna, confirm, draft.id, hold=0)
    assert texts(store, anna, "biopsy") == []
    assert texts(store, anna, kinds=frozenset({Kind.DIRECT}), patient_id=amara.id) == ["Your biopsy is fine"]


@pytest.mark.s("S100")
def test_a_form_is_found_as_one_and_is_no_direct_message_also_from_before_that_was_kept(store, anna, amara, thread):
    for text_, form in (("Your report", None), ("PHQ-9", {"title": "PHQ-9"})):
        writing = Writing(Kind.DIRECT, Direction.OUTBOUND, text_, own_key=True, form=form)
        store.run(anna, post, thread, writing)

    def by_kind():
        direct, forms = {"kinds": frozenset({Kind.DIRECT})}, {"forms": True}
        return [texts(store, anna, patient_id=amara.id, **one) for one in (forms, direct, forms | direct)]

    found = [["PHQ-9"], ["Your report"], ["PHQ-9", "Your report"]]
    assert by_kind() == found
    with store.writer.begin() as db:
        db.execute(text("UPDATE message_entry SET form = NULL"))
    assert by_kind() == [[], ["PHQ-9", "Your report"], ["PHQ-9", "Your report"]]
    assert enter_all(store) == 0
    assert by_kind() == found


def test_by_author_and_by_day(store, anna, ben, amara, clock, thread):
    clock.forward(days=2)
    store.run(ben, post, thread, said("Insurance again"))
    assert texts(store, anna, "insurance", author_id=ben.actor.id) == ["Insurance again"]
    assert len(texts(store, anna, "insurance", until=datetime.combine(START, START.timetz()))) == 0
    assert texts(store, anna, "insurance", since=clock.at) == ["Insurance again"]


def test_pages_follow_one_another_without_gaps(store, anna, thread):
    for number in range(60):
        store.run(anna, post, thread, said(f"invoice {number}"))
    first = store.look(anna, search, Wanted("invoice"))
    second = store.look(anna, search, Wanted("invoice", before=first.more))
    assert [hit.message.text for hit in first.hits + second.hits] == [f"invoice {n}" for n in reversed(range(60))]
    assert second.more is None


def test_a_next_page_begins_at_a_message_never_at_a_number_that_all_practices_count(
    store, anna, thread, trial_practice
):
    """Else whoever searches twice knows how much others write in between."""
    first, gone, last = (store.run(anna, post, thread, said(f"invoice {number}")) for number in range(3))
    before = lambda one: texts(store, anna, "invoice", before=one)  # noqa: E731
    assert before(last.id) == ["invoice 1", "invoice 0"] and before(first.id) == []
    mine = (MessageEntry.practice_id == anna.practice_id, MessageEntry.message_id == gone.id)
    store.run(anna, lambda unit: unit.db.execute(delete(MessageEntry).where(*mine)) and None)
    assert before(gone.id) == ["invoice 0"] and before(UUID(int=0)) == []
    stranger = hire(store, trial_practice, "Sue Stranger", Role.OWNER)
    assert store.look(stranger, search, Wanted("invoice", before=last.id)).hits == ()


def test_nothing_asked_is_refused(store, anna, thread):
    with pytest.raises(Invalid):
        store.look(anna, search, Wanted("  "))


def test_messages_from_before_the_index_are_entered_once(store, anna, thread):
    with store.writer.begin() as db:
        db.execute(text("DELETE FROM message_entry"))
    assert texts(store, anna, "insurance") == []
    assert enter_all(store) == 3
    assert enter_all(store) == 0
    assert texts(store, anna, "insurance") == ["Another insurance form", "The insurance letter came"]


def test_the_index_holds_no_word(store, anna, thread, settings):
    with store.reader.connect() as db:
        if store.grouped:
            held = db.execute(text("SELECT block FROM message_word_data")).scalars().all()
            assert b"insurance" not in b"".join(held)
        else:
            assert "insurance" not in str(db.execute(text("SELECT words FROM message_entry")).scalars().all())


def test_the_database_answers_from_its_index(store, anna, thread):
    def plan(unit):
        asked = query(unit, Wanted("insurance")).compile(unit.db, compile_kwargs={"literal_binds": True})
        if store.grouped:
            return " ".join(row[-1] for row in unit.db.execute(text(f"EXPLAIN QUERY PLAN {asked}")))
        unit.db.execute(text("SET LOCAL enable_seqscan = off"))
        return " ".join(row[0] for row in unit.db.execute(text(f"EXPLAIN {asked}")))

    found = store.look(anna, plan)
    if store.grouped:
        assert "VIRTUAL TABLE INDEX" in found and "SEARCH message_entry USING" in found
        assert "SCAN message_entry" not in found and "TEMP B-TREE" not in found
    else:
        assert "Seq Scan on message_entry" not in found and "Index" in found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("2026-03-01", (2026, 3, 1)), ("1/3", (2027, 3, 1)), ("1 mar 2026", (2026, 3, 1)), ("24.12.", (2026, 12, 24)),
     ("yesterday", (2026, 11, 22)), ("friday", (2026, 11, 27)), ("monday", (2026, 11, 30)), ("31/2", None), ("soon", None)],
)  # fmt: skip
def test_days_are_read_as_people_write_them(typed, meant):
    found = written_day(typed, START.date())
    assert (found and (found.year, found.month, found.day)) == meant
