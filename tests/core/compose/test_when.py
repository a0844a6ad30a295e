"""Times said at the start of a text: a few forms and no others, in the practice's own zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.compose import when
from core.compose.words import NotThen

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday
LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("typed", "at"),
    [("tomorrow 9am", "11-24 09:00"), ("Tomorrow at 9:30 pm,", "11-24 21:30"), ("tomorrow 9am:", "11-24 09:00"),
     ("in 2 hours", "11-23 12:00"), ("in 2 hours:", "11-23 12:00"),
     ("in 90 minutes", "11-23 11:30"), ("in 3 days", "11-26 10:00"), ("Mon 14:00", "11-23 14:00"),
     ("Monday 9:00", "11-30 09:00"), ("next friday 12pm", "11-27 12:00"), ("24/12 09:00", "12-24 09:00"),
     ("24 December 9am", "12-24 09:00"), ("9am tomorrow", "11-24 09:00"), ("14:00 on Mon,", "11-23 14:00"), ("24.12. 9:00", "12-24 09:00"),
     ("2026-12-24 09:00", "12-24 09:00"), ("tonight 8pm", "11-23 20:00"), ("in 2 h 30 min", "11-23 12:30"), ("in half an hour", "11-23 10:30"), ("today 09:00", "11-23 09:00"), ("24/12/2026 12am", "12-24 00:00"),
     ("24/12/26 9am", "12-24 09:00"), ("2026-12-24T09:00", "12-24 09:00"), ("on 24 December at 9am", "12-24 09:00"), ("24th Dec, 9am", "12-24 09:00"),
     ("Dec 24 9am", "12-24 09:00"), ("December 24th, 2026 at 9am,", "12-24 09:00"), ("tomorrow at noon", "11-24 12:00"), ("on Mon 14:00", "11-23 14:00"),
     ("monday next week 9am", "11-30 09:00"), ("the day after tomorrow at 9:30", "11-25 09:30"), ("in 2 weeks, 10am", "12-07 10:00"), ("Fri 27 Nov 9am", "11-27 09:00")],
)  # fmt: skip
def test_these_are_times(typed, at):
    said = when.read(f"{typed} See you at 11", NOW, LONDON)
    assert (f"{said.at:%m-%d %H:%M}", said.rest) == (at, "See you at 11")


@pytest.mark.parametrize(
    "words",
    ["tomorrow is fine", "9am works for us", "in two minds", "in 5 letters", "Mon cheri 14:00", "31/2 09:00", "24/12",
     "today 25:00", "tomorrow 9:00:30 x", "tomorrow 9ambulances", "24/13 09:00 x", "in 400 days x", "sunny 9:00", "", "monday", "9am on the dot",
     "in an instant", "2026-13-01 09:00 x", "March 9am", "march 5:30 x", "on 3 9:00 x", "decide 24 9am", "fridayT09:00 x",
     "in 2 weeks we close", "next week 9am", "a week ago 9:00 x", "march 2027 9:00 x", "fri 28 nov 9am"],
)  # fmt: skip
def test_these_are_words(words):
    assert when.read(words, NOW, LONDON) is None


def test_a_date_that_is_over_is_next_years_and_the_zone_is_the_practices():
    assert when.read("3/1 09:00 x", NOW, LONDON).at == datetime(2027, 1, 3, 9, tzinfo=UTC)
    assert when.read("tomorrow 9am x", NOW, "America/New_York").at == datetime(2026, 11, 24, 14, tzinfo=UTC)
    assert when.read("28/3 09:00 x", NOW, LONDON).at == datetime(2027, 3, 28, 8, tzinfo=UTC)  # summer time began


@pytest.mark.parametrize(
    ("at", "quiet", "better"),
    [("11-23 09:00", True, "11-24 09:00"), ("11-23 23:30", True, "11-24 08:00"),
     ("11-24 05:00", True, "11-24 08:00"), ("11-23 05:00", True, "11-24 08:00"),
     ("11-23 23:30", False, None), ("11-23 10:30", True, None)],
)  # fmt: skip
def test_a_time_over_or_at_night_is_refused_with_the_next_possible_one(at, quiet, better):
    asked = datetime.strptime(f"2026-{at}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    if better is None:
        when.check(asked, NOW, LONDON, quiet=quiet)
        return
    with pytest.raises(NotThen) as refused:
        when.check(asked, NOW, LONDON, quiet=quiet)
    assert f"{refused.value.better:%m-%d %H:%M}" == better


@settings(max_examples=60)
@given(st.timedeltas(timedelta(days=0), timedelta(days=700)), st.timedeltas(timedelta(days=-3), timedelta(days=300)))
def test_what_is_possible_is_ahead_by_day_and_possible_itself(later, ahead):
    now = NOW + later
    for zone in (LONDON, "Asia/Kathmandu", "America/New_York"):
        found = when.possible(now + ahead, now, zone, quiet=True)
        assert found > now
        assert when.possible(found, now, zone, quiet=True) == found


@pytest.mark.parametrize(
    ("typed", "at"),
    [("friday call", "11-27 09:00"), ("on 24/12, call", "12-24 09:00"), ("at 3pm call", "11-23 15:00"),
     ("at 9:30 call", "11-24 09:30"), ("in 2 hours call", "11-23 12:00"), ("tomorrow call", "11-24 09:00"),
     ("3pm call", "11-23 15:00"), ("9:30 call", "11-24 09:30"), ("noon: call", "11-23 12:00"), ("dec 24th call", "12-24 09:00"),
     ("next week call", "11-30 09:00"), ("next month: call", "12-01 09:00"), ("in 2 weeks call", "12-07 09:00"), ("in three weeks at 3pm call", "12-14 15:00"),
     ("friday next week, call", "12-04 09:00"), ("next friday call", "11-27 09:00"), ("today 3pm call", "11-23 15:00"), ("Thu 24/12/2026 call", "12-24 09:00")],
)  # fmt: skip
def test_where_a_time_must_stand_a_day_or_a_clock_alone_is_enough(typed, at):
    said = when.loosely(typed, NOW, LONDON)
    assert (f"{said.at:%m-%d %H:%M}", said.rest) == (at, "call")
    for words in ("call the lab", "at once", "march on", "2027 budget", "last week we met", "a week ago"):
        assert when.loosely(words, NOW, LONDON) is None, words


@pytest.mark.parametrize(
    ("typed", "at", "rest"),
    [("call the lab in 2 hours", "11-23 12:00", "call the lab"), ("call the lab, tomorrow 9am.", "11-24 09:00", "call the lab"),
     ("call on 24 december at 3pm", "12-24 15:00", "call"), ("friday lunch on monday", "11-30 09:00", "friday lunch"),
     ("call the lab in 2 weeks", "12-07 09:00", "call the lab"), ("order stamps next month", "12-01 09:00", "order stamps")],
)  # fmt: skip
def test_a_time_may_stand_at_the_end_of_what_is_to_be_reminded_of(typed, at, rest):
    said = when.at_the_end(typed, NOW, LONDON)
    assert (f"{said.at:%m-%d %H:%M}", said.rest) == (at, rest)
    assert when.at_the_end("call the lab at 5", NOW, LONDON) is None and when.at_the_end("friday", NOW, LONDON) is None
