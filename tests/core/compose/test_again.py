"""Sending a text or letter once more, the same way or another: the same words, checked and priced anew (U66)."""

import pytest

from core.compose.again import WAYS, prepare_again, ways
from core.compose.words import Command, MissingEmail, OptedOut, Order
from core.delivery.words import Channel
from core.errors import NotFound
from core.messages import find
from core.patients import consent, record
from core.release.link import send_direct
from tests.core.delivery.test_delivery import send


@pytest.fixture
def letter(store, ben, amara, worker):
    order = Order(Command.EMAIL, (amara.id,), "Please use the rear gate", subject="Parking")
    message = send(store, ben, order)
    assert store.look(ben, ways, message) == ()  # it still waits to go
    worker.turn()
    return message


def test_each_way_says_to_which_masked_address_and_at_what_cost(store, ben, letter):
    told = [(one.command, dict(one.to), one.credits, one.refused) for one in store.look(ben, ways, letter)]
    email, phone = (Channel.EMAIL, "a•••@example.org"), (Channel.SMS, "number ending 57")
    assert told == [
        (Command.SMS, dict([phone]), 1, None),
        (Command.EMAIL, dict([email]), 0, None),
        (Command.DIRECT, dict([email, phone]), 1, None),
    ]


def test_the_draft_has_the_words_that_were_typed_and_nothing_leaves_by_it(store, anna, ben, amara, letter, network):
    """Another colleague sends it again: without the first one's signature, and a text has no subject."""
    drafts = {way: store.run(anna, prepare_again, letter.id, way, way.value) for way in WAYS}
    assert (drafts[Command.EMAIL].subject, drafts[Command.EMAIL].text) == ("Parking", "Please use the rear gate")
    assert drafts[Command.EMAIL].received.endswith("Anna Sample\nElm Clinic\n01632 960001")
    for way in (Command.SMS, Command.DIRECT):
        assert drafts[way].text == "Parking\n\nPlease use the rear gate"
    again = store.run(anna, prepare_again, letter.id, Command.SMS, "sms")
    assert again.id == drafts[Command.SMS].id and again.again
    assert network.to(amara.mobile) == []


def test_a_way_that_is_closed_says_why(store, ben, amara, letter):
    store.run(ben, consent.record_wish, amara.id, "sms", wanted=False)
    store.run(ben, record.change, amara.id, email="")
    refused = [type(one.refused) for one in store.look(ben, ways, letter)]
    assert refused == [OptedOut, MissingEmail, MissingEmail]


def test_what_stays_behind_the_lock_is_sent_again_by_its_link_alone(store, anna, amara, worker):
    message = store.run(anna, send_direct, amara, "Your results are back.")
    worker.turn()
    assert store.look(anna, ways, store.look(anna, find.message, message.id)) == ()
    with pytest.raises(NotFound):
        store.run(anna, prepare_again, message.id, Command.SMS, "x")
    with pytest.raises(NotFound):
        store.run(anna, prepare_again, amara.id, Command.SMS, "x")
