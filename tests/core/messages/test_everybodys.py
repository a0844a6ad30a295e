"""What a patient writes and nobody opens in time is everybody's, until somebody opens or answers it."""

import pytest

from core.delivery.inbound import Text, take_text
from core.messages import cursor, find, notify
from core.messages.conversations import of_patient, open_patient
from core.messages.everybodys import make_everybodys
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from tests.core.messages.test_post import said


@pytest.fixture
def thread(store, system, anna, ben, carl, amara):
    """Amara has texted; Anna, of the group admin, is notified."""
    store.run(system, take_text, Text("+447700900001", amara.mobile, "Am I late?"))
    return store.run(system, of_patient, amara.id)


def on_top(store, who):
    return [one.id for one in store.look(who, find.conversations) if one.everybodys]


def pointed_to(store, who, reason_text="Am I late?"):
    return [one.text for one in store.look(who, notify.listing)].count(reason_text)


def test_after_the_open_time_it_is_everybodys_once(store, clock, heard, anna, ben, carl, thread):
    assert pointed_to(store, anna) == 1 and pointed_to(store, carl) == 0
    clock.forward(minutes=119)
    assert make_everybodys(store) == 0 and on_top(store, carl) == []
    clock.forward(minutes=1)
    assert make_everybodys(store) == 1 and make_everybodys(store) == 0
    for who in (anna, ben, carl):
        assert on_top(store, who) == [thread] and pointed_to(store, who) == 1
    assert [one.data["everybodys"] for one in heard if one.name == "conversation.updated"] == [True]


@pytest.mark.parametrize("how", ["opens", "answers", "replies in the notification", "is done with it"])
def test_whoever_opens_or_answers_it_takes_it_off_everybodys_list(store, clock, heard, anna, ben, carl, thread, how):
    clock.forward(hours=2)
    make_everybodys(store)
    pointer = store.look(ben, notify.listing)[0].id
    match how:
        case "opens":
            store.run(ben, cursor.advance, thread, 1)
        case "answers":
            store.run(ben, post, thread, Writing(Kind.SMS, Direction.OUTBOUND, "No, come along"))
        case "replies in the notification":
            store.run(ben, notify.reply, pointer, "I ring her", "c1")
        case "is done with it":
            store.run(ben, notify.done, pointer)
    assert on_top(store, anna) == on_top(store, carl) == []
    assert pointed_to(store, carl) == 0
    assert [one.data["everybodys"] for one in heard if one.name == "conversation.updated"] == [True, False]
    clock.forward(hours=48)
    assert make_everybodys(store) == 0


def test_what_was_opened_in_time_stays_whose_it_is_and_a_note_from_elsewhere_opens_nothing(
    store, clock, system, anna, ben, carl, amara, thread
):
    store.run(anna, cursor.advance, thread, 1)
    clock.forward(hours=3)
    assert make_everybodys(store) == 0
    store.run(system, take_text, Text("+447700900001", amara.mobile, "Hello?"))
    store.run(carl, post, store.run(carl, open_patient, amara.id).id, said("About something else"))
    clock.forward(hours=3)
    assert make_everybodys(store) == 1 and on_top(store, ben) == [thread]
