"""The hub's book of sockets: who hears is found by person, and who comes and goes is told together."""

from types import SimpleNamespace
from uuid import UUID, uuid4

import gevent
import pytest

from core.live.bus import Event
from core.store import Actor, ActorKind, Who
from staffbot.live import comings
from staffbot.live.hub import Hub
from staffbot.live.sockets import Sockets
from tests.listening import Listening

PRACTICE = uuid4()


def socket(person: UUID, practice: UUID = PRACTICE) -> Listening:
    return Listening(Who(practice, Actor(ActorKind.STAFF, person)))


@pytest.fixture
def anna() -> UUID:
    return uuid4()


def test_sockets_are_found_by_person_and_practice(anna):
    ben, tom, elsewhere = uuid4(), uuid4(), uuid4()
    open_ones = [socket(anna), socket(anna), socket(ben), socket(tom), socket(anna, elsewhere)]
    sockets = Sockets()
    for one in open_ones:
        sockets.add(one)
    assert set(sockets.of_practice(PRACTICE)) == set(open_ones[:4])
    sockets.remove(open_ones[3])
    assert set(sockets.of_practice(PRACTICE)) == set(open_ones[:3])
    sockets.add(open_ones[3])
    assert set(sockets.of_practice(PRACTICE)) == set(open_ones[:4])
    assert set(sockets.of_people(PRACTICE, [anna, tom, uuid4()])) == {*open_ones[:2], open_ones[3]}
    assert (sockets.count(), sockets.count(anna), sockets.count(uuid4())) == (5, 3, 0)


def test_a_practice_is_known_to_be_empty_with_its_last_socket_and_closing_twice_counts_once(anna):
    one, other = socket(anna), socket(anna)
    sockets = Sockets()
    sockets.add(one)
    sockets.add(other)
    assert not sockets.remove(one) and not sockets.remove(one)
    assert sockets.count(anna) == 1 and sockets.anybody(PRACTICE)
    assert sockets.remove(other)
    assert sockets.count() == 0 and not sockets.anybody(PRACTICE)


def test_who_comes_at_the_same_moment_is_told_in_one_write(anna, monkeypatch):
    monkeypatch.setattr(comings, "GATHERED", 0)
    hub = Hub(SimpleNamespace(clock=None))
    listening = socket(anna)
    hub._sockets.add(listening)
    for _ in range(3):
        hub.hear(Event(PRACTICE, 0, "presence", None, None, {"who": str(uuid4()), "here": True}))
    assert not listening.written
    gevent.idle()
    gevent.wait(timeout=1)
    assert len(listening.written) == 1 and listening.written[0].count(b'"presence"') == 3
