"""Texts and letters for later: planned, changed, called off, and checked again when they go."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from core.compose import held, scheduled
from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.later import offer
from core.compose.words import Command, NotThen, Order, Undecided
from core.delivery import credits
from core.errors import Forbidden, NotFound
from core.messages import find, notify, reminders
from core.messages.conversations import of_patient
from core.patients import record
from core.practice import staff
from core.practice.tables import PracticeRow
from core.practice.words import Plan

MOBILE = "+447700900057"


def draft(store, who, person, text="tomorrow 9am See you at 11", command=Command.SMS, subject=""):
    later = store.look(who, offer, command, [person.id], text, subject)
    return store.run(who, prepare, Order(command, (person.id,), text, subject=subject, later=later))


def offered(made):
    return next(one.facts["at"] for one in made.warnings if one.code == "when")


def plan(store, who, person, **more):
    return store.run(who, scheduled.plan, draft(store, who, person, **more).id, {})[0]


def test_a_time_in_front_is_an_offer_that_somebody_decides(store, anna, amara, network, clock):
    made = draft(store, anna, amara)
    offer = next(one for one in made.warnings if one.code == "when").facts
    assert (offer["front"], offer["segments"], offer["credits"]) == ("tomorrow 9am ", 1, 1)
    with pytest.raises(Undecided):
        store.run(anna, confirm, made.id)
    store.run(anna, confirm, made.id, hold=0, decided={"when": "words"})
    assert [one.text for one in network.to(MOBILE)] == ["tomorrow 9am See you at 11"]
    planned = plan(store, anna, amara)
    assert (planned.text, f"{planned.at:%d %H:%M}", planned.name) == ("See you at 11", "24 09:00", "Amara Testwell")
    clock.forward(hours=22)
    assert len(network.to(MOBILE)) == 1
    clock.forward(hours=1)
    assert [one.text for one in network.to(MOBILE)] == ["See you at 11", "tomorrow 9am See you at 11"]
    assert store.look(anna, scheduled.listing) == []


def test_an_emails_time_stands_before_its_subject(store, anna, amara, network, clock):
    planned = plan(store, anna, amara, text="Use the rear gate", command=Command.EMAIL, subject="in 2 hours Parking")
    assert (planned.subject, planned.text, planned.credits) == ("Parking", "Use the rear gate", 0)
    clock.forward(hours=2)
    assert network.to("amara@example.org")[0].subject == "Parking"


def test_credits_are_held_from_the_plan_on_and_spent_once(store, anna, amara, network, clock):
    plan(store, anna, amara)
    assert (store.look(anna, credits.balance), store.look(anna, credits.held)) == (99, 1)
    clock.forward(hours=23)
    network.settle()
    assert (store.look(anna, credits.balance), store.look(anna, credits.held)) == (99, 0)


def test_a_plan_is_changed_and_called_off_by_its_author_or_an_admin_only(store, anna, ben, carl, amara, network, clock):
    planned = plan(store, ben, amara)
    for change in (
        lambda: store.run(carl, scheduled.call_off, planned.id),
        lambda: store.run(carl, scheduled.change, planned.id, at=planned.at, text="Mine"),
    ):
        with pytest.raises(Forbidden):
            change()
    later = clock().replace(hour=15)
    assert store.run(ben, scheduled.change, planned.id, at=later, text="x" * 200).credits == 2
    assert store.look(ben, credits.balance) == 98
    with pytest.raises(NotThen):
        store.run(ben, scheduled.change, planned.id, at=clock().replace(hour=9), text="Too early")
    store.run(anna, scheduled.call_off, planned.id)
    assert store.look(ben, credits.balance) == 100
    with pytest.raises(NotFound):
        store.run(ben, scheduled.call_off, planned.id)
    clock.forward(days=2)
    assert network.to(MOBILE) == []


def test_whoever_has_the_conversation_open_hears_what_is_planned_changed_held_and_called_off(
    store, anna, ben, amara, system, clock
):
    thread = store.run(anna, of_patient, amara.id)
    made = draft(store, ben, amara)

    def hears(who, action, *args, **more):
        def run(unit):
            done = action(unit, *args, **more)
            news = [one for one in unit.told if one.name == "conversation.updated"]
            assert [(one.conversation_id, one.data, one.kept) for one in news] == [(thread, {"ahead": True}, False)]
            return done

        return store.run(who, run)

    planned = hears(ben, scheduled.plan, made.id, {})[0]
    hears(ben, scheduled.change, planned.id, at=planned.at, text="At 12")
    store.run(anna, staff.deactivate, ben.actor.id)
    hears(system, held.hold, ben.actor.id)
    hears(anna, held.hand_over, planned.id, anna.actor.id, planned.at)
    hears(anna, scheduled.call_off, planned.id)
    reminder = hears(
        anna, reminders.remind_at, anna.actor.id, clock() + timedelta(hours=1), "Ring", patient_id=amara.id
    )
    hears(anna, reminders.call_off, reminder.id)


def on_trial(unit, _):
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(plan=Plan.TRIAL))


REASONS = {
    "no mobile number": lambda unit, ben, amara: record.change(unit, amara.id, mobile=""),
    "on trial": lambda unit, ben, amara: on_trial(unit, None),
}


@pytest.mark.parametrize("why", REASONS)
def test_what_may_not_go_when_its_time_comes_tells_its_author_and_costs_nothing(
    store, anna, ben, amara, network, clock, system, why
):
    plan(store, ben, amara)
    store.run(system, REASONS[why], ben, amara)
    clock.forward(hours=23)
    assert network.to(MOBILE) == []
    assert store.look(system, credits.balance) == 100
    thread = next(one for one in store.look(anna, find.conversations) if one.patient_id == amara.id)
    said = store.look(anna, find.history, thread.id)[-1].text
    assert said.startswith("The text planned for 24 Nov 2026, 09:00 did not go: ") and why in said
    assert store.look(ben, notify.listing)[0].text == said


def test_a_changed_number_is_used_as_it_is_when_the_time_comes(store, anna, amara, network, clock, system):
    plan(store, anna, amara)
    store.run(system, record.change, amara.id, mobile="07700 900099")
    clock.forward(hours=23)
    assert [one.text for one in network.to("+447700900099")] == ["See you at 11"]


def test_a_patient_who_was_archived_since_gets_nothing_unless_somebody_said_so(
    store, anna, ben, amara, idris, network, clock, system
):
    """They may have died since it was planned."""
    plan(store, ben, amara)
    store.run(system, record.change, idris.id, status="archived")
    known = draft(store, ben, idris)
    store.run(ben, scheduled.plan, known.id, {"archived": "anyway"})
    store.run(system, record.change, amara.id, status="archived")
    clock.forward(hours=23)
    assert (network.to(MOBILE), len(network.to("+447700900058"))) == ([], 1)
    assert store.look(ben, notify.listing)[0].text.endswith("did not go: the patient was archived since then.")


def test_other_words_for_what_is_planned_are_looked_at_as_those_of_a_draft_are(store, ben, amara, network, clock):
    """Harmless words could be planned, and others put in their place that nobody was warned of (U44)."""
    planned = plan(store, ben, amara)
    at, said = planned.at, "Your HIV test is positive"
    with pytest.raises(Undecided):
        store.run(ben, scheduled.change, planned.id, at=at, text=said)
    assert store.look(ben, scheduled.one, planned.id).text == "See you at 11"
    store.run(ben, scheduled.change, planned.id, at=at, text=said, decided={"clinical": "asked"})
    assert store.run(ben, scheduled.change, planned.id, at=at + timedelta(hours=1), text=said).text == said


def test_a_time_at_night_is_offered_as_the_next_morning_to_patients(store, anna, ben, amara):
    assert f"{offered(draft(store, anna, amara, text='tomorrow 11pm Hello')):%d %H:%M}" == "25 08:00"
    colleague = store.look(anna, lambda unit: staff.find.staff_member(unit, ben.actor.id))
    assert f"{offered(draft(store, anna, colleague, text='tomorrow 11pm Hello')):%d %H:%M}" == "24 23:00"
