"""Reminders: said once at their time, whoever says it, and never lost."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.audit.trail import said_after
from core.errors import Invalid, NotFound
from core.messages import find, notify, reminders
from core.practice.add import group_id
from tests.conftest import START

TWO = START + timedelta(hours=2)


def lines(store, who, conversation):
    return [one.text for one in store.look(who, find.history, conversation)]


def test_one_is_reminded_at_the_time_and_once_also_by_two_workers(store, clock, anna, ben):
    made = store.run(anna, reminders.remind_at, anna.actor.id, TWO, "call the lab", client_id="c1")
    store.run(anna, reminders.remind_at, anna.actor.id, TWO, "call the lab", client_id="c1")  # the same line again
    assert [entry["verb"] for entry in store.look(anna, lambda unit: list(said_after(unit, 0)))].count(
        "reminder made"
    ) == 1
    clock.forward(minutes=119)
    assert reminders.remind_due(store) == 0
    clock.forward(minutes=1)
    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(lambda _: reminders.remind_due(store), range(2))) == 1
    assert lines(store, anna, made.conversation_id) == ["Reminder: call the lab"]
    assert [one.text for one in store.look(anna, notify.listing)] == ["Reminder: call the lab"]
    assert store.look(anna, reminders.listing) == [] and store.look(ben, notify.listing) == []


def test_a_worker_that_dies_while_saying_it_loses_nothing(store, clock, anna, monkeypatch):
    made = store.run(anna, reminders.remind_at, anna.actor.id, TWO, "call the lab")
    clock.forward(hours=3)
    with monkeypatch.context() as dying:
        dying.setattr(reminders, "notify", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            reminders.remind_due(store)
    assert reminders.remind_due(store) == 1
    assert lines(store, anna, made.conversation_id) == ["Reminder: call the lab"]


def test_colleagues_and_groups_are_reminded_by_name_and_about_a_patient_in_their_thread(
    store, clock, anna, ben, carl, amara
):
    store.run(anna, reminders.remind_at, ben.actor.id, TWO, "bring the forms")
    everyone = store.look(anna, group_id, "everyone")
    about = store.run(anna, reminders.remind_at, everyone, TWO, "ring her", patient_id=amara.id)
    assert [one.text for one in store.look(ben, reminders.listing)] == ["bring the forms"]
    clock.forward(hours=2)
    assert reminders.remind_due(store) == 2
    assert {one.text for one in store.look(ben, notify.listing)} == {
        "Reminder from Anna Sample: bring the forms", "Reminder from Anna Sample: ring her",
    }  # fmt: skip
    assert lines(store, carl, about.conversation_id) == ["Reminder from Anna Sample: ring her"]


def test_it_is_called_off_by_whoever_made_it_or_whom_it_is_for(store, clock, anna, ben, carl, tom):
    made = store.run(anna, reminders.remind_at, ben.actor.id, TWO, "bring the forms")
    for stranger in (carl, tom):
        with pytest.raises(NotFound):
            store.run(stranger, reminders.call_off, made.id)
    store.run(ben, reminders.call_off, made.id)
    clock.forward(hours=3)
    assert reminders.remind_due(store) == 0
    with pytest.raises(Invalid):
        store.run(anna, reminders.remind_at, ben.actor.id, TWO, "  ")
    with pytest.raises(NotFound):
        store.run(tom, reminders.remind_at, ben.actor.id, TWO, "x")
