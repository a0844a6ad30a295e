"""Requirements and attacks that tests name exist, and no gap is excused that a test fills."""

from tests.promises import GAPS, ONCE, REQUIREMENTS, entries, held, lines, standing
from tests.standing import BOTH


def test_every_requirement_and_every_entry_that_a_test_names_is_one():
    assert list(REQUIREMENTS) == [f"S{n}" for n in range(1, 119)]
    assert set(held("s")) <= set(REQUIREMENTS)
    assert set(held("attack")) <= set(entries())


def test_no_gap_is_excused_that_a_test_fills():
    assert not set(GAPS) & (set(held("s")) | set(held("attack")))
    assert set(GAPS) <= set(REQUIREMENTS) | set(entries())


def test_every_gap_says_why():
    missing = {*REQUIREMENTS, *entries()} - set(held("s")) - set(held("attack"))
    assert missing == set(GAPS)


def test_the_lock_is_held_whole():
    """Links, codes and sessions have no gap but those with a reason; nor has the catalogue's part about them."""
    requirements = {f"S{n}" for n in range(1, 35)} | {"S115", "S118"}
    attacks = {one for one in entries() if one[0] in "AB"} | {f"C{n:02d}" for n in (*range(1, 10), 25, 26, 27)}
    assert requirements - set(GAPS) <= set(held("s"))
    assert attacks - set(GAPS) <= set(held("attack"))


def test_the_table_says_where_to_look_and_why_there_is_nothing(monkeypatch):
    monkeypatch.setitem(REQUIREMENTS, "S0", "nobody holds this")
    monkeypatch.setitem(GAPS, "S0", "it is not one")
    printed = "\n".join(lines({"B25": set(BOTH), "B26": {"sqlite"}}))
    assert f"Attacks on SQLite and on PostgreSQL with Valkey: 1 of {len(entries())}" in printed
    assert "\n  B25 on both\n" in printed and "\n  A11 once: pure" in printed
    assert "attacks/test_at_once.py::test_two_hundred_wrong_codes_at_once_get_five_comparisons" in printed
    assert "S0 nobody holds this\n      GAP: it is not one" in printed


def test_every_attack_is_played_on_sqlite_and_on_postgresql_with_valkey_unless_it_says_why_not(request):
    """Of what is collected, which is all of it where the whole suite runs."""
    collected = {f"{item.nodeid.split('[')[0].removeprefix('tests/')}" for item in request.session.items}
    once = {one for ones in ONCE.values() for one in ones}
    assert len(once) == sum(map(len, ONCE.values())) and once <= set(entries())
    on = standing(request.session.items)
    whole = {one for one, tests in held("attack").items() if set(tests) <= collected}
    assert {one for one in whole if on[one] >= set(BOTH)} == whole - once
