"""How fast a provider is called: shared by all workers, halved when told, and grown back."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.delivery.providers import pace
from core.delivery.providers.pace import Bucket, filled
from core.delivery.providers.ports import Found, TooFast, Unsure
from core.delivery.words import Channel
from core.delivery.worker import Worker
from core.store.unit import NOBODYS
from tests.core.delivery.test_outbox import queue

USUAL = 5.0


class Counted:
    """A provider of five calls a second, some of which it finds too many."""

    name = "counted"
    per_second = USUAL
    reads_per_second = inf

    def __init__(self, too_many=0):
        self.calls = 0
        self.too_many = too_many

    def send(self, parcel, delivery_id, reference):
        self.calls += 1
        if self.calls <= self.too_many:
            raise TooFast(1)
        return f"ref-{delivery_id}"

    def look_up(self, reference):
        return None


def test_two_workers_together_keep_to_the_pace(store, practice, providers, clock):
    counted = providers.by_channel[Channel.SMS] = Counted()
    for _ in range(20):
        queue(store, practice)
    workers = [Worker(store, providers), Worker(store, providers)]
    for sent in (5, 10, 15, 20, 20):
        for worker in workers:
            worker.turn()
        assert counted.calls == sent
        clock.forward(seconds=1)


def test_too_many_halves_the_pace_and_minutes_bring_it_back(store, practice, providers, clock):
    provider = providers.by_channel[Channel.SMS] = Counted(too_many=1)
    queue(store, practice)
    Worker(store, providers).turn()
    assert provider.calls == 1

    def rate():
        return store.run(NOBODYS, pace.bucket, "counted", USUAL).rate

    assert rate() == USUAL / 2
    clock.forward(minutes=2)
    assert rate() == pytest.approx(USUAL * 0.7)
    clock.forward(minutes=10)
    assert rate() == USUAL


@given(st.lists(st.floats(0, 100), max_size=30), st.floats(0.2, 50))
def test_however_long_it_fills_a_bucket_holds_one_seconds_worth(pauses, usual):
    bucket = Bucket("x", 0.0, usual / 2)
    for seconds in pauses:
        bucket = filled(bucket, usual, seconds)
        assert 0 <= bucket.level <= max(bucket.rate, 1.0) and bucket.rate <= usual


class Asked(Counted):
    """A provider that says nothing by itself, and may be asked twice a second."""

    per_second = inf
    reads_per_second = 2.0

    def __init__(self, too_many=0):
        super().__init__()
        self.reads = self.searches = 0
        self.too_many_reads = too_many
        self.unsure = False

    def send(self, parcel, delivery_id, reference):
        if self.unsure:
            raise Unsure
        return super().send(parcel, delivery_id, reference)

    def search(self, trace):
        self.searches += 1
        return Found((), sure=True)

    def look_up(self, reference):
        self.reads += 1
        if self.reads <= self.too_many_reads:
            raise TooFast(1)


def test_two_workers_together_ask_no_faster_than_reads_may_go_and_forget_nothing(store, practice, providers, clock):
    asked = providers.by_channel[Channel.SMS] = Asked()
    for _ in range(5):
        queue(store, practice)
    workers = [Worker(store, providers), Worker(store, providers)]
    workers[0].turn()
    clock.forward(hours=1)
    for reads in (2, 4, 5, 5):
        for worker in workers:
            worker.turn()
        assert asked.reads == reads
        clock.forward(seconds=1)


def test_what_somebody_waits_for_is_asked_about_first(store, practice, providers, clock):
    asked = providers.by_channel[Channel.SMS] = Asked()
    worker = Worker(store, providers)
    for _ in range(2):
        queue(store, practice)
    worker.turn()
    asked.unsure = True
    for _ in range(2):
        queue(store, practice)
    worker.turn()
    clock.forward(hours=1)
    worker.turn()
    assert (asked.searches, asked.reads) == (2, 0)
    clock.forward(seconds=1)
    worker.turn()
    assert (asked.searches, asked.reads) == (2, 2)


def test_too_many_reads_slow_the_reads_and_no_text(store, practice, providers, clock):
    asked = providers.by_channel[Channel.SMS] = Asked(too_many=1)
    queue(store, practice)
    Worker(store, providers).turn()
    clock.forward(hours=1)
    Worker(store, providers).turn()
    assert store.run(NOBODYS, pace.bucket, "counted reads", 2.0).rate == 1.0
    queue(store, practice)
    Worker(store, providers).turn()
    assert asked.calls == 2
