"""A small soak on SQLite: eighty deliveries, faults at random, a worker killed twice. `make soak` is 20,000 on
PostgreSQL.
"""

import pytest

from tests.soak.run import soak


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_whatever_fails_and_whoever_dies_everything_ends_once_and_is_paid_for_once(settings, simulator):
    out = soak(settings, simulator, deliveries=80, workers=2, kills=2, limit=200, factor=60)
    assert (out.doubles, out.lost, out.unaccounted, out.kills) == (0, 0, 0, 2), out
    assert out.spent == out.units and sum(out.statuses.values()) == 80, out
