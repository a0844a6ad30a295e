"""What one person prepares for patients is counted for every process, in the transaction that keeps it."""

import pytest

from core.compose.paced import count_draft
from core.errors import Invalid, TooMany


def refused(store, who) -> int:
    """How long one is told to wait; 0 when it is taken."""
    try:
        store.run(who, count_draft)
    except TooMany as error:
        return error.wait
    return 0


@pytest.mark.attack("E08")
@pytest.mark.s("S58")
def test_ten_in_a_minute_and_two_hundred_in_a_day_whichever_process_asks(store, anna, ben, clock):
    for _ in range(10):
        assert refused(store, anna) == 0
    assert refused(store, anna) == 60 and refused(store, ben) == 0
    for _ in range(19):
        clock.forward(seconds=60)
        assert [refused(store, anna) for _ in range(10)] == [0] * 10
    clock.forward(seconds=60)
    assert refused(store, anna) == 86_400 - 20 * 60
    clock.forward(days=1)
    assert refused(store, anna) == 0


def test_what_is_refused_for_another_reason_is_not_counted(store, anna):
    def fails(unit):
        count_draft(unit)
        raise Invalid("text", "empty")

    for _ in range(15):
        with pytest.raises(Invalid):
            store.run(anna, fails)
    assert refused(store, anna) == 0
