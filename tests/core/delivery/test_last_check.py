"""What changes between "Send" and the moment something leaves: it is looked at once more."""

import pytest

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import credits, find, inbound, suppression
from core.delivery.inbound import Text
from core.delivery.providers.ports import Refused
from core.delivery.words import Bar, Channel, Status
from core.messages import find as messages
from core.messages import notify
from core.messages.words import Kind
from tests.core.delivery.test_delivery import Moody

AMARA = "+447700900057"


@pytest.fixture
def sent(store, anna, amara):
    """A confirmed message to Amara that is held for a while."""

    def sending(command, hold=10):
        draft = store.run(anna, prepare, Order(command, (amara.id,), "Rear gate", subject="Parking"))
        return store.run(anna, confirm, draft.id, hold=hold)

    return sending


def outcome(store, who, message):
    one = store.look(who, find.of_messages, [message.id])[message.id][0]
    return one.status, one.reason


def test_who_texts_stop_while_a_text_is_held_does_not_get_it(store, anna, sent, network, clock):
    message = sent(Command.SMS)
    inbound.text_arrived(store, Text("+447700900001", AMARA, "STOP"))
    clock.forward(seconds=11)
    assert [one.text for one in network.to(AMARA) if one.text == "Rear gate"] == []
    assert outcome(store, anna, message) == (Status.FAILED, "stopped")
    said = store.look(anna, messages.history, message.conversation_id)[-1]
    assert said.kind is Kind.EVENT
    assert said.text == "The text to number ending 57 did not go: they asked for no more texts before it left."
    assert [one.text for one in store.look(anna, notify.listing)] == [said.text]
    assert store.look(anna, credits.balance) == 99  # the one spent confirmed the wish


@pytest.mark.parametrize("why", [Bar.HARD_BOUNCE, Bar.BLOCKED, Bar.COMPLAINT])
def test_an_address_barred_meanwhile_gets_no_letter(store, anna, amara, system, sent, network, clock, why):
    message = sent(Command.EMAIL)
    store.run(system, suppression.suppress_address, Channel.EMAIL, amara.email, why)
    clock.forward(seconds=11)
    assert network.to(amara.email) == []
    assert outcome(store, anna, message) == (Status.FAILED, "barred")


@pytest.mark.parametrize("why", [Bar.WRONG, Bar.UNSUBSCRIBED])
def test_what_is_only_pointed_out_keeps_nothing_back(store, anna, amara, system, sent, network, clock, why):
    message = sent(Command.EMAIL)
    store.run(system, suppression.suppress_address, Channel.EMAIL, amara.email, why)
    clock.forward(seconds=11)
    assert len(network.to(amara.email)) == 1
    assert outcome(store, anna, message)[0] is Status.DELIVERED


@pytest.mark.parametrize(("why", "flagged"), [("number", True), ("address", True), ("country", False)])
def test_an_address_that_a_provider_refuses_at_once_is_flagged_as_a_report_would(
    store, anna, amara, sent, network, providers, why, flagged
):
    providers.by_channel[Channel.SMS] = Moody(Refused(why))
    message = sent(Command.SMS, hold=0)
    network.settle()
    assert outcome(store, anna, message) == (Status.FAILED, why)
    found = [one.bar for one in store.look(anna, suppression.bars, Channel.SMS, amara.mobile)]
    assert found == ([Bar.WRONG] if flagged else [])
