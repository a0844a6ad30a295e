"""Lines before the database: who comes while another is at it goes along with the next, and nobody waits for ever."""

import os
import threading
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from core.errors import NotFound
from core.practice.tables import PracticeRow
from core.store.lines import Broken, Job, Lines

WAIT = 20  # seconds after which a test has failed


def job(name: str) -> Job:
    return Job(None, lambda _unit: name)  # type: ignore[arg-type]


@pytest.fixture
def crowd():
    with ThreadPoolExecutor(16) as threads:
        yield threads


class Held:
    """Serves each group when it is let; remembers the groups."""

    def __init__(self) -> None:
        self.groups: list[list[Job]] = []
        self.begun, self.let = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, group: list[Job]) -> None:
        self.groups.append(group)
        self.begun.release()
        assert self.let.acquire(timeout=WAIT)
        for one in group:
            one.end("kept")


def in_line(lines: Lines, key: Hashable, many: int) -> None:
    """Return when so many stand there."""
    while len(lines._waiting.get(key, ())) < many:
        os.sched_yield()


def test_those_who_came_meanwhile_go_together_in_the_order_they_came(crowd):
    served = Held()
    lines = Lines(served)
    jobs = [job(f"{n}") for n in range(5)]
    first = crowd.submit(lines.pass_through, "willow", jobs[0])
    assert served.begun.acquire(timeout=WAIT)
    others = []
    for number, one in enumerate(jobs[1:], 1):
        others.append(crowd.submit(lines.pass_through, "willow", one))
        in_line(lines, "willow", number)
    served.let.release(2)
    for done in (first, *others):
        done.result(WAIT)
    assert served.groups == [[jobs[0]], jobs[1:]]
    assert lines._waiting == {}  # the line is gone with the last of it


def test_lines_of_two_practices_pass_side_by_side(crowd):
    served = Held()
    lines = Lines(served)
    both = [crowd.submit(lines.pass_through, name, job(name)) for name in ("willow", "birch")]
    for _ in both:
        assert served.begun.acquire(timeout=WAIT)  # the second while the first is still at it
    served.let.release(2)
    for done in both:
        done.result(WAIT)


def test_whoever_has_waited_long_enough_goes_by_himself(crowd):
    served, by_themselves = Held(), []

    def alone(group: list[Job]) -> None:
        by_themselves.extend(group)
        group[0].end("alone")

    lines = Lines(served, alone, patience=0.01)
    slow = crowd.submit(lines.pass_through, "willow", job("an import of ten thousand patients"))
    assert served.begun.acquire(timeout=WAIT)
    quick = job("a code that was typed")
    crowd.submit(lines.pass_through, "willow", quick).result(WAIT)
    assert (by_themselves, quick.outcome()) == ([quick], "alone")
    served.let.release()
    slow.result(WAIT)


def test_whoever_serves_and_is_ended_takes_nobody_with_him(crowd):
    entered, end = threading.Event(), threading.Event()

    def ended(group: list[Job]) -> None:
        if not entered.is_set():
            entered.set()
            assert end.wait(WAIT)
            raise SystemExit
        for one in group:
            one.end("kept")

    lines = Lines(ended)
    mine, yours = job("mine"), job("yours")
    gone = crowd.submit(lines.pass_through, "willow", mine)
    assert entered.wait(WAIT)
    waits = crowd.submit(lines.pass_through, "willow", yours)
    in_line(lines, "willow", 1)
    end.set()
    waits.result(WAIT)
    assert yours.outcome() == "kept"
    with pytest.raises(SystemExit):
        gone.result(WAIT)
    with pytest.raises(Broken):
        mine.outcome()


@pytest.mark.parametrize("when", ["in the line", "when it is his turn"])
def test_whoever_waits_and_is_ended_leaves_the_line_to_the_others(crowd, when):
    served = Held()
    lines = Lines(served)

    class Ended(threading.Event):
        def wait(self, timeout=None):
            if when == "when it is his turn":
                super().wait(WAIT)
            raise SystemExit

    mine, ended, yours = job("mine"), job("ended"), job("yours")
    ended.called = Ended()
    first = crowd.submit(lines.pass_through, "willow", mine)
    assert served.begun.acquire(timeout=WAIT)
    gone = crowd.submit(lines.pass_through, "willow", ended)
    if when == "in the line":
        with pytest.raises(SystemExit):
            gone.result(WAIT)
    else:
        in_line(lines, "willow", 1)
    behind = crowd.submit(lines.pass_through, "willow", yours)
    in_line(lines, "willow", 1 + (when != "in the line"))
    served.let.release(2)
    for one in (first, behind):
        one.result(WAIT)
    assert served.groups == [[mine], [yours]]
    assert lines._waiting == {}


def test_one_that_is_refused_in_a_group_takes_nothing_from_the_others(store, anna, crowd):
    """On both databases each is either kept and answered, or refused and not kept."""
    store._lines._patience = WAIT  # nobody steps out
    begun, go_on = threading.Event(), threading.Event()

    def rename(unit, title):
        unit.db.execute(PracticeRow.__table__.update().where(PracticeRow.id == unit.practice_id).values(urgent=title))
        if title == "refused":
            raise NotFound("nothing")
        return unit.db.scalar(select(PracticeRow.urgent).where(PracticeRow.id == unit.practice_id))

    def hold(unit):
        begun.set()
        assert go_on.wait(WAIT)

    held = crowd.submit(store.run, anna, hold)
    assert begun.wait(WAIT)
    asked = {title: crowd.submit(store.run, anna, rename, title) for title in ("one", "refused", "two")}
    in_line(store._lines, None if store.grouped else anna.practice_id, len(asked))
    go_on.set()
    held.result(WAIT)
    assert [asked[title].result(WAIT) for title in ("one", "two")] == ["one", "two"]
    with pytest.raises(NotFound):
        asked["refused"].result(WAIT)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_disk_that_is_full_takes_back_nothing_that_was_acknowledged(store, anna, crowd):
    """SQLite then ends the whole transaction by itself, with those of it that had gone well."""
    begun, go_on = threading.Event(), threading.Event()

    def write(unit, title, too_much=False):
        row = PracticeRow.__table__.update().where(PracticeRow.id == unit.practice_id)
        unit.db.execute(row.values(urgent=title))
        if too_much:
            pages = unit.db.exec_driver_sql("PRAGMA page_count").scalar()
            unit.db.exec_driver_sql(f"PRAGMA max_page_count={pages}")
            unit.db.exec_driver_sql("INSERT INTO full_disk VALUES (zeroblob(1000000))")

    def hold(unit):
        unit.db.exec_driver_sql("CREATE TABLE full_disk (a)")
        begun.set()
        assert go_on.wait(WAIT)

    held = crowd.submit(store.run, anna, hold)
    assert begun.wait(WAIT)
    kept = crowd.submit(store.run, anna, write, "kept")
    in_line(store._lines, None, 1)
    refused = crowd.submit(store.run, anna, write, "too much", too_much=True)
    in_line(store._lines, None, 2)
    go_on.set()
    held.result(WAIT)
    kept.result(WAIT)
    with pytest.raises(OperationalError, match="full"):
        refused.result(WAIT)
    assert store.look(anna, lambda unit: unit.db.scalar(select(PracticeRow.urgent))) == "kept"
