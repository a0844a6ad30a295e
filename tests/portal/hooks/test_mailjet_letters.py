"""Letters that come in through Mailjet."""

import pytest

from core.compose.words import Command
from core.delivery.reference import PURPOSE, pack, reply_address
from core.messages import notify
from core.messages.words import Kind
from tests.portal.hooks.calls import MAILJET, ZERO, thread


def test_a_letter_joins_the_conversation_it_answers_whoever_it_says_it_is_from(
    portal, store, anna, amara, simulator, settings, sent, worker
):
    delivery = sent(Command.EMAIL, subject="Your letter")
    address = reply_address(settings, pack(store.seals(ZERO).mac_key(PURPOSE), delivery.id))
    simulator.inbound_email(sender="stranger@example.net", to=address, subject="Re: Your letter", text="Thank you")
    simulator.wait_for(simulator.idle)
    worker.turn()
    assert [one.text for one in thread(store, anna, amara)][-1] == "Thank you"


def test_half_a_character_loses_no_letter(call, store, anna, amara, settings, sent, worker):
    """A mailer that cuts a subject cuts an emoji in two; what is no half, or only looks like one, stays."""
    delivery = sent(Command.EMAIL, subject="Your letter")
    address = reply_address(settings, pack(store.seals(ZERO).mac_key(PURPOSE), delivery.id))
    said = rb"half \ud83d, whole \ud83d\ude00, none \\ud83d, late \ude00\n"
    raw = b'{"Recipient":"%s","Sender":"a@example.org","Subject":"\\ud83d","Text-part":"%s"}' % (address.encode(), said)
    assert call(f"{MAILJET}/inbound", data=raw, auth=("post", "horse")).status_code == 200
    worker.turn()
    assert thread(store, anna, amara)[-1].text == "half \ufffd, whole \U0001f600, none \\ud83d, late \ufffd"


def test_a_letter_to_nobody_is_taken_and_forgotten(portal, store, anna, amara, simulator):
    simulator.inbound_email(sender="x@example.net", to="reply+nonsense@portal.example.org", subject="Hi", text="Spam")
    simulator.wait_for(simulator.idle)
    assert [one["status"] for one in simulator.webhooks()] == [200]
    assert thread(store, anna, amara) == []


@pytest.mark.parametrize(
    "header",
    [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X-Autoreply": "yes"}, {"Return-Path": "<>"},
     {"Content-Type": "multipart/report; report-type=delivery-status"}],
)  # fmt: skip
def test_a_machines_letter_is_kept_and_troubles_nobody(
    portal, store, anna, amara, simulator, settings, sent, worker, header
):
    delivery = sent(Command.EMAIL, subject="Your letter")
    address = reply_address(settings, pack(store.seals(ZERO).mac_key(PURPOSE), delivery.id))
    simulator.inbound_email(
        sender="amara@example.org", to=address, subject="Away", text="Back on Monday", headers=header
    )
    simulator.wait_for(simulator.idle)
    worker.turn()
    line = thread(store, anna, amara)[-1]
    assert line.kind is Kind.EVENT and "Back on Monday" in line.text
    assert store.look(anna, notify.listing) == []
    assert len(simulator.messages("*", "mailjet")) == 1  # nothing was answered
