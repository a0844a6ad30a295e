"""The outbox: who goes first, what a worker takes, and what becomes of it when the worker dies."""

import threading
from collections import Counter
from datetime import timedelta
from math import ceil, inf
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from core.delivery import outbox
from core.delivery.providers.ports import TryAgain
from core.delivery.sending import attempt, claim
from core.delivery.tables import DeliveryRow, OutboxRow
from core.delivery.words import Channel, Parcel, Purpose, Rank, Stage, Status
from core.delivery.worker import Worker
from core.store import Who
from core.store.unit import NOBODYS, SYSTEM

ME, OTHER = uuid4(), uuid4()


def queue(store, practice, *, purpose=Purpose.BODY, rank=Rank.PERSON, **more):
    """A text in the outbox."""
    made = store.run(
        Who(practice.id, SYSTEM), outbox.queue, channel=Channel.SMS, purpose=purpose, rank=rank,
        parcel=Parcel("+447700900057", "Hello", sender="+447700900001"), masked="number ending 57", **more,
    )  # fmt: skip
    return made.id


def take(store, most=20, holder=ME):
    return [one.delivery_id for one in store.run(NOBODYS, claim.take, Channel.SMS, holder, most)]


def stages(store, practice):
    return store.look(
        Who(practice.id, SYSTEM),
        lambda unit: dict(unit.db.execute(select(OutboxRow.delivery_id, OutboxRow.stage)).all()),
    )


def status(store, practice, delivery):
    row = DeliveryRow
    return store.look(
        Who(practice.id, SYSTEM),
        lambda unit: unit.db.execute(select(row.status, row.reason).where(row.id == delivery)).one(),
    )


def test_codes_go_before_what_people_write_and_that_before_outreach(store, practice, clock):
    recall = queue(store, practice, rank=Rank.OUTREACH)
    clock.forward(seconds=1)
    text = queue(store, practice)
    clock.forward(seconds=1)
    code = queue(store, practice, purpose=Purpose.CODE, until=clock() + timedelta(minutes=10))
    assert [take(store, 1)[0] for _ in range(3)] == [code, text, recall]


def test_one_practices_thousand_texts_do_not_delay_anothers(store, practice, trial_practice, clock):
    many = [queue(store, practice) for _ in range(40)]
    clock.forward(seconds=1)
    few = [queue(store, trial_practice) for _ in range(3)]
    first = take(store, 6)
    assert set(first) == {*few, *many[:3]}
    assert take(store, 3) == many[3:6]


def test_nothing_leaves_before_its_time_and_what_is_taken_is_taken_once(store, practice, clock):
    held = queue(store, practice, due_at=clock() + timedelta(seconds=10))
    assert take(store) == []
    clock.forward(seconds=10)
    assert take(store) == [held] and take(store, holder=OTHER) == []


def test_workers_side_by_side_take_everything_once(store, practice):
    wanted = {queue(store, practice) for _ in range(60)}
    found: list = []

    def work(holder):
        while some := take(store, 7, holder):
            found.extend(some)

    workers = [threading.Thread(target=work, args=(uuid4(),)) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert Counter(found) == dict.fromkeys(wanted, 1)


def test_what_a_dead_worker_had_only_taken_is_taken_again(store, practice, clock, worker):
    text = queue(store, practice)
    assert take(store) == [text]
    clock.forward(seconds=61)
    worker.turn()
    worker.turn()
    assert status(store, practice, text).status in (Status.SENT, Status.DELIVERED)


def test_a_worker_that_was_too_slow_does_not_begin_what_another_has(store, practice, clock):
    text = queue(store, practice)
    who = Who(practice.id, SYSTEM)
    take(store)
    clock.forward(seconds=61)
    store.run(NOBODYS, claim.let_go)
    assert take(store, holder=OTHER) == [text]
    assert store.run(who, attempt.begin, text, ME, "plivo", "mark") is None
    assert store.run(who, attempt.begin, text, OTHER, "plivo", "mark") is not None
    assert store.run(who, attempt.begin, text, OTHER, "plivo", "mark") is None


def test_what_a_dead_worker_had_begun_is_a_doubt_and_not_sent_again(store, practice, clock, worker, network):
    text = queue(store, practice)
    who = Who(practice.id, SYSTEM)
    take(store)
    store.run(who, attempt.begin, text, ME, "sandbox", "mark")
    clock.forward(minutes=3)
    assert network.to("+447700900057") == []
    assert status(store, practice, text).status is Status.UNKNOWN


def test_taken_out_before_anybody_was_called_it_never_goes(store, practice, network):
    text = queue(store, practice)
    who = Who(practice.id, SYSTEM)
    take(store)
    assert store.run(who, outbox.cancel, text)
    assert store.run(who, attempt.begin, text, ME, "sandbox", "mark") is None
    assert not store.run(who, outbox.cancel, text)
    assert network.to("+447700900057") == [] and status(store, practice, text).status is Status.CANCELLED


def test_what_waits_to_be_tried_again_can_be_taken_out_and_what_was_begun_cannot(store, practice, network, clock):
    refused, begun = queue(store, practice), queue(store, practice)
    who = Who(practice.id, SYSTEM)
    take(store)
    for text in (refused, begun):
        store.run(who, attempt.begin, text, ME, "sandbox", "mark")
    store.run(who, attempt.later, refused, 60)
    assert store.run(who, outbox.cancel, refused) and not store.run(who, outbox.cancel, begun)
    clock.forward(minutes=30)
    assert network.to("+447700900057") == []
    assert [status(store, practice, one).status for one in (refused, begun)] == [Status.CANCELLED, Status.UNKNOWN]


def test_a_parcel_nobody_can_open_fails_alone(store, practice, network):
    bad, good = queue(store, practice), queue(store, practice)
    store.run(
        Who(practice.id, SYSTEM),
        lambda unit: (
            unit.db.execute(
                update(OutboxRow).where(OutboxRow.delivery_id == bad).values(parcel=b"\x01" + b"x" * 60)
            ).rowcount
        ),
    )
    network.settle()
    assert status(store, practice, bad) == (Status.FAILED, "unreadable")
    assert status(store, practice, good).status is Status.DELIVERED and stages(store, practice) == {}


class Busy:
    """A provider that is not there, and says when to come back."""

    name = "busy"
    per_second = inf
    reads_per_second = inf

    def __init__(self, after=0):
        self.after = after
        self.calls = 0

    def send(self, parcel, delivery_id, reference):
        self.calls += 1
        raise TryAgain(self.after)


def test_it_is_tried_less_and_less_often_and_given_up_after_a_day(store, practice, providers, worker, clock):
    busy = providers.by_channel[Channel.SMS] = Busy()
    worker = Worker(store, providers)
    text = queue(store, practice, credits=0)
    waits = []
    for _ in range(8):
        worker.turn()
        due = store.look(Who(practice.id, SYSTEM), lambda unit: unit.db.scalar(select(OutboxRow.due_at)))
        waits.append((due - clock()).total_seconds())
        clock.forward(seconds=ceil(waits[-1]))
    usual = [5, 15, 60, 240, 900, 1800, 1800, 1800]
    assert all(0.8 * want <= got <= 1.2 * want for want, got in zip(usual, waits, strict=True))
    assert busy.calls == 8 and len(set(waits[5:])) > 1
    clock.forward(hours=24)
    worker.turn()
    assert status(store, practice, text) == (Status.FAILED, "gave_up") and stages(store, practice) == {}


def test_it_is_never_tried_before_the_provider_said(store, practice, providers, clock):
    busy = providers.by_channel[Channel.SMS] = Busy(after=100)
    worker = Worker(store, providers)
    queue(store, practice)
    for seconds in (0, 99, 1):
        clock.forward(seconds=seconds)
        worker.turn()
    assert busy.calls == 2


def test_a_code_that_could_not_go_dies_with_its_ten_minutes(store, practice, providers, clock):
    providers.by_channel[Channel.SMS] = Busy()
    worker = Worker(store, providers)
    code = queue(store, practice, purpose=Purpose.CODE, until=clock() + timedelta(minutes=10))
    worker.turn()
    clock.forward(minutes=10)
    worker.turn()
    assert status(store, practice, code) == (Status.FAILED, "too_late") and stages(store, practice) == {}


class Slow:
    """A provider whose first call takes until it is told to end."""

    name = "slow"
    per_second = inf
    reads_per_second = inf

    def __init__(self):
        self.let_go = threading.Event()
        self.called = threading.Event()
        self.fast = threading.Semaphore(0)

    def send(self, parcel, delivery_id, reference):
        if not self.called.is_set():
            self.called.set()
            assert self.let_go.wait(20)
        else:
            self.fast.release()
        return f"ref-{delivery_id}"


@pytest.fixture
def running(store, providers):
    """A worker that runs beside the test, and what stops it."""
    slow = providers.by_channel[Channel.SMS] = Slow()
    worker, stop = Worker(store, providers), threading.Event()
    thread = threading.Thread(target=worker.run_forever, args=(stop,))

    def end():
        stop.set()
        worker.wake()

    thread.start()
    yield slow, worker, end, thread
    slow.let_go.set()
    end()
    thread.join(20)


def test_one_slow_call_does_not_stop_the_line(store, practice, running):
    slow, worker, _, _ = running
    queue(store, practice)
    worker.wake()
    assert slow.called.wait(20)
    for _ in range(30):
        queue(store, practice)
    worker.wake()
    assert all(slow.fast.acquire(timeout=20) for _ in range(30))


def test_told_to_stop_it_ends_the_call_under_way_and_begins_no_other(store, practice, running):
    slow, worker, end, thread = running
    first = queue(store, practice)
    worker.wake()
    assert slow.called.wait(20)
    end()
    waiting = queue(store, practice)
    slow.let_go.set()
    thread.join(20)
    assert not thread.is_alive()
    assert status(store, practice, first).status is Status.SENT and stages(store, practice) == {waiting: Stage.WAITING}


def test_a_worker_with_nothing_to_do_rests(store, practice, providers):
    """Looking after the rest, once ended, is no reason to look again: an idle process would never be idle."""
    looks, stop = [], threading.Event()
    worker = Worker(store, providers, chores=(lambda: looks.append(1) or 0,))

    class Rests(threading.Event):
        turns = 0

        def wait(self, timeout=None):
            worker._aside.wait()
            self.turns += 1
            if self.turns == 5:
                stop.set()
            return self.is_set()

    worker._wake = Rests()
    worker.run_forever(stop)
    assert worker._wake.turns == 5
    assert len(looks) < 3  # once, and once more where this machine was slower than a second
