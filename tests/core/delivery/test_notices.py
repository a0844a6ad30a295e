"""The letter about an unread message: in each person's own time, once a thread, with not a word of it (U56, T1)."""

import pytest

from core.compose.words import Command, Order
from core.delivery import find as deliveries
from core.errors import Invalid
from core.messages import cursor, notify, tasks
from core.messages.conversations import of_patient, open_with_staff
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice import find, preferences
from tests.core.delivery.test_delivery import send

T1 = (
    "Hello Ben, a secure message is waiting for you in Latchkey. We do not put messages in emails, so that they stay "
    "private.\n\nSign in to read it: http://127.0.0.1:8000\n\nYou get this email because the message was not read for "
    "{minutes} minutes. You can change that in your settings."
)


def writes(store, who, to, text="Mrs Testwell rang"):
    thread = store.run(who, open_with_staff, to.actor.id)
    message = store.run(who, post, thread.id, Writing(Kind.INTERNAL, Direction.INTERNAL, text))
    store.run(who, notify.tell_colleagues, message)
    return message


def letters(network, name="ben"):
    return [one for one in network.to(f"{name}@elm.example") if one.subject == "You have a secure message"]


@pytest.mark.parametrize("minutes", [5, 15, 60])
def test_it_goes_when_the_person_wants_it_in_these_very_words(store, anna, ben, network, clock, minutes):
    store.run(ben, preferences.choose, undo_seconds=10, notify_minutes=minutes)
    writes(store, anna, ben)
    clock.forward(minutes=minutes, seconds=-1)
    assert letters(network) == []
    clock.forward(seconds=1)
    assert [one.text for one in letters(network)] == [T1.format(minutes=minutes)]


def test_it_never_goes_to_who_never_wants_it(store, anna, ben, network, clock):
    store.run(ben, preferences.choose, undo_seconds=0, notify_minutes=preferences.NEVER)
    writes(store, anna, ben)
    clock.forward(days=3)
    assert letters(network) == []


def test_about_some_kinds_it_does_not_go_and_about_the_next_kind_in_the_thread_it_does(
    store, anna, ben, network, clock
):
    """What waits unread without a letter does not keep the letter about a request back."""
    store.run(ben, preferences.choose, undo_seconds=10, notify_minutes=5, unmailed=["colleagues"])
    message = writes(store, anna, ben)
    clock.forward(minutes=20)
    assert letters(network) == [] and store.look(ben, notify.unread) == 1
    store.run(anna, tasks.hand_over, message.id, ben.actor.id)
    for _ in range(3):
        writes(store, anna, ben)  # a kind without a letter after it takes nothing back, however often
    clock.forward(minutes=20)
    assert len(letters(network)) == 1
    with pytest.raises(Invalid):
        store.run(ben, preferences.choose, undo_seconds=10, notify_minutes=5, unmailed=["everything"])


def test_a_kind_without_a_letter_in_between_lets_no_second_one_go(store, anna, ben, network, clock):
    """The pointer had forgotten by then that a letter went: what it pointed to last was of a kind without one."""
    store.run(ben, preferences.choose, undo_seconds=10, notify_minutes=5, unmailed=["colleagues"])

    def ask():
        store.run(anna, tasks.hand_over, writes(store, anna, ben).id, ben.actor.id)
        clock.forward(minutes=20)
        network.settle()
        writes(store, anna, ben)

    ask()
    ask()
    assert len(letters(network)) == 1
    last = writes(store, anna, ben)
    store.run(ben, cursor.advance, last.conversation_id, last.seq)
    ask()
    assert len(letters(network)) == 2


def test_a_thread_is_written_about_once_until_it_is_read_and_then_anew(store, anna, ben, network, clock):
    for _ in range(3):
        message = writes(store, anna, ben)
        clock.forward(minutes=20)
        network.settle()
    assert len(letters(network)) == 1
    store.run(ben, cursor.advance, message.conversation_id, message.seq)
    writes(store, anna, ben)
    clock.forward(minutes=20)
    assert len(letters(network)) == 2


@pytest.mark.parametrize("how", ["thread", "notification", "done"])
def test_what_was_read_meanwhile_is_not_written_about(store, anna, ben, network, clock, how):
    message = writes(store, anna, ben)
    clock.forward(minutes=14)
    pointer = store.look(ben, notify.listing)[0]
    if how == "thread":
        store.run(ben, cursor.advance, message.conversation_id, message.seq)
    else:
        store.run(ben, notify.read if how == "notification" else notify.done, pointer.id)
    clock.forward(hours=3)
    assert letters(network) == []


def test_a_letter_that_bounces_is_written_about_to_nobody(store, anna, ben, network, clock, amara, system):
    """The notice goes to an address that does not exist; nothing is said about that, and it is nobody's tick."""
    from sqlalchemy import update

    from core.practice.tables import StaffRow

    bounces = update(StaffRow).where(StaffRow.id == ben.actor.id).values(email="bounce@elm.example")
    store.run(system, lambda unit: unit.db.execute(bounces).rowcount)
    message = writes(store, anna, ben)
    before = {one.id for who in (anna, ben) for one in store.look(who, notify.listing)}
    for _ in range(3):
        clock.forward(hours=1)
        network.settle()
    assert len(network.to("bounce@elm.example")) == 1
    assert {one.id for who in (anna, ben) for one in store.look(who, notify.listing)} == before
    assert store.look(anna, deliveries.of_messages, [message.id]) == {}


def test_only_what_is_offered_can_be_chosen(store, ben):
    for undo, minutes in ((7, 15), (10, 0), (-1, 15), (10, 100_000)):
        with pytest.raises(Invalid):
            store.run(ben, preferences.choose, undo_seconds=undo, notify_minutes=minutes)
    store.run(ben, preferences.choose, undo_seconds=30, notify_minutes=60)
    member = store.look(ben, find.staff_member, ben.actor.id)
    assert (member.undo_seconds, member.notify_minutes) == (30, 60)


@pytest.mark.parametrize("seconds", preferences.UNDO)
def test_what_was_sent_waits_for_as_long_as_its_author_wants(store, anna, amara, network, clock, seconds):
    store.run(anna, preferences.choose, undo_seconds=seconds, notify_minutes=15)
    store.run(anna, of_patient, amara.id)
    send(store, anna, Order(Command.SMS, (amara.id,), "Hello"), hold=None)
    if seconds:
        clock.forward(seconds=seconds - 1)
        assert network.to("+447700900057") == []
        clock.forward(seconds=1)
    assert len(network.to("+447700900057")) == 1
