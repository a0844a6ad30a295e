"""Days and times as people read them."""

from datetime import UTC, date, datetime, timedelta

from core import calendar

SUMMER = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


def test_times_are_told_in_the_practices_own_zone():
    assert calendar.clock(SUMMER, "Europe/London") == "00:30"
    assert calendar.day(SUMMER, "Europe/London") == "Thursday 2 July"
    assert calendar.moment(SUMMER, "America/New_York") == "1 Jul 2026, 19:30"


def test_a_list_tells_times_of_today_by_the_clock_then_days_then_dates():
    now = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
    hours = (0, 19, 24, 5 * 24, 7 * 24, 400 * 24)
    said = [calendar.lately(now - timedelta(hours=ago), now, "Europe/London") for ago in hours]
    assert said == ["10:00", "15:00", "Sun", "Wed", "2 Mar", "2 Feb"]


def test_a_birthday_nobody_knows_is_no_words():
    assert calendar.birthday(date(1985, 3, 14)) == "14 March 1985"
    assert calendar.birthday(None) == ""


def test_an_age_is_in_years_and_that_of_a_small_child_in_months():
    today = date(2026, 3, 13)
    born = [date(1985, 3, 14), date(1985, 3, 13), date(2024, 3, 13), date(2024, 3, 14), date(2026, 2, 13), today]
    assert [calendar.aged(one, today) for one in born] == ["40", "41", "2", "23 months", "1 month", "0 months"]
