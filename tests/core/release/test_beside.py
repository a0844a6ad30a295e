"""Texts beside the e-mail with a link: T5 and T6, off by default, by day, paid for, and never about what is no news."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.compose import draft as drafts
from core.compose.confirm import confirm
from core.compose.undo import undo
from core.compose.words import Command, Order
from core.delivery import credits
from core.delivery.segments import count
from core.delivery.suppression import suppress_address
from core.delivery.words import Bar, Channel
from core.delivery.writing.patient_texts import form_reminder_text, heads_up_text
from core.errors import Forbidden
from core.forms import find, library
from core.language import NAMES
from core.patients import consent, record
from core.patients import find as patients
from core.practice import doors, portal_look
from core.practice import find as practices
from core.release import code, control, pin
from core.release import record as records
from core.release.beside import text_due
from core.release.guesses import Caller
from core.release.link import send_direct, take_back
from core.release.reminders import remind
from core.release.steps import steps_of
from core.store import Actor, ActorKind, Who
from tests.conftest import START

PHONE = "+447700900057"
LONGEST = "Elm Park Physiotherapy and Rehabilitation"


def texts(network):
    return [one.text for one in network.to(PHONE)]


@pytest.fixture
def told(store, anna):
    """The practice wants both texts."""
    store.run(anna, portal_look.text_beside, heads_up=True, reminder=True)


def passes(store, clock, network, **time):
    """Time goes by and the worker does what is due."""
    network.settle()
    clock.forward(**time)
    text_due(store)


@pytest.mark.s("S9")
def test_the_words_are_those_of_the_catalogue_and_fit_one_plain_text(store, anna):
    card = store.look(anna, practices.card)
    assert heads_up_text(card, "en", START + timedelta(days=7)) == (
        "Elm Clinic has sent you a secure message by email. Please open it by Mon 30 Nov. No email? Call 01632 960001."
    )
    assert form_reminder_text(card, "en", START + timedelta(days=7)) == (
        "Elm Clinic: the form we emailed you is waiting. Please fill it in by Mon 30 Nov. Need help? Call 01632 960001."
    )
    for language in NAMES:
        for write in (heads_up_text, form_reminder_text):
            said = count(write(replace(card, name=LONGEST), language, START + timedelta(days=9)))
            assert (said.encoding, said.segments) == ("GSM-7", 1)


def test_nobody_is_texted_beside_the_email_unless_the_practice_wants_it(store, anna, ben, amara, clock, network):
    store.run(anna, send_direct, amara, "Your results are back.")
    passes(store, clock, network, minutes=1)
    assert texts(network) == [] and store.look(anna, credits.held) == 1
    with pytest.raises(Forbidden):
        store.run(ben, portal_look.text_beside, heads_up=True, reminder=True)


def test_a_text_says_that_the_email_came_and_is_paid_for_and_is_nobodys_tick(store, anna, amara, clock, network, told):
    left = store.look(anna, credits.balance)
    message = store.run(anna, send_direct, amara, "Your results are back.")
    assert store.look(anna, credits.balance) == left - 2
    passes(store, clock, network, seconds=59)
    assert texts(network) == []
    passes(store, clock, network, seconds=1)
    assert texts(network) == [
        "Elm Clinic has sent you a secure message by email. Please open it by Mon 30 Nov. No email? Call 01632 960001."
    ]
    passes(store, clock, network, days=1)
    assert len(texts(network)) == 1
    assert (store.look(anna, credits.balance), store.look(anna, credits.held)) == (left - 2, 1)
    found = store.look(anna, records.one, message.id)
    assert [one.purpose.value for one in found.deliveries] == ["link", "heads_up"]
    assert records.stands(found).value == "waiting"


def test_what_was_opened_taken_back_or_undone_is_no_news_and_costs_nothing(store, anna, amara, clock, network, told):
    left = store.look(anna, credits.balance)
    first = store.run(anna, send_direct, amara, "Your results are back.")
    door = store.door(doors.link, network.link(amara.email).rsplit("/", 1)[1])
    patient = Who(door.practice_id, Actor(ActorKind.PATIENT))
    store.run(patient, code.ask, door.link_id, b"p" * 32)
    opened = store.run(patient, code.verify, door.link_id, Caller(b"p" * 32, "a phone"), network.code(PHONE))
    assert opened.cookie
    second = store.run(anna, send_direct, amara, "Another one.")
    store.run(anna, take_back, second.id)
    order = Order(Command.DIRECT, (amara.id,), "A third one.")
    draft = store.run(anna, drafts.prepare, order)
    assert draft.credits == 2 and [one.subject for one in draft.seen][1:] == ["heads-up", ""]
    store.run(anna, undo, store.run(anna, confirm, draft.id, hold=10).id)
    passes(store, clock, network, minutes=5)
    assert len(texts(network)) == 1 and store.look(anna, credits.balance) == left - 1
    assert first.id != second.id


def test_it_waits_for_the_morning_and_for_its_email(store, anna, amara, clock, network, told):
    clock.at = START.replace(hour=22)
    message = store.run(anna, send_direct, amara, "Your results are back.")
    waits = next(row for row in store.look(anna, steps_of, message.id) if row.what == "text_waits")
    assert waits.facts == {"at": "Tuesday 24 November, 08:00"}
    passes(store, clock, network, hours=9, minutes=59)
    assert texts(network) == []
    passes(store, clock, network, minutes=1)
    assert len(texts(network)) == 1
    store.run(anna, send_direct, amara, "Another one.")
    clock.forward(minutes=1)
    assert text_due(store) == 0  # nothing has been handed over: nobody settled the network
    passes(store, clock, network, minutes=5)
    assert len(texts(network)) == 2


def test_who_wants_no_texts_and_what_is_sensitive_gets_none(store, anna, amara, clock, network, told):
    def sends(patient, **how):
        before = store.look(anna, credits.balance)
        store.run(anna, send_direct, patient, "Your results are back.", **how)
        passes(store, clock, network, minutes=1)
        return texts(network), before - store.look(anna, credits.balance)

    pin.choose(store, anna, amara.id, "482913")
    assert sends(amara, sensitive=True) == ([], 1)
    landline = store.run(anna, record.change, amara.id, mobile="020 7946 0018")
    assert sends(landline) == ([], 0)
    store.run(anna, record.change, amara.id, mobile=PHONE)
    store.run(anna, consent.record_wish, amara.id, "sms", wanted=False)
    assert sends(store.look(anna, patients.patient, amara.id)) == ([], 1)
    store.run(anna, suppress_address, Channel.SMS, PHONE, Bar.OPT_OUT)
    assert sends(amara) == ([], 1)


def test_who_says_stop_while_it_waits_gets_none(store, anna, amara, clock, network, told):
    left = store.look(anna, credits.balance)
    store.run(anna, send_direct, amara, "Your results are back.")
    store.run(anna, suppress_address, Channel.SMS, PHONE, Bar.OPT_OUT)
    passes(store, clock, network, minutes=1)
    assert texts(network) == [] and store.look(anna, credits.balance) == left - 1


def test_a_forms_reminder_goes_by_text_too_and_without_credits_by_email_alone(store, anna, amara, clock, network, told):
    store.run(anna, library.install)
    store.run(anna, portal_look.text_beside, heads_up=False, reminder=True)
    form = store.look(anna, find.pack, "phq-9")
    first = store.run(anna, send_direct, amara, "", form=form)
    store.run(anna, send_direct, amara, "No form.")
    clock.forward(days=3)
    assert remind(store) == 2
    passes(store, clock, network, minutes=1)
    assert texts(network) == [
        "Elm Clinic: the form we emailed you is waiting. Please fill it in by Mon 30 Nov. Need help? Call 01632 960001."
    ]
    store.run(anna, send_direct, amara, "", form=form)
    store.run(anna, lambda unit: credits.hold(unit, credits.balance(unit), "sms", unit.new_id()))
    clock.forward(days=3)
    assert remind(store) == 1
    passes(store, clock, network, minutes=1)
    assert len(texts(network)) == 1
    assert "reminded" in [row.what for row in store.look(anna, steps_of, first.id)]


def test_a_message_that_ends_before_the_morning_is_not_announced(store, anna, amara, clock, network, told):
    clock.at = START.replace(hour=22)
    message = store.run(anna, send_direct, amara, "Read it tonight.", expires_in=timedelta(hours=2))
    passes(store, clock, network, hours=10)
    assert texts(network) == []
    store.run(anna, control.prolong, message.id, 24)
    passes(store, clock, network, hours=1)
    assert texts(network) == []
