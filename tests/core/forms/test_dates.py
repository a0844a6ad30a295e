"""A date in three fields: what it comes to, and which field is wrong and why (F15, F16, E45)."""

from zoneinfo import ZoneInfo

import pytest

from core.forms.asking.dates import Mistyped, Typed, day, fault, moment
from tests.core.forms.making import extension, form, item

LONDON = ZoneInfo("Europe/London")


def asked(kind="date", entry_format=""):
    """A question for a date, as its form has it."""
    more = {"extension": [extension("entryFormat", valueString=entry_format)]} if entry_format else {}
    return form(item("d", kind, **more)).items[0]


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        (("14", "3", "1985"), {}),
        (("14", "Mär", "1985"), {}),
        (("29", "2", "2024"), {}),
        (("29", "2", "2023"), {"day": "last"}),
        (("31", "4", ""), {"day": "last", "year": "missing"}),
        (("99", "3", "1985"), {"day": "number"}),
        (("4th", "3", "1985"), {"day": "number"}),
        (("14", "13", "1985"), {"month": "name"}),
        (("14", "jui", "1985"), {"month": "name"}),
        (("14", "", "1985"), {"month": "missing"}),
        (("", "3", "1985"), {"day": "missing"}),
        (("14", "3", "85"), {"year": "century"}),
        (("14", "3", "198"), {"year": "number"}),
        (("14", "3", "0000"), {"year": "number"}),
        (("٣", "3", "1985"), {"day": "number"}),
        (("x", "y", "z"), {"day": "number", "month": "name", "year": "number"}),
    ],
)
def test_only_the_fields_that_are_wrong_are_named_in_the_order_of_the_page(typed, wrong):
    found = fault(asked(), Typed(*typed), LONDON)
    assert (dict(found.parts) if found else {}) == wrong
    assert not found or list(found.parts) == [part for part in ("day", "month", "year") if part in wrong]
    if wrong:
        with pytest.raises(Mistyped):
            day(asked(), Typed(*typed))


@pytest.mark.parametrize(
    ("entry_format", "typed", "written"),
    [
        ("yyyy-mm", ("", "Mar", "1985"), "1985-03"),
        ("yyyy-mm", ("2", "3", "1985"), "1985-03-02"),
        ("yyyy", ("", "", "1985"), "1985"),
        ("yyyy", ("2", "", "1985"), None),
        ("yyyy-mm", ("", "", "1985"), None),
        ("", ("", "", ""), ""),
    ],
)
def test_a_day_or_a_month_may_be_left_out_only_where_the_form_says_so(entry_format, typed, written):
    question = asked(entry_format=entry_format)
    assert (fault(question, Typed(*typed), LONDON) is None) is (written is not None)
    if written is not None:
        assert day(question, Typed(*typed)) == written


@pytest.mark.parametrize(
    ("clock", "wrong", "written"),
    [
        ("9.30 pm", {}, "2026-03-29T21:30:00+01:00"),
        ("1:30", {"time": "skipped"}, ""),
        ("25:00", {"time": "clock"}, ""),
    ],
)
def test_a_time_hangs_on_the_clock_of_the_practice_which_skips_an_hour_in_spring(clock, wrong, written):
    typed = Typed("29", "3", "2026", clock)
    found = fault(asked("dateTime"), typed, LONDON)
    assert (dict(found.parts) if found else {}) == wrong
    if written:
        assert moment(asked("dateTime"), typed, LONDON) == written


def test_a_time_alone_wants_its_whole_day_and_a_time_that_comes_twice_is_the_first():
    alone = fault(asked("dateTime", "yyyy"), Typed(time="9:00"), LONDON)
    assert set(alone.parts) == {"day", "month", "year"}
    assert moment(asked("dateTime"), Typed("25", "10", "2026", "1:30"), LONDON) == "2026-10-25T01:30:00+01:00"
