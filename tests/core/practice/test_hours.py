"""Opening hours, read from the line that patients read, and counted only while the practice is open."""

from datetime import UTC, datetime, time

import pytest

from core.errors import Forbidden, Invalid
from core.practice import administer, find
from core.practice.hours import Hours, after, read

WEEK = frozenset(range(5))


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("Monday to Friday, 8 to 6", Hours(WEEK, time(8), time(18))),
        ("Mon–Sat 9:30am – 5pm", Hours(frozenset(range(6)), time(9, 30), time(17))),
        ("Tuesday and Thursday, 10.15 until 14.45", Hours(frozenset({1, 3}), time(10, 15), time(14, 45))),
        ("Saturday to Monday, 22 to 23", Hours(frozenset({5, 6, 0}), time(22), time(23))),
        ("By appointment", None),
        ("Monday to Friday", None),
        ("8 to 6", None),
        ("Monday 25 to 26", None),
        ("Monday 6pm to 8am", None),
    ],
)
def test_hours_are_read_as_people_write_them(line, meant):
    assert read(line) == meant


@pytest.mark.parametrize(
    ("at", "minutes", "due"),
    [
        (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), 120, datetime(2026, 11, 23, 12, 0, tzinfo=UTC)),
        (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), 120, datetime(2026, 11, 24, 9, 0, tzinfo=UTC)),
        (datetime(2026, 11, 27, 19, 0, tzinfo=UTC), 30, datetime(2026, 11, 30, 8, 30, tzinfo=UTC)),  # over the weekend
        (datetime(2026, 11, 23, 3, 0, tzinfo=UTC), 600, datetime(2026, 11, 23, 18, 0, tzinfo=UTC)),
        (
            datetime(2026, 10, 23, 16, 30, tzinfo=UTC),
            60,
            datetime(2026, 10, 26, 8, 30, tzinfo=UTC),
        ),  # the clocks changed
    ],
)
def test_only_open_time_counts(at, minutes, due):
    assert after(Hours(), at, minutes, "Europe/London") == due


def test_owners_set_hours_that_can_be_read(store, anna, ben):
    store.run(anna, administer.set_hours, "Mon to Sat, 9 to 5", 30, 3)
    card = store.look(anna, find.card)
    assert (card.hours, card.open_within, card.answer_days) == ("Mon to Sat, 9 to 5", 30, 3)
    for line, within, days in (
        ("whenever", 30, 2),
        ("Mon, 9 to 5\0", 30, 2),
        ("Mon, 9 to 5\u202e", 30, 2),
        ("Mon, 9 to 5", 31, 2),
        ("Mon, 9 to 5", 30, 4),
    ):
        with pytest.raises(Invalid):
            store.run(anna, administer.set_hours, line, within, days)
    with pytest.raises(Forbidden):
        store.run(ben, administer.set_hours, "Mon, 9 to 5", 30, 2)
