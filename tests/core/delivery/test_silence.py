"""What providers say late, twice, out of order or not at all; and when it happened."""

from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from core.compose.words import Command, Order
from core.delivery import find, odd_calls
from core.delivery.providers.mailjet_calls import events
from core.delivery.providers.plivo_calls import meaning
from core.delivery.providers.ports import TryAgain
from core.delivery.reports import hear
from core.delivery.status import report
from core.delivery.words import Channel, Report, Status
from core.delivery.worker import Worker
from staffbot.delivery_words import state, why
from tests.core.delivery.test_delivery import send


class Silent:
    """A provider that takes everything and reports nothing; asked, it answers as it is told."""

    name = "plivo"
    per_second = inf
    reads_per_second = inf

    def __init__(self):
        self.answer = None
        self.reads = []

    def send(self, parcel, delivery_id, reference):
        return f"ref-{delivery_id}"

    def look_up(self, reference):
        self.reads.append(reference)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def silent(providers):
    provider = providers.by_channel[Channel.SMS] = Silent()
    return provider


@pytest.fixture
def text(store, anna, amara, silent, providers):
    """A text that was taken, and how it stands now."""
    message = send(store, anna, Order(Command.SMS, (amara.id,), "Your letter is ready"))
    Worker(store, providers).turn()
    return lambda: store.look(anna, find.of_messages, [message.id])[message.id][0]


def pass_time(store, providers, clock, hours):
    worker = Worker(store, providers)
    for _ in range(hours):
        clock.forward(hours=1)
        worker.turn()


def test_without_a_report_the_provider_is_asked_after_an_hour_and_a_day_and_no_more(
    store, silent, text, providers, clock
):
    pass_time(store, providers, clock, 1)
    assert len(silent.reads) == 1
    pass_time(store, providers, clock, 22)
    assert len(silent.reads) == 1
    pass_time(store, providers, clock, 50)
    assert len(silent.reads) == 2 and text().status is Status.SENT
    assert state(text()) == "Sent, no delivery report"


def test_it_says_that_no_report_came_only_after_three_days(store, silent, text, providers, clock):
    clock.forward(hours=71)
    assert state(text()) == "Sent"
    clock.forward(hours=1)
    assert state(text()) == "Sent, no delivery report"


@pytest.mark.parametrize("status", [Status.DELIVERED, Status.FAILED])
def test_what_the_provider_says_when_it_is_asked_counts(store, silent, text, providers, clock, status):
    silent.answer = Report(f"ref-{text().id}", status)
    pass_time(store, providers, clock, 25)
    assert text().status is status and len(silent.reads) == 1


def test_a_provider_that_cannot_be_asked_changes_nothing(store, silent, text, providers, clock):
    silent.answer = TryAgain()
    pass_time(store, providers, clock, 25)
    assert text().status is Status.SENT and len(silent.reads) == 2


def test_what_was_reported_is_not_asked_about(store, system, silent, text, providers, clock):
    store.run(system, hear, text().id, Report(f"ref-{text().id}", Status.DELIVERED))
    pass_time(store, providers, clock, 25)
    assert silent.reads == []


def test_a_text_that_arrived_and_is_then_reported_as_lost_stays_delivered_with_a_note(store, anna, system, text):
    name = f"ref-{text().id}"
    for status in (Status.DELIVERED, Status.FAILED, Status.FAILED):
        store.run(system, report, text().id, status, reference=name, reason="trouble")
    one = text()
    assert (one.status, one.reason) == (Status.DELIVERED, "late_failure")
    assert why(one.channel, one.status, one.reason).startswith("afterwards the network said")
    assert [(one.what, one.times) for one in store.door(odd_calls.totals)] == [("late", 1)]
    told = [(step.status, step.reason) for step in store.look(anna, find.steps, one.message_id)]
    assert told.count((Status.DELIVERED, "late_failure")) == 1 and told[-1] == (Status.DELIVERED, "late_failure")


def test_an_email_that_comes_back_after_it_arrived_came_back(store, anna, system, amara, network):
    message = send(store, anna, Order(Command.EMAIL, (amara.id,), "A letter", subject="Letter"))
    network.settle()
    (one,) = store.look(anna, find.of_messages, [message.id])[message.id]
    assert one.status is Status.DELIVERED
    store.run(system, report, one.id, Status.BOUNCED)
    assert store.look(anna, find.of_messages, [message.id])[message.id][0].status is Status.BOUNCED


def test_the_timeline_shows_the_providers_time_and_never_a_later_one_than_ours(store, anna, system, text, clock):
    name, told_at = f"ref-{text().id}", clock() + timedelta(minutes=1)
    clock.forward(minutes=5)
    store.run(system, report, text().id, Status.DELIVERED, reference=name, at=told_at)
    last = store.look(anna, find.steps, text().message_id)[-1]
    assert (last.shown_at, last.at) == (told_at, clock())  # ours puts them in order
    assert text().at == clock()


def test_a_time_in_the_future_is_shown_as_now(store, anna, system, text, clock):
    store.run(system, report, text().id, Status.DELIVERED, reference=f"ref-{text().id}", at=clock() + timedelta(days=9))
    assert store.look(anna, find.steps, text().message_id)[-1].shown_at == clock()


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ({"DeliveryReportTime": "2026-11-23 10:00:07.250000"}, datetime(2026, 11, 23, 10, 0, 7, 250000, UTC)),
        ({"DeliveryReportTime": "", "SentTime": "2026-11-23 10:00:05"}, datetime(2026, 11, 23, 10, 0, 5, 0, UTC)),
        ({"SentTime": "soon"}, None),
        ({}, None),
    ],
)
def test_plivos_times_are_read_where_the_signature_covers_them(said, at):
    given = {"MessageUUID": "uuid", "Status": "delivered", **said}
    assert meaning(given, sure=True).at == at and meaning(given, sure=False).at is None


@pytest.mark.parametrize(
    ("said", "at"), [(1448013381, datetime(2015, 11, 20, 9, 56, 21, 0, UTC)), ("x", None), (None, None), (10**30, None)]
)
def test_mailjets_times_are_read(said, at):
    event = {"event": "sent", "CustomID": "01a20fdd-5540-713d-90bc-619f8de75cf0", "MessageID": 1, "time": said}
    assert events(event)[0][1].at == at
