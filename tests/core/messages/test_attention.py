"""A conversation as each person keeps it: pinned, muted, unread again, mentioned in; and what was said before."""

from datetime import timedelta

import pytest

from core.errors import Forbidden, NotFound
from core.messages import attention, cursor, edit, find, notify
from core.messages.attention import Quiet
from core.messages.conversations import open_patient, open_with_staff
from core.messages.mentions import names_in
from core.messages.post import post
from core.patients import record
from tests.conftest import person
from tests.core.messages.test_post import said


@pytest.fixture
def thread(store, anna, ben):
    return store.run(anna, open_with_staff, ben.actor.id).id


def test_pins_and_mutes_are_each_persons_own(store, anna, ben, thread):
    assert store.run(anna, attention.pin, thread, True).pinned
    assert not store.look(ben, find.conversation, thread).pinned
    assert not store.run(anna, attention.pin, thread, False).pinned


@pytest.mark.parametrize(
    ("quiet", "still", "over"),
    [
        (Quiet.HOUR, timedelta(minutes=59), timedelta(minutes=61)),
        (Quiet.TOMORROW, timedelta(hours=20), timedelta(hours=22)),  # it is ten o'clock; until seven tomorrow
        (Quiet.OFF, None, timedelta(0)),
        (Quiet.ALWAYS, timedelta(days=3_000), None),
    ],
)
def test_a_muted_conversation_is_heard_again_when_its_time_is_over(store, clock, anna, thread, quiet, still, over):
    store.run(anna, attention.mute, thread, quiet)
    began = clock.at
    if still is not None:
        clock.at = began + still
        assert store.look(anna, find.conversation, thread).muted
    if over is not None:
        clock.at = began + over
        assert not store.look(anna, find.conversation, thread).muted


def test_what_is_marked_unread_is_unread_until_it_is_read_again(store, anna, ben, thread):
    for text in ("One", "Two", "Three"):
        store.run(anna, post, thread, said(text))
    store.run(ben, cursor.advance, thread, 3)
    assert store.run(ben, attention.unread_from, thread, 2).unread == 2
    assert store.look(ben, cursor.unread) == {thread: 2}
    assert store.run(ben, cursor.advance, thread, 3) == 0


def test_patients_of_whom_nothing_was_heard_lately_come_a_page_at_a_time(store, anna, ben, tom, system, clock):
    add = [store.run(system, record.add, **person(name, "Quiet")) for name in ("Ada", "Bea", "Cem", "Dan", "Eva")]
    threads = [store.run(anna, open_patient, one.id).id for one in add]
    for place, thread in enumerate(threads):
        clock.forward(minutes=place != 2)  # the second and the third at the same moment
        store.run(anna, post, thread, said("Hello"))
    seen, behind = [], None
    while page := [one.id for one in store.look(ben, find.earlier, behind, 2)]:
        assert len(page) <= 2
        seen, behind = seen + page, page[-1]
    same = sorted(threads[1:3], reverse=True)
    assert seen == [threads[4], threads[3], *same, threads[0]]
    assert store.look(tom, find.earlier) == []
    with pytest.raises(NotFound):
        store.look(tom, find.earlier, threads[0])


def test_who_is_named_sees_it_in_the_list_until_it_is_read(store, anna, ben, carl, amara):
    thread = store.run(anna, open_patient, amara.id).id
    message = store.run(anna, post, thread, said("@Ben please ring her"))
    assert message.mentions == ("Ben",)
    store.run(anna, notify.tell_colleagues, message)
    assert store.look(ben, find.conversation, thread).mentioned
    assert not store.look(carl, find.conversation, thread).mentioned
    store.run(ben, cursor.advance, thread, message.seq)
    assert not store.look(ben, find.conversation, thread).mentioned


@pytest.mark.parametrize(
    ("text", "called"),
    [("@anna hello", ("anna",)), ("@Anna Sample, hello", ("Anna Sample",)), ("@Annabel", ()), ("x@anna", ()),
     ("(@Ben) and @Ben", ("Ben",)), ("no one", ())],
)  # fmt: skip
def test_names_are_called_in_full_or_by_first_name_and_never_by_a_piece(text, called):
    assert names_in(text, ("Anna Sample", "Anna", "Ben")) == called


def test_everybody_of_a_conversation_is_known_to_have_read_up_to_somewhere(store, anna, ben, thread):
    store.run(anna, post, thread, said("One"))
    store.run(anna, post, thread, said("Two"))
    store.run(ben, cursor.advance, thread, 1)
    found = {one.person.name: one.up_to for one in store.look(anna, find.readers, thread)}
    assert found == {"Anna Sample": 2, "Ben Example": 1}


def test_an_answer_quotes_what_it_answers_and_only_from_the_same_conversation(store, anna, ben, carl, thread):
    first = store.run(anna, post, thread, said("Could you ring Mrs Dummy?"))
    reply = store.run(ben, post, thread, said("Done", reply_to=first.id))
    assert reply.quoted and reply.quoted.text == "Could you ring Mrs Dummy?"
    assert store.look(anna, find.message, reply.id).quoted == reply.quoted
    other = store.run(anna, open_with_staff, carl.actor.id).id
    with pytest.raises(NotFound):
        store.run(anna, post, other, said("Look", reply_to=first.id))


def test_what_a_message_said_before_is_kept_for_those_with_the_right(store, anna, ben, thread):
    message = store.run(ben, post, thread, said("Tusday"))
    store.run(ben, edit.edit, message.id, "Tuesday")
    store.run(ben, edit.remove, message.id)
    assert store.look(anna, find.message, message.id).text == ""
    assert [one.text for one in store.run(anna, edit.before, message.id)] == ["Tusday", "Tuesday"]
    with pytest.raises(Forbidden):
        store.run(ben, edit.before, message.id)


def test_a_day_is_found_by_halving(store, clock, anna, thread):
    for day in range(20):
        for text in ("morning", "noon", "evening"):
            store.run(anna, post, thread, said(f"{text} {day}"))
            clock.forward(hours=8)
    began = clock.at - timedelta(days=20)
    assert store.look(anna, find.day_starts, thread, began + timedelta(days=7)) == 22
    assert store.look(anna, find.day_starts, thread, began - timedelta(days=7)) == 1
    assert store.look(anna, find.day_starts, thread, clock.at) is None
