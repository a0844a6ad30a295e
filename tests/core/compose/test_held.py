"""What somebody planned who left waits for an admin: handed over, or called off, and never gone by itself (S48)."""

from datetime import timedelta

import pytest

from core.audit.trail import entries
from core.compose import held, scheduled
from core.compose.dispatch import send_planned
from core.compose.words import NotThen
from core.delivery import credits
from core.errors import Forbidden, NotFound
from core.messages import notify, reminders
from core.practice import staff
from core.practice.add import group_id
from core.practice.words import Role
from staffbot import create_app
from tests.conftest import START, hire
from tests.core.compose.test_scheduled import MOBILE, plan
from tests.staffbot.browser import signed_in

TWO, MORNING = START + timedelta(hours=2), START.replace(day=24, hour=9)


@pytest.fixture
def dora(store, practice):
    return hire(store, practice, "Dora Leaver", Role.PRACTITIONER)


@pytest.fixture
def left(store, system, anna, ben, carl, dora, amara, network):
    """Dora planned a text and two reminders, carl one for her, ben something of his own; then she left."""
    planned = plan(store, dora, amara)
    plan(store, ben, amara, text="tomorrow 9am Ben's own")
    own = store.run(dora, reminders.remind_at, dora.actor.id, TWO, "ring the lab")
    to_ben = store.run(dora, reminders.remind_at, ben.actor.id, TWO, "bring the forms")
    to_her = store.run(carl, reminders.remind_at, dora.actor.id, TWO, "call her back", patient_id=amara.id)
    store.run(system, staff.deactivate, dora.actor.id)
    return planned, own, to_ben, to_her


@pytest.mark.s("S48")
def test_nothing_of_it_goes_and_admins_are_told_once(store, anna, ben, left, network, clock):
    clock.forward(hours=23)
    assert [one.text for one in network.to(MOBILE)] == ["Ben's own"]
    told = [one.text for one in store.look(anna, notify.listing)]
    assert len(told) == 1 and told[0].startswith("Dora Leaver works here no more and left 1 message and 3 reminders")
    assert not any("bring the forms" in one.text for one in store.look(ben, notify.listing))
    assert [one.held for one in store.look(ben, scheduled.listing)] == [True]
    assert store.look(anna, credits.held) == 1  # of hers, which may still go
    assert {one.id for one in store.look(anna, held.held_reminders)} == {one.id for one in left[1:]}


@pytest.mark.s("S48")
def test_before_the_worker_looked_nothing_goes_either(store, system, left, clock):
    clock.forward(hours=23)
    assert reminders.remind_due(store) == 0
    assert store.run(system, send_planned, left[0].id) is None


@pytest.mark.s("S48")
def test_who_takes_a_message_over_sends_it_and_answers_for_it(store, anna, ben, carl, left, network, clock):
    network.settle()
    with pytest.raises(Forbidden):
        store.run(ben, held.hand_over, left[0].id, ben.actor.id, MORNING)
    clock.forward(hours=24)
    with pytest.raises(NotThen):
        store.run(anna, held.hand_over, left[0].id, ben.actor.id, MORNING)
    store.run(anna, held.hand_over, left[0].id, ben.actor.id, MORNING + timedelta(hours=3))
    assert store.look(ben, notify.listing)[0].text.startswith("Anna Sample handed Ben Example a message")
    clock.forward(hours=2)
    assert {one.text for one in network.to(MOBILE)} == {"See you at 11", "Ben's own"}
    assert store.look(anna, credits.held) == 0
    with pytest.raises(NotFound):
        store.run(anna, held.hand_over, left[0].id, ben.actor.id, MORNING + timedelta(hours=9))
    verbs = [one["verb"] for one in store.look(anna, lambda unit: list(entries(unit, 0, 10**6)))]
    assert verbs.count("planned work held") == 1 and "planned message handed over" in verbs


@pytest.mark.s("S48")
def test_reminders_are_handed_to_somebody_a_group_or_oneself_or_called_off(store, anna, ben, left, network, clock):
    _, own, to_ben, to_her = left
    network.settle()
    for refuse in (held.hand_over_reminder, lambda unit, one, _: reminders.call_off(unit, one)):
        with pytest.raises((Forbidden, NotFound)):
            store.run(ben, refuse, own.id, ben.actor.id)
    store.run(anna, reminders.call_off, own.id)
    store.run(anna, held.hand_over_reminder, to_ben.id, anna.actor.id)
    store.run(anna, held.hand_over_reminder, to_her.id, store.look(anna, group_id, "admin"))
    clock.forward(hours=2)
    network.settle()
    said = [one.text for one in store.look(anna, notify.listing) if one.reason == "reminder"]
    assert sorted(said) == ["Reminder from Anna Sample: call her back", "Reminder: bring the forms"]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_page_of_what_is_planned_offers_it_to_admins(settings, store, anna, ben, left, network, clock):
    network.settle()
    app, page = create_app(settings, store), "/scheduled"
    admin, colleague = signed_in(app, store, anna, clock), signed_in(app, store, ben, clock)
    assert "Dora Leaver left" in colleague.get(page).text and "Hand over" not in colleague.get(page).text
    assert "ring the lab" in admin.get(page).text
    address = f"{page}/{left[0].id}/hand-over"
    wrong = admin.post(address, {"to": str(ben.actor.id), "at": "2026-11-24T23:30"}, on=page)
    assert wrong.status_code == 422 and 'value="2026-11-24T23:30"' in wrong.text and 'role="alert"' in wrong.text
    assert f'value="{ben.actor.id}" selected' in wrong.text
    assert admin.post(address, {"to": "nobody", "at": "2026-11-24T10:30"}, on=page).status_code == 404
    assert admin.post(address, {"to": str(ben.actor.id), "at": "2026-11-24T10:30"}, on=page).status_code == 303
    given = {"to": str(anna.actor.id)}
    assert admin.post(f"{page}/reminders/{left[2].id}/hand-over", given, on=page).status_code == 303
    assert "Dora Leaver left" not in admin.get(page).text
