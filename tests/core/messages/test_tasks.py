"""Requests as work: asked, taken by one, done, passed on; listed by what is due."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from core.calendar import age
from core.errors import Invalid, NotFound
from core.messages import edit, find, leaver, notify, tasks, work
from core.messages.conversations import open_patient, open_with_staff
from core.messages.post import post
from core.messages.tasks import TaskOver, TaskTaken
from core.messages.words import TaskState
from core.messages.work import Whose
from core.practice.add import group_id
from core.practice.words import Role
from staffbot.task_words import notice
from tests.conftest import START, hire
from tests.core.messages.test_post import said

FRIDAY = START + timedelta(days=4)


@pytest.fixture
def everyone(store, anna):
    return store.look(anna, group_id, "everyone")


@pytest.fixture
def request_(store, anna, ben, carl, amara, everyone):
    """Anna asks everyone for a follow-up for Amara, until Friday."""
    return store.run(
        anna, tasks.ask, everyone, "Please book a follow-up", patient_id=amara.id, due_at=FRIDAY, client_id="c1"
    )


def texts(store, who, whose):
    return [one.text for one in store.look(who, work.listing, whose)]


def test_whoever_is_asked_is_notified_and_the_message_says_what_is_asked_of_whom(store, anna, ben, request_, everyone):
    (waiting,) = store.look(ben, notify.listing)
    assert waiting.message_id == request_.id and store.look(anna, notify.listing) == []
    seen = store.look(ben, find.message, request_.id).task
    assert (seen.state, seen.asked_by.name, seen.to.id, seen.due_at) == (
        TaskState.OPEN,
        "Anna Sample",
        everyone,
        FRIDAY,
    )
    again = store.run(
        anna, tasks.ask, everyone, "Please book a follow-up", patient_id=request_.patient_id, client_id="c1"
    )
    assert again.id == request_.id


def test_of_all_who_take_it_at_once_one_gets_it_and_the_others_are_told_who(store, practice, ben, carl, request_):
    crowd = [ben, carl, *(hire(store, practice, f"{name} Hand", Role.ASSISTANT) for name in ("Dora", "Emil"))]
    barrier = Barrier(len(crowd))

    def take(who):
        barrier.wait()
        try:
            return store.run(who, tasks.take, request_.id).task.holder.name
        except TaskTaken as taken:
            return taken

    with ThreadPoolExecutor(len(crowd)) as pool:
        said_ = list(pool.map(take, crowd))
    (winner,) = [one for one in said_ if isinstance(one, str)]
    assert {one.by for one in said_ if isinstance(one, TaskTaken)} == {winner}
    assert Counter(type(one) for one in said_)[TaskTaken] == len(crowd) - 1
    assert store.look(ben, find.message, request_.id).task.holder.name == winner
    assert store.look(ben, notify.listing) == []  # there is nothing to do any more, for nobody


def test_only_who_has_it_or_asked_ends_it_or_passes_it_on(store, anna, ben, carl, request_):
    store.run(ben, tasks.take, request_.id)
    for step in (tasks.take, tasks.done, tasks.put_back):
        with pytest.raises(TaskTaken) as taken:
            store.run(carl, step, request_.id)
        assert taken.value.by == "Ben Example"
    with pytest.raises(TaskTaken):
        store.run(carl, tasks.pass_on, request_.id, carl.actor.id)
    assert store.run(ben, tasks.done, request_.id).task.state is TaskState.DONE
    with pytest.raises(TaskOver) as over:
        store.run(carl, tasks.take, request_.id)
    assert over.value.by == "Ben Example"
    assert store.run(ben, tasks.done, request_.id).task.state is TaskState.DONE  # said twice
    assert store.run(ben, tasks.reopen, request_.id).task.holder.name == "Ben Example"
    assert store.run(anna, tasks.done, request_.id).task.holder.name == "Anna Sample"


def test_what_is_put_back_or_passed_on_is_open_again_for_whom_it_is_for(store, anna, ben, carl, request_):
    store.run(ben, tasks.take, request_.id)
    store.run(ben, tasks.put_back, request_.id)
    assert [one.message_id for one in store.look(carl, notify.listing)] == [request_.id]
    passed = store.run(carl, tasks.pass_on, request_.id, ben.actor.id)
    assert passed.id == request_.id and passed.task.to.name == "Ben Example" and passed.task.due_at == FRIDAY
    assert store.look(carl, notify.listing) == [] and len(store.look(ben, notify.listing)) == 1
    with pytest.raises(Invalid):
        store.run(ben, tasks.pass_on, request_.id, ben.actor.id)


def test_who_leaves_leaves_no_request_behind(store, anna, ben, carl, request_):
    """What they took is open for their group again, what was asked of them alone goes back to whoever asked (U89)."""
    alone = store.run(carl, tasks.ask, ben.actor.id, "Call the lab")
    store.run(ben, tasks.take, request_.id)
    assert store.look(anna, leaver.waiting_for, ben.actor.id) == 2
    assert store.run(anna, leaver.stop, ben.actor.id) == 2
    assert store.look(anna, leaver.waiting_for, ben.actor.id) == 0
    assert {one.message_id for one in store.look(carl, notify.listing)} == {request_.id, alone.id}
    back = store.look(carl, find.message, alone.id).task
    assert (back.state, back.to.name, back.holder) == (TaskState.OPEN, "Carl Dummy", None)
    assert store.run(carl, tasks.take, request_.id).task.holder.name == "Carl Dummy"
    assert store.run(carl, tasks.done, alone.id).task.state is TaskState.DONE


def test_what_was_taken_back_waits_for_nobody_and_goes_to_nobody_when_who_was_asked_leaves(store, anna, ben, carl):
    gone = store.run(carl, tasks.ask, ben.actor.id, "Call the lab")
    store.run(carl, edit.remove, gone.id)
    assert store.look(ben, work.waiting) == 0 and store.look(anna, leaver.waiting_for, ben.actor.id) == 0
    assert store.run(anna, leaver.stop, ben.actor.id) == 0
    assert store.look(carl, notify.listing) == []


def told(store, who):
    return [(one.sender.name, notice(one)) for one in store.look(who, notify.listing)]


def test_who_asked_is_told_what_became_of_it_and_by_whom(store, anna, ben, carl, request_):
    store.run(ben, tasks.take, request_.id)
    assert told(store, anna) == []
    store.run(ben, tasks.pass_on, request_.id, carl.actor.id)
    assert told(store, anna) == [("Ben Example", "Passed on to Carl Dummy: Please book a follow-up")]
    assert told(store, carl) == [("Ben Example", "Please book a follow-up")] and told(store, ben) == []
    store.run(carl, tasks.done, request_.id)
    assert told(store, anna) == [("Carl Dummy", "Done: Please book a follow-up")] and told(store, carl) == []
    (seen,) = store.look(anna, notify.listing)
    store.run(anna, notify.done, seen.id)
    store.run(carl, tasks.done, request_.id)  # said twice, told once
    assert told(store, anna) == []


def test_who_had_it_is_told_when_who_asked_ends_it_and_a_word_taken_back_is_told_no_more(store, anna, ben, request_):
    store.run(ben, tasks.take, request_.id)
    store.run(anna, tasks.done, request_.id)
    assert told(store, ben) == [("Anna Sample", "Done: Please book a follow-up")] and told(store, anna) == []
    store.run(anna, tasks.reopen, request_.id)
    assert told(store, ben) == []


def test_what_two_say_to_each_other_is_asked_anew_elsewhere_and_nobody_reads_the_rest(store, anna, ben, carl):
    private = store.run(anna, open_with_staff, ben.actor.id).id
    store.run(anna, post, private, said("Between us"))
    asked = store.run(anna, tasks.ask, ben.actor.id, "Call the lab", due_at=FRIDAY)
    anew = store.run(ben, tasks.pass_on, asked.id, carl.actor.id)
    assert anew.id != asked.id and (anew.text, anew.task.due_at) == ("Call the lab", FRIDAY)
    assert told(store, anna) == [("Ben Example", "Passed on to Carl Dummy: Call the lab")]
    before = store.look(anna, find.message, asked.id).task
    assert (before.state, before.to.name, before.holder.name) == (TaskState.PASSED, "Carl Dummy", "Ben Example")
    with pytest.raises(NotFound):
        store.look(carl, find.history, private)
    assert texts(store, carl, Whose.MINE) == ["Call the lab"] and texts(store, ben, Whose.MINE) == []


def test_any_message_of_colleagues_can_be_taken_on(store, anna, ben, amara):
    thread = store.run(anna, open_patient, amara.id).id
    message = store.run(anna, post, thread, said("Somebody should ring her"))
    taken = store.run(ben, tasks.take, message.id).task
    assert (taken.holder.name, taken.asked_by.name) == ("Ben Example", "Anna Sample")
    with pytest.raises(NotFound):
        store.run(ben, tasks.done, store.run(anna, post, thread, said("Nothing asked")).id)


def test_the_list_shows_late_work_first_then_what_is_due_then_the_oldest(
    store, clock, anna, ben, carl, amara, everyone
):
    for text, due in (("Old", None), ("Late", START + timedelta(hours=1)), ("Soon", FRIDAY)):
        store.run(anna, tasks.ask, everyone, text, patient_id=amara.id, due_at=due)
        clock.forward(minutes=1)
    store.run(anna, tasks.ask, ben.actor.id, "Yours")
    clock.forward(hours=2)
    assert texts(store, ben, Whose.GROUPS) == ["Late", "Soon", "Old"]
    assert [one.task.late for one in store.look(ben, work.listing, Whose.GROUPS)] == [True, False, False]
    assert texts(store, ben, Whose.MINE) == ["Yours"] and store.look(ben, work.waiting) == 4
    assert texts(store, carl, Whose.EVERYBODY) == ["Late", "Soon", "Old"]  # what two say to each other is theirs
    assert texts(store, anna, Whose.ASKED) == ["Late", "Soon", "Old", "Yours"]
    late = store.look(ben, work.listing, Whose.GROUPS)[0].id
    store.run(carl, tasks.take, late)
    assert store.look(ben, work.waiting) == 3 and texts(store, carl, Whose.MINE) == ["Late"]
    store.run(anna, edit.remove, late)
    assert texts(store, carl, Whose.MINE) == []


def test_another_practice_can_neither_be_asked_nor_see_anything(store, anna, tom, request_):
    for attempt in (
        lambda: store.run(tom, tasks.take, request_.id),
        lambda: store.run(tom, tasks.ask, anna.actor.id, "x"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert store.look(tom, work.listing, Whose.EVERYBODY) == [] and store.look(tom, work.waiting) == 0


@pytest.mark.parametrize(
    ("ago", "words"),
    [(0, "a moment"), (60, "a minute"), (150, "2 minutes"), (3_600, "an hour"), (90_000, "a day"), (200_000, "2 days")],
)
def test_an_age_is_said_in_one_unit(ago, words):
    assert age(START - timedelta(seconds=ago), START) == words


def test_a_message_is_handed_over_where_it_stands(store, anna, ben, carl, amara, everyone):
    thread = store.run(anna, open_patient, amara.id).id
    message = store.run(anna, post, thread, said("She rang twice"))
    asked = store.run(anna, tasks.hand_over, message.id, ben.actor.id)
    assert (asked.text, asked.quoted.id) == (tasks.SEE_TO_IT, message.id)
    assert store.run(ben, tasks.hand_over, asked.id, carl.actor.id).id == asked.id
    private = store.run(anna, post, store.run(anna, open_with_staff, ben.actor.id).id, said("Order gloves"))
    anew = store.run(ben, tasks.hand_over, private.id, everyone)
    assert (anew.text, anew.task.to.id) == (
        "Order gloves",
        everyone,
    ) and anew.conversation_id != private.conversation_id
