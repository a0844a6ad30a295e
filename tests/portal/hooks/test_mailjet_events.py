"""What Mailjet says became of letters."""

import pytest

from core.compose.words import Command
from core.delivery.suppression import bars
from core.delivery.words import Bar, Channel, Status
from tests.portal.hooks.calls import MAILJET


def test_a_letter_that_bounced_says_so(sent, simulator):
    simulator.fault(kind="hard_bounce", provider="mailjet", times=1)
    delivery = sent(Command.EMAIL, subject="Your letter")
    assert (delivery.status, delivery.reason) == (Status.BOUNCED, "mailbox")


BARRED = [
    ("hard_bounce", {}, Status.BOUNCED, Bar.HARD_BOUNCE),
    ("soft_bounce", {}, Status.BOUNCED, None),
    ("blocked", {}, Status.BLOCKED, Bar.BLOCKED),
    ("blocked", {"error": "content blocked"}, Status.BLOCKED, None),  # about our words, not the address
    ("spam", {}, Status.DELIVERED, Bar.COMPLAINT),
    ("unsub", {}, Status.DELIVERED, Bar.UNSUBSCRIBED),
]


@pytest.mark.parametrize(("fault", "more", "status", "bar"), BARRED)
def test_what_a_letter_meets_bars_its_address_once_mailjet_was_asked(
    sent, store, anna, amara, worker, simulator, fault, more, status, bar
):
    simulator.fault(kind=fault, provider="mailjet", times=1, **more)
    assert sent(Command.EMAIL, subject="Your letter").status is status
    worker.turn()
    assert [one.bar for one in store.look(anna, bars, Channel.EMAIL, amara.email)] == ([bar] if bar else [])


@pytest.mark.attack("G07")
@pytest.mark.s("S96")
def test_a_made_up_event_with_the_right_secrets_bars_nobody(call, sent, store, anna, amara, worker, simulator, clock):
    delivery = sent(Command.EMAIL, subject="Your letter")
    known = simulator.messages("*", "mailjet")[-1]["id"]
    event = {"event": "spam", "CustomID": str(delivery.id), "MessageID": int(known)}
    assert call(f"{MAILJET}/events", json=event, auth=("post", "horse")).status_code == 200
    for _ in range(6):
        clock.forward(hours=7)
        worker.turn()
    assert store.look(anna, bars, Channel.EMAIL, amara.email) == ()
