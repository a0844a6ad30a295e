"""What Mailjet says became of letters."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from core.compose.words import Command
from core.delivery import find, odd_calls, outbox
from core.delivery.kept_reports import said
from core.delivery.suppression import bars
from core.delivery.tables import DeliveryRow, ProviderReport, WaitingReport
from core.delivery.words import Bar, Channel, Parcel, Purpose, Status
from tests.portal.hooks.calls import MAILJET


def test_a_letter_that_bounced_says_so_and_mailjets_own_words_are_kept_without_the_address(
    sent, store, anna, amara, simulator
):
    comment = f"550 5.1.1 {amara.email} does not exist"
    simulator.fault(kind="hard_bounce", provider="mailjet", times=1, comment=comment)
    delivery = sent(Command.EMAIL, subject="Your letter")
    assert (delivery.status, delivery.reason) == (Status.BOUNCED, "mailbox")
    (told,) = store.look(anna, said, [delivery.id])[delivery.id]
    words = "bounce · recipient · user unknown · 550 5.1.1 (an address) does not exist"
    assert (told.status, told.words) == (Status.BOUNCED, words)
    kept = store.door(lambda db: db.scalars(select(ProviderReport.words)).all())
    assert all(b"user unknown" not in one for one in kept)  # sealed


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


def test_a_call_with_many_events_is_answered_before_they_are_heard_and_none_is_lost(
    call, store, system, sent, worker, simulator
):
    """P38: a provider that waits too long repeats the call, and may give the address up."""
    simulator.fault(kind="silent", provider="mailjet", times=1)
    delivery = sent(Command.EMAIL, subject="Your letter")
    known = int(simulator.messages("*", "mailjet")[-1]["id"])
    parcel = Parcel("idris@example.org", "Hello", "Hi")
    later = store.clock() + timedelta(hours=1)  # the worker hears reports and hands letters over at the same time
    others = [
        store.run(
            system, outbox.queue, channel=Channel.EMAIL, purpose=Purpose.BODY, parcel=parcel, masked="", due_at=later
        ).id
        for _ in range(22)
    ]
    events = [{"event": "sent", "CustomID": str(one), "MessageID": n} for n, one in enumerate(others, 1)]
    events += [{"event": "sent", "CustomID": str(uuid4()), "MessageID": 99}, {"event": "sent", "MessageID": 98}]
    mine = {"CustomID": str(delivery.id), "MessageID": known}
    events += [{"event": "sent", **mine}, {"event": "bounce", **mine, "hard_bounce": True, "error": "user unknown"}]

    def waiting():
        return store.door(lambda db: db.scalar(select(func.count()).select_from(WaitingReport)))

    def now():
        return store.look(system, find.of_messages, [delivery.message_id])[delivery.message_id][0].status

    def settled():
        row = DeliveryRow
        there = select(func.count()).where(row.id.in_(others), row.status == Status.DELIVERED)
        return store.door(lambda db: db.scalar(there))

    assert call(f"{MAILJET}/events", json=events, auth=("post", "horse")).status_code == 200
    assert (now(), waiting()) == (Status.SENT, 24)
    worker.turn()
    assert (now(), waiting()) == (Status.BOUNCED, 0) and settled() == 22
    told = store.look(system, said, [delivery.id])[delivery.id]
    assert sorted(one.words for one in told) == ["bounce · user unknown", "sent"]
    assert [(one.what, one.times) for one in store.door(odd_calls.totals)] == [("unknown", 1)]
