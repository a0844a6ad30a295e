"""Addresses that are not written to: who says so, what it stops, who may allow them again."""

import pytest

from core.audit.trail import entries
from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, OptedOut, Order
from core.delivery import find, outbox, suppression
from core.delivery.reports import hear
from core.delivery.suppression import Suppressed
from core.delivery.words import STOPS, Bar, Channel, Parcel, Purpose, Report, Status
from core.errors import Forbidden, Invalid
from core.patients import consent, record
from core.patients import find as patients
from tests.conftest import person


def send(store, who, order):
    message = store.run(who, confirm, store.run(who, prepare, order).id, hold=0)
    return store.look(who, find.of_messages, [message.id])[message.id][0]


def bar(store, who, patient, channel, why):
    address = patient.mobile if channel is Channel.SMS else patient.email
    store.run(who, suppression.suppress_address, channel, address, why)


EMAIL, DIRECT = (
    lambda patient: Order(Command.EMAIL, (patient.id,), "Rear gate", subject="Parking"),
    lambda patient: Order(Command.DIRECT, (patient.id,), "Your report"),
)


@pytest.mark.parametrize("why", [Bar.HARD_BOUNCE, Bar.BLOCKED, Bar.COMPLAINT])
def test_an_address_that_lets_nothing_through_shows_before_sending(store, anna, amara, system, why):
    bar(store, system, amara, Channel.EMAIL, why)
    for order in (EMAIL, DIRECT):
        with pytest.raises(Suppressed) as stopped:
            store.run(anna, prepare, order(amara))
        assert stopped.value.name == "Amara Testwell" and stopped.value.barred.bar is why
    store.run(anna, prepare, Order(Command.SMS, (amara.id,), "A text still goes"))


def test_stop_keeps_texts_away_and_codes_that_are_asked_for_still_go(store, anna, amara, system):
    bar(store, system, amara, Channel.SMS, Bar.OPT_OUT)
    with pytest.raises(Suppressed):
        store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))
    store.run(anna, prepare, DIRECT(amara))
    assert all(Purpose.CODE not in stopped for stopped in STOPS.values())


def test_who_unsubscribed_from_news_still_gets_letters_of_their_own(store, anna, amara, system):
    bar(store, system, amara, Channel.EMAIL, Bar.UNSUBSCRIBED)
    store.run(anna, prepare, EMAIL(amara))


def test_a_number_that_the_network_called_wrong_is_pointed_out_and_not_refused(store, anna, amara, system):
    bar(store, system, amara, Channel.SMS, Bar.WRONG)
    draft = store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))
    assert [one.code for one in draft.warnings] == ["wrong"]


def test_a_bar_belongs_to_the_address_and_not_to_the_person(store, anna, amara, system):
    bar(store, system, amara, Channel.EMAIL, Bar.HARD_BOUNCE)
    twin = store.run(system, record.add, **person("Amari", "Testwell", email="AMARA@example.org", mobile="07700900059"))
    with pytest.raises(Suppressed):
        store.run(anna, prepare, EMAIL(twin))
    store.run(system, record.change, amara.id, email="new@example.org")
    store.run(anna, prepare, EMAIL(amara))


def test_nothing_can_be_queued_past_a_bar(store, amara, system):
    bar(store, system, amara, Channel.EMAIL, Bar.COMPLAINT)
    with pytest.raises(Suppressed):
        store.run(system, outbox.queue, channel=Channel.EMAIL, purpose=Purpose.LINK,
                  parcel=Parcel("amara@example.org", "x"), masked="a•••")  # fmt: skip


def test_staff_allow_an_address_again_and_say_why_and_that_is_recorded(store, anna, carl, amara, system):
    bar(store, system, amara, Channel.EMAIL, Bar.HARD_BOUNCE)
    with pytest.raises(Forbidden):
        store.run(carl, suppression.lift, Channel.EMAIL, amara.email, Bar.HARD_BOUNCE, "asked her")
    with pytest.raises(Invalid):
        store.run(anna, suppression.lift, Channel.EMAIL, amara.email, Bar.HARD_BOUNCE, "  ")
    store.run(anna, suppression.lift, Channel.EMAIL, amara.email, Bar.HARD_BOUNCE, "mailbox mended")
    store.run(anna, prepare, EMAIL(amara))
    last = store.look(anna, lambda unit: list(entries(unit)))[-1]
    assert (last["verb"], last["facts"]["reason"]) == ("address allowed again", "mailbox mended")


def test_a_complaint_can_be_lifted_by_those_who_administer_only(store, ben, amara, system):
    bar(store, system, amara, Channel.EMAIL, Bar.COMPLAINT)
    with pytest.raises(Forbidden):
        store.run(ben, suppression.lift, Channel.EMAIL, amara.email, Bar.COMPLAINT, "she rang")


def test_what_a_patient_told_the_practice_counts_like_a_stop(store, anna, amara, clock):
    store.run(anna, consent.record_wish, amara.id, "sms", wanted=False)
    with pytest.raises(OptedOut) as out:
        store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))
    assert out.value.since == clock()
    store.run(anna, record.change, amara.id, first_name="Amari")
    assert store.look(anna, patients.patient, amara.id).no_texts_since == clock()
    store.run(anna, consent.record_wish, amara.id, "sms", wanted=True)
    store.run(anna, prepare, Order(Command.SMS, (amara.id,), "Hello"))
    with pytest.raises(Invalid):
        store.run(anna, consent.record_wish, amara.id, "pigeon", wanted=False)


def test_a_letter_that_bounces_bars_its_address_once_the_provider_says_so_itself(store, anna, system, network):
    gone = store.run(system, record.add, **person("Gone", "Away", email="bounce@example.org", mobile="07700 900070"))
    delivery = send(store, anna, EMAIL(gone))
    network.settle()
    assert store.look(anna, find.of_messages, [delivery.message_id])[delivery.message_id][0].status is Status.BOUNCED
    assert [one.bar for one in store.look(anna, suppression.bars, Channel.EMAIL, gone.email)] == [Bar.HARD_BOUNCE]


def test_a_made_up_complaint_changes_nothing_and_is_dropped_in_the_end(store, anna, amara, system, network, clock):
    delivery = send(store, anna, EMAIL(amara))
    network.settle()
    forged = Report("", Status.DELIVERED, bar=Bar.COMPLAINT, proven=False)
    store.run(system, hear, delivery.id, forged)
    for _ in range(8):
        clock.forward(hours=7)
        network.settle()
    assert store.look(anna, suppression.bars, Channel.EMAIL, amara.email) == ()
    assert network.worker.turn() == 0
