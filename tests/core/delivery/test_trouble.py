"""Whoever sent what did not arrive hears of it, once a message, where the conversation is."""

import pytest
from sqlalchemy import select

from core.compose.confirm import confirm
from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.delivery import find, outbox
from core.delivery.providers.ports import Found, Refused, Unsure
from core.delivery.status import report
from core.delivery.tables import DeliveryRow
from core.delivery.words import Channel, Parcel, Purpose, Status
from core.delivery.worker import Worker
from core.messages import conversations, notify
from core.messages import find as messages
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from tests.core.delivery.test_doubt import Forgetful


def send(store, who, command, *people, text="Your letter is ready"):
    draft = store.run(who, prepare, Order(command, tuple(one.id for one in people), text, subject="Letter"))
    return store.run(who, confirm, draft.id, hold=0)


def heard(store, who):
    return [one.text for one in store.look(who, notify.listing)]


def deliveries(store, who, message):
    return store.look(who, find.of_messages, [message.id])[message.id]


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        (Command.SMS, Status.FAILED, "The text to number ending 57 was not delivered. The message says why."),
        (Command.EMAIL, Status.BOUNCED, "The email to a•••@example.org came back. The message says why."),
        (Command.EMAIL, Status.BLOCKED, "The email to a•••@example.org was blocked by the receiving side. The message"),
        (Command.DIRECT, Status.BOUNCED, "The email with the link to a Direct Message to a•••@example.org came back."),
    ],
)
def test_the_sender_alone_is_notified_and_the_conversation_says_it(
    store, anna, ben, system, amara, command, status, said
):
    message = send(store, ben, command, amara)
    store.run(system, report, deliveries(store, ben, message)[0].id, status)
    (told,) = heard(store, ben)
    assert told.startswith(said) and heard(store, anna) == []
    shown = store.look(anna, messages.history, message.conversation_id)
    assert told in [one.text for one in shown if one.kind is Kind.EVENT]


def test_a_message_whose_deliveries_fail_one_after_another_is_told_of_once(store, ben, amara, system):
    message = send(store, ben, Command.SMS, amara)
    (first,) = deliveries(store, ben, message)
    store.run(system, report, first.id, Status.FAILED)
    again = store.run(
        system, outbox.queue, channel=Channel.SMS, purpose=Purpose.BODY, parcel=Parcel("+447700900057", "x"),
        masked="", message_id=message.id, conversation_id=message.conversation_id,
    )  # fmt: skip
    store.run(system, report, again.id, Status.FAILED)
    shown = store.look(ben, messages.history, message.conversation_id)
    assert len(heard(store, ben)) == 1 and sum(one.kind is Kind.EVENT for one in shown) == 1


@pytest.mark.parametrize("purpose", [Purpose.CODE, Purpose.NUDGE, Purpose.ANSWER])
def test_nobody_hears_of_a_code_an_email_to_staff_or_an_automatic_answer(store, anna, ben, amara, system, purpose):
    message = send(store, ben, Command.DIRECT, amara)
    other = store.run(
        system, outbox.queue, channel=Channel.SMS, purpose=purpose, parcel=Parcel("+447700900057", "x"),
        masked="", message_id=message.id, conversation_id=message.conversation_id,
    )  # fmt: skip
    store.run(system, report, other.id, Status.FAILED)
    assert heard(store, ben) == heard(store, anna) == []


def test_nobody_hears_of_an_email_about_an_internal_message_that_came_back(store, anna, ben, system, network, clock):
    thread = store.run(anna, conversations.between, anna.actor.id, ben.actor.id)
    message = store.run(anna, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "Tea?"))
    store.run(anna, notify.tell_colleagues, message)
    before = heard(store, ben)
    clock.forward(hours=1)
    assert network.to("ben@elm.example")
    (nudge,) = store.look(system, lambda unit: unit.db.scalars(select(DeliveryRow.id)).all())
    assert store.run(system, report, nudge, Status.BOUNCED).changed
    assert heard(store, anna) == [] and heard(store, ben) == before


def test_a_doubt_is_told_of_when_only_a_person_can_end_it_and_not_before(store, ben, amara, providers, clock):
    several = Found(("uuid-1", "uuid-2"), sure=False)
    providers.by_channel[Channel.SMS] = Forgetful(several, several, several)
    worker = Worker(store, providers)
    send(store, ben, Command.SMS, amara)
    worker.turn()
    assert heard(store, ben) == []
    for _ in range(28):
        clock.forward(seconds=30)
        worker.turn()
    (told,) = heard(store, ben)
    assert told.startswith("The text to number ending 57 may not have arrived: we cannot tell.")


def test_what_the_provider_refuses_is_told_of_and_what_arrives_is_not(store, ben, amara, providers, network):
    class Refusing(Forgetful):
        def send(self, parcel, delivery_id, reference):
            raise Refused("number")

    send(store, ben, Command.EMAIL, amara)
    network.settle()
    assert heard(store, ben) == []
    providers.by_channel[Channel.SMS] = Refusing(Unsure())
    send(store, ben, Command.SMS, amara)
    Worker(store, providers).turn()
    assert len(heard(store, ben)) == 1
