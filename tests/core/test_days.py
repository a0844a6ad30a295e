"""Days as people write them."""

from datetime import date

import pytest

from core.days import leading, written_day, written_days

TODAY = date(2026, 11, 23)  # a Monday


def read(said, *, past=False):
    days = written_days(said, TODAY, past=past)
    return days and (f"{days.first}" if days.first == days.last else f"{days.first} {days.last}")


@pytest.mark.parametrize(
    ("said", "day"),
    [("24th december", "2026-12-24"), ("24. dec", "2026-12-24"), ("24.12.", "2026-12-24"), ("December 24", "2026-12-24"),
     ("dec. 24th", "2026-12-24"), ("24th of december 2026", "2026-12-24"), ("dec 24, 2026", "2026-12-24"),
     ("24/12/26", "2026-12-24"), ("24-12-2026", "2026-12-24"), ("2026/12/24", "2026-12-24"), ("2026-12-4", "2026-12-04"),
     ("Thu, 24 December", "2026-12-24"), ("on the 24th of december", "2026-12-24"), (" “Today,” ", "2026-11-23"),
     ("the day after tomorrow", "2026-11-25"), ("day before yesterday", "2026-11-21"),
     ("next friday", "2026-11-27"), ("friday", "2026-11-27"), ("weds", "2026-11-25"), ("monday", "2026-11-30"), ("this monday", "2026-11-23"),
     ("last monday", "2026-11-16"), ("friday next week", "2026-12-04"), ("monday last week", "2026-11-16"),
     ("in 4 days", "2026-11-27"), ("in 2 weeks", "2026-12-07"), ("in two weeks' time", "2026-12-07"), ("in a month", "2026-12-23"),
     ("3 days ago", "2026-11-20"), ("a week ago", "2026-11-16"), ("9 months ago", "2026-02-23"),
     ("end of the month", "2026-11-30"), ("end of next month", "2026-12-31")],
)  # fmt: skip
def test_a_day_is_understood_however_it_is_written(said, day):
    assert read(said) == day


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [("last week", "2026-11-16", "2026-11-22"), ("This  Week", "2026-11-23", "2026-11-29"), ("next week", "2026-11-30", "2026-12-06"),
     ("last month", "2026-10-01", "2026-10-31"), ("next month", "2026-12-01", "2026-12-31"), ("last year", "2025-01-01", "2025-12-31"),
     ("last 7 days", "2026-11-16", "2026-11-23"), ("past two weeks", "2026-11-09", "2026-11-23"), ("november", "2026-11-01", "2026-11-30"),
     ("february", "2027-02-01", "2027-02-28"), ("last march", "2026-03-01", "2026-03-31"), ("march 2026", "2026-03-01", "2026-03-31"),
     ("2026-03", "2026-03-01", "2026-03-31"), ("2026", "2026-01-01", "2026-12-31")],
)  # fmt: skip
def test_several_days_are_understood_as_the_first_and_the_last(said, first, last):
    assert read(said) == f"{first} {last}"
    assert written_day(said, TODAY) is None


def test_where_one_looks_back_a_day_is_the_last_that_was():
    said = ("friday", "monday", "1 dec", "1/3", "23 nov", "29 feb", "dec", "november", "tomorrow", "next friday")
    assert [read(one, past=True) for one in said] == [
        "2026-11-20", "2026-11-23", "2025-12-01", "2026-03-01", "2026-11-23", None, "2025-12-01 2025-12-31",
        "2026-11-01 2026-11-30", "2026-11-24", "2026-11-27",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "said",
    ["", "never", "next", "last", "in days", "friday 3", "31/2", "31/2/2026", "30 february", "mon 24 dec", "24/12-26", "1-3", "2026-13-01",
     "9999-12-31", "31/12/9999", "0001-01-01", "1 jan 0001", "0000", "in 999 years", "999 years ago", "in 1000 days", "march 31 days", "2026-00", "first"],
)  # fmt: skip
def test_what_is_no_day_or_at_the_end_of_all_days_is_none_that_people_mean(said):
    """Midnight after the last of all days is no moment any more, in some zone: a search until then broke."""
    assert read(said) is None and read(said, past=True) is None


def test_a_birthday_is_one_day_with_its_whole_year():
    assert written_day("14/3/1921", TODAY) == date(1921, 3, 14)
    assert written_day("14.03.85", TODAY) is None and read("14.03.85") == "2085-03-14"


@pytest.mark.parametrize(
    ("text", "rest"),
    [("last week about knee", " about knee"), ('"last week" 2 letters', " 2 letters"), ("“last week”", ""), ("1 mar 2026 letter", " letter"),
     ("march 3 letters", " letters"), ("friday, letter", " letter"), ("friday 3", " 3"), ("monday", "")],
)  # fmt: skip
def test_a_text_begins_with_as_many_words_as_make_a_day(text, rest):
    _, end = leading(text, TODAY, past=True)
    assert text[end:] == rest
    assert leading(f"knee {text}", TODAY) is None and leading('"knee" friday', TODAY) is None
