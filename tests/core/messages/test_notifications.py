"""Notifications: one row a thread until it is done, back again when undone, handed over to a colleague."""

import pytest
from sqlalchemy import event

from core.errors import Invalid, NotFound
from core.messages import cursor, find, notify, tasks
from core.messages.conversations import open_patient, open_with_staff
from core.messages.post import post
from tests.core.messages.test_post import said


def says(store, who, thread, text):
    message = store.run(who, post, thread, said(text))
    store.run(who, notify.tell_colleagues, message)
    return message


def waiting(store, who):
    return [(one.title, one.text, one.read_at is None) for one in store.look(who, notify.listing)]


def test_a_thread_is_one_row_whether_it_was_read_or_not_and_the_newest_stands_first(store, clock, anna, ben, carl):
    thread, other = (store.run(who, open_with_staff, ben.actor.id).id for who in (anna, carl))
    says(store, anna, thread, "One")
    clock.forward(minutes=1)
    says(store, carl, other, "Hello")
    clock.forward(minutes=1)
    says(store, anna, thread, "Two")
    assert waiting(store, ben) == [("Anna Sample", "Two", True), ("Carl Dummy", "Hello", True)]
    store.run(ben, cursor.advance, thread, 2)
    assert waiting(store, ben)[0] == ("Anna Sample", "Two", False)
    clock.forward(minutes=1)
    says(store, anna, thread, "Three")
    assert waiting(store, ben) == [("Anna Sample", "Three", True), ("Carl Dummy", "Hello", True)]


def test_what_is_done_comes_back_when_that_is_undone(store, anna, ben):
    thread = store.run(anna, open_with_staff, ben.actor.id).id
    says(store, anna, thread, "One")
    (pointer,) = store.look(ben, notify.listing)
    with pytest.raises(Invalid):
        store.run(ben, notify.reply, pointer.id, " \u200b", "1")
    store.run(ben, notify.done, pointer.id)
    assert waiting(store, ben) == []
    store.run(ben, notify.done, pointer.id, undo=True)
    assert waiting(store, ben) == [("Anna Sample", "One", False)]


def test_what_is_handed_over_is_done_for_one_and_waits_for_the_other(store, anna, ben, carl, amara):
    thread = store.run(anna, open_patient, amara.id).id
    message = says(store, anna, thread, "@Ben she rang twice")
    (pointer,) = store.look(ben, notify.listing)
    asked = store.run(ben, tasks.hand_on, pointer.id, carl.actor.id)
    assert (asked.quoted.id, asked.task.to.name) == (message.id, "Carl Dummy")
    assert waiting(store, ben) == [] and waiting(store, carl) == [("Amara Testwell", tasks.SEE_TO_IT, True)]
    with pytest.raises(NotFound):
        store.run(carl, tasks.hand_on, pointer.id, ben.actor.id)


def test_the_lists_ask_as_many_questions_for_many_as_for_one(store, clock, anna, ben, carl, amara, idris):
    asked = []
    event.listen(store.writer, "before_cursor_execute", lambda *call: asked.append(call[2]))

    def questions():
        asked.clear()
        store.run(ben, notify.listing)
        store.run(ben, find.conversations)
        return len(asked)

    says(store, anna, store.run(anna, open_patient, amara.id).id, "@Ben she rang")
    says(store, anna, store.run(anna, open_with_staff, ben.actor.id).id, "Both rang")
    one = questions()
    says(store, anna, store.run(anna, open_patient, idris.id).id, "@Ben he rang")
    says(store, ben, store.run(ben, open_with_staff, carl.actor.id).id, "Lunch?")
    assert questions() == one
    assert not any("staff.email" in question for question in asked)  # names of a few, never whole rows of everyone
    assert {title for title, _, _ in waiting(store, ben)} == {"Anna Sample", "Idris Placeholder", "Amara Testwell"}
