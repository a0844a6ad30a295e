"""Foundations: one commit for many, sealed and bound, an audit trail that cannot be edited, a bus that only wakes."""

import contextlib
import socket
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.audit.trail import PURPOSE, append, entries
from core.audit.verify import verify
from core.errors import Invalid, NotFound
from core.ids import new_id
from core.live import log
from core.live.bus import LocalBus, SharedBus
from core.practice.tables import PracticeRow
from core.seal import keyring
from core.seal.envelope import Unreadable, key_of
from core.seal.keyring import Erased, Keyring
from core.store import Who
from core.store.sealing import Place
from core.store.unit import SYSTEM, Told
from tests import cheaper
from tests.demo_process import free_port


def test_a_failing_action_leaves_the_others_of_its_group_untouched(store, system):
    def act(unit, n):
        append(unit, f"step {n}")
        if n % 5 == 0:
            raise Invalid("n", "fifth")

    def quietly(n):
        try:
            store.run(system, act, n)
        except Invalid:
            return n
        return None

    with ThreadPoolExecutor(8) as pool:
        refused = [n for n in pool.map(quietly, range(40)) if n is not None]
    assert refused == [n for n in range(40) if n % 5 == 0]
    verbs = [one["verb"] for one in store.look(system, lambda unit: list(entries(unit)))]
    assert sum(verb.startswith("step") for verb in verbs) == 32


def test_what_a_group_tells_is_numbered_by_practice_without_a_gap(store, system, trial_practice):
    """Many commit together; whoever is refused leaves no number behind, and no practice counts for another."""
    elsewhere = Who(trial_practice.id, SYSTEM)
    before = {who: store.look(who, log.newest) for who in (system, elsewhere)}

    def act(unit, n):
        unit.tell("typing", kept=False, n=n)
        unit.tell("read.updated", n=n)
        unit.tell("message.updated", n=n)
        if n % 5 == 0:
            raise Invalid("n", "fifth")

    def quietly(n):
        with contextlib.suppress(Invalid):
            store.run(elsewhere if n % 3 == 0 else system, act, n)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(quietly, range(60)))
    for who, start in before.items():
        found = store.look(who, log.since, start)
        assert [event.seq for event in found] == list(range(start + 1, start + 1 + len(found)))
        said = [(event.name, event.data["n"]) for event in found]
        ended = {n for n in range(60) if n % 5 and (n % 3 == 0) == (who is elsewhere)}
        assert {n for _name, n in said} == ended
        assert all(said[at] == ("read.updated", said[at + 1][1]) for at in range(0, len(said), 2))


def test_two_that_wait_for_each_other_both_come_through(store, system, practice):
    """Each holds one row and wants the other's; on SQLite one writer keeps them apart."""
    meeting, met, begun = threading.Barrier(2), set(), threading.Event()

    def raise_both(unit, first, second):
        for number, name in enumerate((first, second)):
            unit.db.execute(
                text("UPDATE staff_group SET name = name || '!' WHERE practice_id = :practice AND name LIKE :name"),
                {"practice": practice.id.hex if store.grouped else practice.id, "name": f"{name}%"},
            )
            begun.set()
            if number == 0 and not store.grouped and first not in met:  # whoever tries again meets nobody
                met.add(first)
                meeting.wait(timeout=60)

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(store.run, system, raise_both, "admin", "everyone")
        assert begun.wait(60)  # both in one group would not meet: the second tires of the line and goes by himself
        other = pool.submit(store.run, system, raise_both, "everyone", "admin")
        for done in (one, other):
            done.result()
    names = store.look(system, lambda unit: unit.db.scalars(text("SELECT name FROM staff_group")).all())
    assert {"admin!!", "everyone!!"} <= set(names)


@pytest.mark.attack("H02")
@pytest.mark.s("S101")
def test_what_is_sealed_opens_only_in_its_own_cell(store, system, trial_practice):
    place = Place("message", uuid4(), "body", uuid4())
    sealed = store.look(system, lambda unit: unit.seals.seal(b"words", place))
    assert store.look(system, lambda unit: unit.seals.open(sealed, place)) == b"words"
    for moved in (
        Place("message", uuid4(), "body", place.patient),
        Place("message", place.row, "subject", place.patient),
        Place("file", place.row, "body", place.patient),
        Place("message", place.row, "body", uuid4()),
    ):
        with pytest.raises(Unreadable):
            store.look(system, lambda unit, moved=moved: unit.seals.open(sealed, moved))
    with pytest.raises((Unreadable, Erased)):
        store.look(Who(trial_practice.id, system.actor), lambda unit: unit.seals.open(sealed, place))
    with pytest.raises(Unreadable):
        store.look(system, lambda unit: unit.seals.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), place))


@pytest.mark.s("S103")
def test_what_is_shredded_is_erased_for_certain(store, system):
    place = Place("message", uuid4(), "body")
    sealed = store.look(system, lambda unit: unit.seals.seal(b"words", place))

    def shred(unit, refused):
        unit.seals.shred(key_of(sealed))
        assert not unit.seals.is_there(key_of(sealed))
        with pytest.raises(Erased):
            unit.seals.open(sealed, place)
        if refused:
            raise NotFound("what else it was to do")

    with pytest.raises(NotFound):
        store.run(system, shred, refused=True)
    assert store.look(system, lambda unit: unit.seals.open(sealed, place)) == b"words"  # nothing says it was erased
    store.run(system, shred, refused=False)
    with pytest.raises(Erased):
        store.look(system, lambda unit: unit.seals.open(sealed, place))


@pytest.mark.s("S103")
def test_another_process_forgets_within_a_minute_what_was_shredded(settings, store, system, clock, monkeypatch):
    place, seconds = Place("message", uuid4(), "body"), [1000.0]
    sealed = store.look(system, lambda unit: unit.seals.seal(b"words", place))
    other = Keyring(settings, clock)
    with monkeypatch.context() as standing:
        standing.setattr(keyring, "time", SimpleNamespace(monotonic=lambda: seconds[0]))
        assert other.by_id(system.practice_id, key_of(sealed))
        store.run(system, lambda unit: unit.seals.shred(key_of(sealed)))
        seconds[0] += 59
        assert other.by_id(system.practice_id, key_of(sealed))
        seconds[0] += 1
        with pytest.raises(Erased):
            other.by_id(system.practice_id, key_of(sealed))
    other.close()


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.s("S103")
def test_no_byte_of_a_key_that_was_shredded_stays_in_the_file(settings, store, system):
    sealed = store.look(system, lambda unit: unit.seals.seal(b"words", Place("message", uuid4(), "body")))
    folder = settings.instance

    def lies_there(wrapped):
        return [one.name for one in folder.glob("keyring.db*") if wrapped in one.read_bytes()]

    with sqlite3.connect(folder / "keyring.db") as db:
        (wrapped,) = db.execute("SELECT wrapped FROM data_key WHERE id = ?", [key_of(sealed).hex]).fetchone()
    db.close()
    assert lies_there(wrapped)
    store.run(system, lambda unit: unit.seals.shred(key_of(sealed)))
    assert lies_there(wrapped) == []


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET verb = 'x'", "DELETE FROM audit_entry"])
@pytest.mark.attack("H09")
@pytest.mark.s("S108")
def test_the_audit_trail_cannot_be_edited(store, system, practice, statement):
    with pytest.raises(DBAPIError), store.writer.begin() as db:
        db.execute(text(statement))


def test_the_audit_chain_names_the_first_entry_that_does_not_fit(store, system):
    for n in range(5):
        store.run(system, append, f"step {n}", None, count=n)
    key = store.seals(system.practice_id).mac_key(PURPOSE)
    trail = store.look(system, lambda unit: list(entries(unit)))
    assert verify(key, trail).unbroken
    assert verify(key, trail[:2] + trail[3:]).broken_at == 3
    assert verify(key, [trail[1], trail[0], *trail[2:]]).broken_at == 1
    assert verify(key, [{**one, "verb": "other"} if n == 2 else one for n, one in enumerate(trail)]).broken_at == 3


def test_an_event_reaches_another_process_as_ids_and_oneself_only_once(valkey):
    here, there = SharedBus(valkey), SharedBus(valkey)
    mine, theirs, arrived = [], [], threading.Event()
    here.listen(mine.append)
    there.listen(lambda event: (theirs.append(event), arrived.set()))
    practice, conversation = uuid4(), uuid4()
    told = Told("message.created", conversation, None, {"message": str(uuid4())}, carry="words that stay here", seq=7)
    for _ in range(100):  # the other side may still be subscribing
        here.publish(practice, [told])
        if arrived.wait(0.1):
            break
    assert theirs[0].practice_id == practice and theirs[0].seq == 7 and theirs[0].carry is None
    assert theirs[0].data == told.data
    assert all(event.carry == "words that stay here" for event in mine)
    here.close()
    there.close()


def test_what_was_committed_together_goes_to_another_process_in_one_call_and_in_order(monkeypatch):
    here, there = SharedBus("redis://127.0.0.1:1/0"), SharedBus("redis://127.0.0.1:1/0")
    sent, heard = [], []
    monkeypatch.setattr(here._telling, "publish", lambda _channel, packed: sent.append(packed))
    LocalBus.listen(there, heard.append)
    practice, thread, person, at = uuid4(), uuid4(), uuid4(), datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
    first = Told("message.created", thread, None, {"message": uuid4(), "seq": 3}, seq=7)
    second = Told("notification.created", None, person, {"at": at, "typed": False})
    here.publish(practice, [first, second])
    (packed,) = sent
    there._hear(packed)
    assert [(one.practice_id, one.seq, one.name, one.conversation_id, one.staff_id) for one in heard] == [
        (practice, 7, "message.created", thread, None),
        (practice, 0, "notification.created", None, person),
    ]
    said = [{"message": str(first.data["message"]), "seq": 3}, {"at": str(at), "typed": False}]
    assert [one.data for one in heard] == said


@pytest.mark.parametrize(
    "packed",
    [b"", b"\xff", b"[]", b"7", b"{}", b'{"from": "x"}', b'{"from": "x", "practice": 5, "told": []}',
     b'{"from": "x", "practice": "elm", "told": []}', b'{"from": "x", "practice": null, "told": [[1]]}'],
)  # fmt: skip
def test_what_nobody_of_ours_says_on_the_bus_ends_nobodys_listening(packed, capfd):
    bus, heard = SharedBus("redis://127.0.0.1:1/0"), []
    LocalBus.listen(bus, heard.append)
    bus._hear(packed)
    assert heard == [] and capfd.readouterr().err.count("the bus brought what is never said") == 1


def test_a_bus_that_takes_the_connection_and_never_answers_keeps_nobody_waiting(monkeypatch, capfd):
    monkeypatch.setattr("core.live.bus.PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        bus = SharedBus(f"redis://127.0.0.1:{hanging.getsockname()[1]}/0")
        monkeypatch.setattr("core.live.bus.time", SimpleNamespace(monotonic=lambda: 1000.0))
        for _ in range(20):
            bus.publish(new_id(), [Told("message.created", None, None, {})])
        bus.close()
    assert capfd.readouterr().err.count("the bus did not take an event") == 1  # the first alone waited for it


def test_what_is_kept_is_never_answered_as_if_it_were_not(store, system, practice, capfd):
    def breaks(_practice_id, _told):
        raise RuntimeError

    store.after_commit = breaks

    def rename(unit):
        unit.db.execute(PracticeRow.__table__.update().where(PracticeRow.id == unit.practice_id).values(urgent="Ring"))
        unit.tell("practice.updated")
        return "done"

    assert store.run(system, rename) == "done"
    assert store.look(system, lambda unit: unit.db.scalar(select(PracticeRow.urgent))) == "Ring"
    assert "what is kept was not told" in capfd.readouterr().err


def test_a_bus_that_was_closed_follows_nobody_and_complains_of_nothing(capfd):
    bus = SharedBus(f"redis://127.0.0.1:{free_port()}/0")  # nobody answers there
    before = set(threading.enumerate())
    bus.listen(lambda _event: None)
    (following,) = set(threading.enumerate()) - before
    bus.close()
    following.join(10)
    assert not following.is_alive()
    assert capfd.readouterr().err.count("the bus is away") <= 1


def test_what_is_shipped_waits_for_the_disk_before_it_acknowledges():
    """The tests in this process do not (tests/cheaper.py)."""
    assert [one for one in cheaper.SHIPPED if one.startswith("synchronous")] == ["synchronous=FULL"]
