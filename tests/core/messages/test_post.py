"""Messages: numbered without gaps, once, seen by whom they are for, sealed."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from core.errors import Forbidden, Invalid, NotFound
from core.messages import attention, cursor, edit, find, notify, tasks
from core.messages.attention import Quiet
from core.messages.conversations import of_patient, open_group, open_patient, open_with_staff
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice.add import group_id
from core.store import Who
from core.store.unit import SYSTEM


def said(text: str, **more) -> Writing:
    return Writing(Kind.INTERNAL, Direction.INTERNAL, text, **more)


def test_a_message_to_a_colleague_is_seen_by_both_and_by_nobody_else(store, anna, ben, carl):
    thread = store.run(anna, open_with_staff, ben.actor.id)
    store.run(anna, post, thread.id, said("Coffee?"))
    assert [one.text for one in store.look(ben, find.history, thread.id)] == ["Coffee?"]
    with pytest.raises(NotFound):
        store.look(carl, find.history, thread.id)
    for client_id in ("", "carls"):
        with pytest.raises(NotFound):
            store.run(carl, post, thread.id, said("Me too", client_id=client_id))
    assert store.look(anna, find.conversation, thread.id).last_seq == 1


def test_both_open_the_same_thread_whoever_comes_first(store, anna, ben):
    assert store.run(anna, open_with_staff, ben.actor.id).id == store.run(ben, open_with_staff, anna.actor.id).id


def test_numbers_are_dense_also_when_many_write_at_once(store, anna, amara):
    thread = store.run(anna, open_patient, amara.id)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: store.run(anna, post, thread.id, said(f"note {n}")), range(40)))
    page = store.look(anna, find.history, thread.id, limit=100)
    assert [one.seq for one in page] == list(range(1, 41))


def test_the_same_client_id_twice_is_one_message(store, anna, amara):
    thread = store.run(anna, open_patient, amara.id)
    first = store.run(anna, post, thread.id, said("Once", client_id="c1"))
    again = store.run(anna, post, thread.id, said("Once", client_id="c1"))
    assert first.id == again.id
    assert len(store.look(anna, find.history, thread.id)) == 1
    other = store.run(anna, post, thread.id, said("Twice", client_id="c2"))
    assert store.look(anna, find.conversation, thread.id).read_up_to == other.seq == 2


def test_unread_is_what_others_wrote_since_one_looked(store, anna, ben):
    thread = store.run(anna, open_with_staff, ben.actor.id)
    for text in ("One", "Two", "Three"):
        store.run(anna, post, thread.id, said(text))
    assert store.look(ben, cursor.unread) == {thread.id: 3}
    assert store.look(anna, cursor.unread) == {}
    assert store.run(ben, cursor.advance, thread.id, 2) == 1
    assert store.run(ben, cursor.advance, thread.id, 1) == 1  # never back


def test_pages_go_back_by_number(store, anna, amara):
    thread = store.run(anna, open_patient, amara.id)
    for n in range(7):
        store.run(anna, post, thread.id, said(str(n)))
    newest = store.look(anna, find.history, thread.id, limit=3)
    older = store.look(anna, find.history, thread.id, before=newest[0].seq, limit=3)
    assert [one.text for one in older + newest] == ["1", "2", "3", "4", "5", "6"]


def test_an_empty_message_is_refused_and_nothing_is_numbered(store, anna, amara):
    thread = store.run(anna, open_patient, amara.id)
    with pytest.raises(Invalid):
        store.run(anna, post, thread.id, said("  \n "))
    assert store.look(anna, find.conversation, thread.id).last_seq == 0


def test_a_group_hears_and_each_member_is_notified_once_a_thread(store, anna, ben, carl, system):
    everyone = store.run(anna, lambda unit: open_group(unit, group_id(unit, "everyone")))
    for text in ("Fire drill on Friday", "At ten"):
        message = store.run(anna, post, everyone.id, said(text))
        store.run(anna, notify.tell_colleagues, message)
    for colleague in (ben, carl):
        assert [one.text for one in store.look(colleague, notify.listing)] == ["At ten"]
    assert store.look(anna, notify.listing) == []


def test_a_reply_inside_the_notification_goes_to_the_thread_and_back_to_the_sender(store, anna, ben):
    thread = store.run(anna, open_with_staff, ben.actor.id)
    message = store.run(anna, post, thread.id, said("Could you ring?"))
    store.run(anna, notify.tell_colleagues, message)
    pointer = store.look(ben, notify.listing)[0]
    store.run(ben, notify.reply, pointer.id, "Yes", "r1")
    assert store.look(anna, notify.listing)[0].text == "Yes"
    assert store.look(ben, notify.listing)[0].read_at is not None
    with pytest.raises(NotFound):
        store.run(anna, notify.reply, pointer.id, "Not mine", "r2")


def test_who_muted_a_thread_is_notified_only_by_name(store, anna, ben):
    thread = store.run(anna, open_with_staff, ben.actor.id).id
    store.run(ben, attention.mute, thread, Quiet.ALWAYS)
    for text, waiting in (("Lunch?", []), ("@Ben, it is about Ada", ["@Ben, it is about Ada"])):
        store.run(anna, notify.tell_colleagues, store.run(anna, post, thread, said(text)))
        assert [one.text for one in store.look(ben, notify.listing)] == waiting


def test_what_a_message_costs_the_database_does_not_grow_with_who_hears_it(store, anna, ben, carl):
    """A statement for each kind of row, never one for each person (performance.md section 7)."""
    pair = store.run(anna, open_with_staff, ben.actor.id).id
    everyone = store.run(anna, lambda unit: open_group(unit, group_id(unit, "everyone"))).id

    def tell(unit, thread):
        notify.tell_colleagues(unit, post(unit, thread, said("Coffee?", client_id=str(thread))))

    asked = []
    event.listen(store.writer, "before_cursor_execute", lambda *call: asked.append(call[2]))
    for thread in (pair, everyone):
        asked.append("NEXT")
        store.run(anna, tell, thread)
    verbs = " ".join(one.split()[0] for one in asked if not one.startswith(("BEGIN", "SAVEPOINT", "RELEASE")))
    _, few, many = map(str.split, verbs.split("NEXT"))
    assert few == many
    assert len(few) <= (11 if store.grouped else 7), few


def test_a_message_read_by_itself_is_as_in_its_page_and_a_new_one_is_one_question(store, anna, ben, amara):
    """Every process that did not write it reads it, to pass it on."""
    thread = store.run(anna, open_patient, amara.id).id
    first = store.run(anna, post, thread, said("Who rings her?", client_id="a")).id
    answer = store.run(ben, post, thread, said("I do, @Anna", reply_to=first)).id
    system = Who(anna.practice_id, SYSTEM)
    asked = []
    event.listen(store.reader, "before_cursor_execute", lambda *call: asked.append(call[2]))
    alone = store.look(system, find.message, first)
    assert len([one for one in asked if one.startswith("SELECT")]) == 1, asked
    assert (alone.text, alone.author.name, alone.reactions, alone.task) == ("Who rings her?", anna.actor.name, (), None)

    store.run(ben, edit.react, first, "👍", True)
    store.run(ben, tasks.take, first)
    for who in (system, anna):
        page = store.look(anna, find.history, thread)
        assert [store.look(who, find.message, one) for one in (first, answer)] == page
    assert [reacted.mark for reacted in page[0].reactions] == ["👍"]
    assert page[0].task.holder.name == ben.actor.name


def test_about_a_patient_only_who_is_named_is_notified(store, anna, ben, carl, amara):
    thread = store.run(anna, open_patient, amara.id)
    message = store.run(anna, post, thread.id, said("@Ben her letter is ready"))
    store.run(anna, notify.tell_colleagues, message)
    assert len(store.look(ben, notify.listing)) == 1
    assert store.look(carl, notify.listing) == []


def test_only_ones_own_words_among_colleagues_can_be_changed(store, anna, ben):
    thread = store.run(anna, open_with_staff, ben.actor.id)
    message = store.run(anna, post, thread.id, said("Tommorow"))
    assert store.run(anna, edit.edit, message.id, "Tomorrow").edited_at is not None
    with pytest.raises(Forbidden):
        store.run(ben, edit.edit, message.id, "Never")
    assert store.run(anna, edit.remove, message.id).text == ""


def test_another_practice_sees_nothing(store, anna, amara, tom):
    thread = store.run(anna, of_patient, amara.id)
    message = store.run(anna, post, thread, said("Only ours"))
    for question, thing in ((find.history, thread), (find.message, message.id), (find.conversation, thread)):
        with pytest.raises(NotFound):
            store.look(tom, question, thing)
    with pytest.raises(NotFound):
        store.run(tom, open_patient, amara.id)
    with pytest.raises(NotFound):
        store.run(Who(tom.practice_id, anna.actor), post, thread, said("Forged"))


def test_everyone_who_may_hear_hears_in_order(store, anna, amara, heard):
    thread = store.run(anna, open_patient, amara.id)
    for n in range(3):
        store.run(anna, post, thread.id, said(str(n)))
    created = [event for event in heard if event.name == "message.created"]
    assert [event.data["seq"] for event in created] == [1, 2, 3]
    assert [event.seq for event in created] == sorted(event.seq for event in created)
    assert all("text" not in event.data for event in created)  # ids cross the bus, never words
