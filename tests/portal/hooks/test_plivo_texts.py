"""Texts that come in through Plivo."""

import pytest

from core.delivery.incoming import unmatched
from core.delivery.suppression import bars
from core.delivery.words import Bar, Channel
from core.messages import notify
from tests.portal.hooks.calls import signature, thread

PATH = "/hooks/plivo/inbound"


def test_a_patients_text_joins_their_conversation_once(portal, store, anna, amara, simulator):
    for _ in range(2):
        simulator.inbound_sms(
            sender=amara.mobile, to="+447700900001", text="Is the café open? 😀", message_id="one-and-the-same"
        )
    simulator.wait_for(simulator.idle)
    assert [one.text for one in thread(store, anna, amara)] == ["Is the café open? 😀"]
    assert len(store.look(anna, notify.listing)) == 1


@pytest.fixture
def inbound(call, settings):
    """What Plivo's call about a text is answered, signed as it is."""

    def telling(nonce="1" * 20, **fields):
        told = {"From": "447700900057", "To": "447700900001", "Text": "Hi", "MessageUUID": nonce, **fields}
        return call(PATH, data=told, headers=signature(settings, PATH, told, nonce)).status_code

    return telling


def test_a_text_must_say_what_it_is_and_to_whom_it_went(inbound, store, anna, amara):
    """What it says is given back to Plivo, in XML, which has no NUL; without a name a repeat could not be told."""
    assert [inbound(To="44\0x"), inbound(From="44\x01"), inbound(MessageUUID=""), inbound(MessageUUID="a\0")] == [
        400
    ] * 4
    assert thread(store, anna, amara) == []
    assert inbound() == 200 and len(thread(store, anna, amara)) == 1


def test_only_a_number_gets_a_plus(inbound, store, anna):
    for nonce, sender in enumerate(("60001", "PizzaHut", "447700900999"), 1):
        assert inbound(str(nonce) * 20, From=sender) == 200
    assert [one.sender for one in store.look(anna, unmatched.waiting)] == ["60001", "PizzaHut", "+447700900999"]


@pytest.fixture
def only_v2(simulator, monkeypatch):
    """Plivo signs in its older way alone, which covers no field."""
    monkeypatch.setattr(simulator, "signatures", "v2")
    return simulator


def test_a_text_under_plivos_older_signature_is_let_in_once_plivo_was_asked(
    portal, store, anna, amara, worker, only_v2
):
    for text in ("Is the gate open?", "STOP"):
        only_v2.inbound_sms(sender=amara.mobile, to="+447700900001", text=text)
        only_v2.wait_for(only_v2.idle)
    assert thread(store, anna, amara) == [] and store.look(anna, unmatched.count) == 2
    worker.turn()
    said = [one.text for one in thread(store, anna, amara)]
    assert said[0] == "Is the gate open?" and "no more texts" in said[1] and len(said) == 2
    assert store.look(anna, unmatched.count) == 0
    assert [one.bar for one in store.look(anna, bars, Channel.SMS, amara.mobile)] == [Bar.OPT_OUT]


@pytest.mark.parametrize("change", [{"from_number": "447700900***"}, {"to_number": "447700900002"}, {"units": 2}])
def test_a_text_that_plivo_knows_otherwise_stays_for_a_person(
    portal, store, anna, amara, worker, only_v2, clock, change
):
    name = only_v2.inbound_sms(sender=amara.mobile, to="+447700900001", text="Is the gate open?")
    only_v2._received[name].update(change)
    only_v2.wait_for(only_v2.idle)
    for _ in range(6):
        worker.turn()
        clock.forward(hours=7)
    assert thread(store, anna, amara) == [] and store.look(anna, unmatched.count) == 1


def test_a_text_is_asked_about_again_while_plivo_cannot_be_read(portal, store, anna, amara, worker, only_v2, clock):
    only_v2.inbound_sms(sender=amara.mobile, to="+447700900001", text="Is the gate open?")
    only_v2.wait_for(only_v2.idle)
    only_v2.fault(kind="status", code=500, on="read", times=1)
    worker.turn()
    assert thread(store, anna, amara) == []
    clock.forward(minutes=2)
    worker.turn()
    assert [one.text for one in thread(store, anna, amara)] == ["Is the gate open?"]


def test_a_person_may_be_quicker_than_plivo(portal, store, anna, amara, worker, only_v2):
    only_v2.inbound_sms(sender=amara.mobile, to="+447700900001", text="Is the gate open?")
    only_v2.wait_for(only_v2.idle)
    store.run(anna, unmatched.link, store.look(anna, unmatched.waiting)[0].id, amara.id)
    worker.turn()
    assert [one.text for one in thread(store, anna, amara)] == ["Is the gate open?"]
