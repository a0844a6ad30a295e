"""What was sent stands in the record alone: the draft it came from is let go of, with its key (S103, S112; H06)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.compose import scheduled, scratch
from core.compose.clearing import erase_early, let_go
from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.tables import DraftRow, ScheduledRow
from core.compose.words import Command, Later, Order
from core.forms.finishing import finish
from core.messages.conversations import of_patient
from core.messages.find import message
from core.seal.envelope import key_of
from core.seal.keyring import Erased

WORDS = "The biopsy came back."


def direct(amara, **more) -> Order:
    return Order(Command.DIRECT, (amara.id,), WORDS, **more)


def bodies(store, who, table=DraftRow) -> list[bytes]:
    return store.look(who, lambda unit: list(unit.db.scalars(select(table.body))))


def is_there(store, who, key_id) -> bool:
    return store.seals(who.practice_id).is_there(key_id)


@pytest.mark.attack("H06")
@pytest.mark.s("S103")
def test_what_is_erased_is_in_no_draft_either_and_nobody_asks_it_back(store, anna, amara):
    order = direct(amara, client_id="once")
    sent = store.run(anna, confirm, store.run(anna, prepare, order).id)
    assert store.run(anna, prepare, order).text == WORDS  # asked again after a lost answer
    store.run(anna, erase_early, sent.id, "the patient asked")
    assert bodies(store, anna) == [] and WORDS not in store.look(anna, message, sent.id).text


@pytest.mark.attack("H06", "H13")
@pytest.mark.s("S103", "S112")
def test_drafts_are_let_go_a_day_later_and_their_day_s_key_with_the_last_of_them(store, anna, system, amara, clock):
    old = store.run(anna, prepare, direct(amara))
    store.run(anna, confirm, old.id)
    clock.forward(hours=5)
    store.run(anna, prepare, direct(amara))  # put away, never sent
    kept = bodies(store, anna)
    (key,) = {key_of(body) for body in kept}
    clock.forward(hours=21)
    assert store.run(system, let_go) == 1 and len(bodies(store, anna)) == 1 and is_there(store, anna, key)
    later = store.run(anna, prepare, direct(amara))
    clock.forward(hours=5)
    assert store.run(system, let_go) == 1 and not is_there(store, anna, key)
    with pytest.raises(Erased):  # also what a backup has of it
        store.seals(anna.practice_id)._cipher(key)
    assert store.run(anna, prepare, direct(amara, client_id="new")).text == WORDS
    assert store.look(anna, lambda unit: unit.db.scalar(select(DraftRow.id).where(DraftRow.id == later.id))) == later.id


@pytest.mark.s("S103")
def test_keys_of_whole_months_stay_for_what_is_half_typed_stands_under_them(
    store, anna, system, amara, clock, monkeypatch
):
    monkeypatch.setattr("core.compose.sealed.day_scope", lambda table, day: f"{table}s:{day:%Y-%m}")  # as it was once
    store.run(anna, prepare, direct(amara))
    monkeypatch.undo()
    thread = store.run(anna, of_patient, amara.id)
    store.run(anna, scratch.keep, thread, "half a sentence")
    clock.forward(days=3)
    assert store.run(system, let_go) == 1
    assert store.look(anna, scratch.kept, thread).text == "half a sentence"


@pytest.mark.s("S112")
def test_what_was_planned_and_is_over_is_let_go_and_what_is_to_come_stays(store, anna, system, amara, clock):
    planned = []
    for days in (7, 8):
        at = clock.at + timedelta(days=days)
        order = Order(Command.SMS, (amara.id,), "Later: ring us.", later=Later(at, "Europe/London", "Please ring us."))
        planned += store.run(anna, scheduled.plan, store.run(anna, prepare, order).id, {})
    store.run(anna, scheduled.call_off, planned[0].id)
    clock.forward(days=2)
    store.run(system, let_go)
    assert [one.id for one in store.look(anna, scheduled.listing)] == [planned[1].id]
    assert len(bodies(store, anna, ScheduledRow)) == 1


@pytest.mark.s("S103")
def test_a_day_s_key_that_went_before_a_commit_that_failed_is_let_go_of(store, anna, system, amara):
    store.run(anna, prepare, direct(amara))
    key = key_of(bodies(store, anna)[0])
    keyring = store.seals(anna.practice_id)._keyring
    keyring.shred(anna.practice_id, [key])
    ((gone, scope),) = keyring.destroyed(anna.practice_id).items()
    assert gone == key and store.run(system, finish, key, scope) is False
    assert keyring.destroyed(anna.practice_id) == {}
