"""A membership has a beginning: whoever comes to a group sees what is said from then on, and nothing from before."""

from datetime import timedelta

import pytest

from core.audit.trail import said_after
from core.delivery import emergency
from core.errors import NotFound
from core.messages import attention, cursor, edit, files, find, groups, newcomer, notify, reminders, tasks, work
from core.messages.conversations import open_group
from core.messages.post import post
from core.messages.search import Wanted, search
from core.messages.words import Direction, Kind, TaskState, Writing
from core.messages.work import Whose
from core.practice.words import Role
from staffbot.live.hub import Hub
from tests.conftest import START, hire
from tests.listening import Listening


def said(words, **more):
    return Writing(Kind.INTERNAL, Direction.INTERNAL, words, **more)


@pytest.fixture
def desk(store, anna, ben, carl):
    """A group of Ben and Carl."""
    return store.run(anna, groups.make, "desk", {ben.actor.id, carl.actor.id})


@pytest.fixture
def say(store):
    def say(who, thread, words, **more):
        message = store.run(who, post, thread, said(words, **more))
        store.run(who, notify.tell_colleagues, message)
        return message

    return say


def texts(found):
    return [one.text for one in found]


@pytest.mark.s("S61", "S52")
def test_who_writes_to_a_group_sees_nothing_of_what_was_said_there_before(store, anna, ben, desk, clock, say):
    thread = store.run(ben, open_group, desk.id).id
    secret = say(ben, thread, "A secret plum")
    file = store.run(ben, files.store_upload, "plum.txt", "text/plain", b"plum", uploaded_by=ben.actor.id)
    say(ben, thread, "With a file of plums", attachments=(file.id,))
    clock.forward(days=2)
    assert store.run(anna, open_group, desk.id).unread == 0
    mine = say(anna, thread, "A plum for you")
    answer = say(ben, thread, "About the plan @anna", reply_to=secret.id)

    assert texts(store.look(anna, find.history, thread)) == [mine.text, answer.text]
    assert not store.look(anna, find.history, thread, before=mine.seq)
    assert texts(store.look(anna, find.history, thread, after=0)) == [mine.text, answer.text]
    assert [one.message.text for one in store.look(anna, search, Wanted("plum")).hits] == [mine.text]
    assert [one.message.text for one in store.look(anna, search, Wanted("plum", thread)).hits] == [mine.text]
    assert store.look(anna, find.day_starts, thread, START - timedelta(days=1)) == mine.seq
    assert store.look(anna, find.message, answer.id).quoted is None
    assert store.look(ben, find.message, answer.id).quoted.text == secret.text
    for doing in ((find.message, secret.id), (edit.react, secret.id, "👍", True), (edit.before, secret.id)):
        with pytest.raises(NotFound):
            store.run(anna, *doing)
    with pytest.raises(NotFound):
        store.run(anna, post, thread, said("Which plan?", reply_to=secret.id))
    with pytest.raises(NotFound):
        store.look(anna, find.message, store.look(anna, files.message_of, file.id))

    assert store.run(anna, attention.unread_from, thread, 1).unread == 2
    assert store.run(anna, cursor.advance, thread, 99) == 0
    (notice,) = store.look(anna, notify.listing)
    assert notice.message_id == answer.id
    readers = {one.person.id: one for one in store.look(ben, find.readers, thread)}
    assert readers[anna.actor.id].sees_after == mine.seq - 1 and readers[ben.actor.id].sees_after == 0


@pytest.mark.attack("E11")
def test_who_was_taken_out_and_writes_again_sees_neither_what_was_before_nor_what_was_between(
    store, anna, ben, carl, desk, say
):
    thread = store.run(carl, open_group, desk.id).id
    asked = store.run(carl, tasks.ask, desk.id, "Order plums")
    store.run(anna, groups.gather, desk.id, {ben.actor.id})
    between = say(ben, thread, "While Carl is away")
    assert not store.look(carl, notify.listing) and not store.look(carl, work.listing, Whose.ASKED)
    store.run(ben, tasks.done, asked.id)
    with pytest.raises(NotFound):  # what becomes of his own request does not let him in again
        store.look(carl, find.conversation, thread)

    store.run(carl, open_group, desk.id)
    mine = say(carl, thread, "Am I still in?")
    assert texts(store.look(carl, find.history, thread)) == [mine.text]
    assert store.look(carl, find.last_messages, [store.look(carl, find.conversation, thread)])[thread].id == mine.id
    for hidden in (asked, between):
        with pytest.raises(NotFound):
            store.look(carl, find.message, hidden.id)


def test_who_comes_to_a_group_without_being_put_there_stands_in_the_trail_and_among_its_readers(
    store, anna, ben, carl, desk
):
    def joined():
        said = store.look(anna, lambda unit: list(said_after(unit, 0)))
        return [entry["actor_id"] for entry in said if entry["verb"] == "group joined"]

    thread = store.run(carl, open_group, desk.id).id
    assert joined() == [], "its members were put there"
    for _ in range(2):
        store.run(anna, open_group, desk.id)
    assert joined() == [str(anna.actor.id)]
    assert anna.actor.id in {one.person.id for one in store.look(ben, find.readers, thread)}


def test_who_is_put_into_a_group_sees_it_from_then_on_and_who_was_always_in_it_all_of_it(store, anna, ben, carl, say):
    desk = store.run(anna, groups.make, "desk", {ben.actor.id})
    thread = store.run(ben, open_group, desk.id).id
    first = say(ben, thread, "Before")
    old = store.run(ben, tasks.ask, desk.id, "An old request")
    store.run(anna, groups.gather, desk.id, {ben.actor.id, carl.actor.id})
    assert store.look(carl, find.conversation, thread).unread == 0
    assert store.look(carl, find.last_messages, [store.look(carl, find.conversation, thread)]) == {}
    last = say(ben, thread, "After")
    assert texts(store.look(carl, find.history, thread)) == ["After"]
    assert texts(store.look(ben, find.history, thread)) == ["Before", "An old request", "After"]
    assert store.look(carl, work.waiting) == 0 and not store.look(carl, work.listing, Whose.EVERYBODY)
    assert store.look(ben, find.who_see, first) == {ben.actor.id}

    anew = store.run(ben, tasks.pass_on, old.id, carl.actor.id)
    assert anew.conversation_id != thread and store.look(carl, find.message, anew.id).text == "An old request"
    assert store.look(ben, find.message, old.id).task.state is TaskState.PASSED
    assert texts(store.look(carl, find.history, thread)) == [last.text]


def test_who_is_named_in_a_group_comes_with_that_message(store, anna, ben, carl, desk, say):
    thread = store.run(ben, open_group, desk.id).id
    say(ben, thread, "Between us")
    call = say(carl, thread, "@anna what do you think?")
    assert texts(store.look(anna, find.history, thread)) == [call.text]
    assert store.look(anna, find.conversation, thread).unread == 1


def test_a_colleague_who_began_later_follows_everyone_from_their_first_day(store, anna, practice, clock, say):
    everyone = next(one for one in store.look(anna, groups.practice.groups) if one.name == "everyone")
    thread = store.run(anna, open_group, everyone.id).id
    say(anna, thread, "Before her time")
    clock.forward(days=1)
    dora = hire(store, practice, "Dora Newly", Role.ASSISTANT)
    clock.forward(hours=1)
    say(anna, thread, "Welcome")
    store.run(anna, open_group, everyone.id)
    assert texts(store.look(dora, find.history, thread)) == ["Welcome"]
    assert store.look(dora, find.conversation, thread).unread == 1


def test_a_newcomer_hears_what_is_said_to_everyone_before_anybody_opens_it(store, anna, clock, say):
    everyone = next(one for one in store.look(anna, groups.practice.groups) if one.name == "everyone")
    thread = store.run(anna, open_group, everyone.id).id
    say(anna, thread, "Before her time")
    clock.forward(days=1)
    dora = store.run(anna, newcomer.invite, email="dora@willow.example", name="Dora Newly", role="assistant")
    message = say(anna, thread, "Welcome")
    assert store.look(anna, find.audience, thread)[dora.id] == message.seq - 1


def test_a_reminder_to_a_group_lets_its_author_see_nothing_older(store, anna, ben, desk, clock, say):
    thread = store.run(ben, open_group, desk.id).id
    say(ben, thread, "Before")
    store.run(anna, reminders.remind_at, desk.id, START + timedelta(hours=1), "Water the plums")
    clock.forward(hours=2)
    reminders.remind_due(store)
    assert texts(store.look(anna, find.history, thread)) == ["Reminder from Anna Sample: Water the plums"]


def test_the_whole_of_it_is_read_in_an_emergency_as_by_one_who_is_not_in_it(store, anna, ben, desk, say):
    thread = store.run(ben, open_group, desk.id).id
    say(ben, thread, "Before")
    store.run(anna, open_group, desk.id)
    assert thread in [one.id for one in store.look(anna, emergency.closed)]
    store.run(anna, emergency.break_in, thread, "A complaint is looked into")
    assert "Before" in texts(store.run(anna, emergency.reading, thread).messages)


@pytest.mark.s("S61")
def test_the_socket_tells_who_came_later_nothing_of_what_was_there_before(store, heard, anna, ben, desk, say):
    thread = store.run(ben, open_group, desk.id).id
    before = say(ben, thread, "Before")
    store.run(anna, open_group, desk.id)
    hub, start = Hub(store), len(heard)
    sockets = {who.actor.id: Listening(who) for who in (anna, ben)}
    for one in sockets.values():
        hub.join(one)
    store.run(ben, edit.edit, before.id, "Before, put right")
    say(ben, thread, "After", reply_to=before.id)
    for event in heard[start:]:
        hub.hear(event)
    assert b"put right" in b"".join(sockets[ben.actor.id].written)
    told = b"".join(sockets[anna.actor.id].written)
    assert b"After" in told and b"put right" not in told and b'"quoted":null' in told
    again = [hub.told(sockets[anna.actor.id], event) for event in heard if event.name.startswith("message.")]
    assert [data["text"] for data in again if data] == ["After"]
