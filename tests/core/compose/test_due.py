"""Until when something is asked for, as people write it at the end of a text."""

from datetime import UTC, datetime, time

import pytest

from core.compose.due import read
from core.errors import Invalid

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday


@pytest.mark.parametrize(
    ("text", "due", "rest"),
    [
        ("please book due friday", datetime(2026, 11, 27, 18, 0, tzinfo=UTC), "please book"),
        ("please book, due Tomorrow 9am.", datetime(2026, 11, 24, 9, 0, tzinfo=UTC), "please book"),
        ("due in 2 hours", datetime(2026, 11, 23, 12, 0, tzinfo=UTC), ""),
        ("letters\nand forms due 24/12", datetime(2026, 12, 24, 18, 0, tzinfo=UTC), "letters\nand forms"),
        ("ask when the rent that was due is to be paid", None, "ask when the rent that was due is to be paid"),
        ("book due next week", datetime(2026, 12, 6, 18, 0, tzinfo=UTC), "book"),
        ("book due the end of the month", datetime(2026, 11, 30, 18, 0, tzinfo=UTC), "book"),
        ("the letter by in 2 weeks", datetime(2026, 12, 7, 18, 0, tzinfo=UTC), "the letter by in 2 weeks"),
        ("ask for the letter by April", None, "ask for the letter by April"),
        ("her baby is due", None, "her baby is due"),
        ("residue friday", None, "residue friday"),
    ],
)
def test_a_time_after_due_at_the_end_is_taken_off(text, due, rest):
    assert read(text, NOW, "Europe/London", time(18)) == (due, rest)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("book due fryday", "unknown"),
        ("book due 31/2", "unknown"),
        ("book due yesterday", "over"),
        ("book due today 9:00", "over"),
    ],
)
def test_a_time_that_cannot_be_kept_is_not_lost_among_the_words(text, why):
    with pytest.raises(Invalid) as refused:
        read(text, NOW, "Europe/London", time(18))
    assert refused.value.why == why
