"""Scores and red flags: how points come to a number, when there is none, what it means, who is called (F59, F61)."""

from decimal import Decimal

import pytest

from core.forms import flags
from core.forms.flags import fired
from core.forms.importing.outcome import Result
from core.forms.own import Band, Flag, Method, Rule, rule_of, scoring
from core.forms.questionnaire import read
from core.forms.scores import score
from core.forms.words import Condition
from tests.core.forms.making import answer, extension, form, given, item, number, questionnaire

NUMBERS = ("a", "b", "c", "d")


def weighed(link_id):
    """A choice that counts 0 to 3."""
    options = [
        {"valueCoding": {"code": str(n)}, "extension": [extension("ordinalValue", valueDecimal=n)]} for n in range(4)
    ]
    return item(link_id, "choice", answerOption=options)


def scored(rule, *items):
    return form(*(items or map(weighed, NUMBERS)), extension=[scoring(rule)])


def said(*points):
    coded = zip(NUMBERS, points, strict=False)
    return given(**{link_id: {"valueCoding": {"code": str(n)}} for link_id, n in coded if n is not None})


@pytest.mark.parametrize(
    ("more", "points", "total"),
    [
        ({}, (1, 2, 3, 0), 6),
        ({}, (1, 2, 3), None),  # never a low score by silence
        ({"reverse": ("a", "d")}, (0, 1, 2, 3), 6),
        ({"minimum": 3}, (1, 2, 3), 6),
        ({"minimum": 3, "prorate": True}, (1, 2, 3), 8),
        ({"minimum": 3, "prorate": True}, (1, 2), None),
        ({"method": Method.MEAN}, (1, 2, 3, 0), Decimal("1.5")),
        ({"method": Method.MEAN, "minimum": 3}, (1, 0, 1), Decimal("0.67")),
        ({"method": Method.COUNT}, (1, 0, 3, 0), 2),
        ({"method": Method.COUNT}, (1, 0, 3), None),
    ],
)  # fmt: skip
def test_points_come_to_a_number_by_the_rule_and_open_questions_to_none(more, points, total):
    rule = Rule(NUMBERS, **more)
    found = score(scored(rule), said(*points))
    assert (found.total, found.answered) == (total, len(points))
    assert rule_of(scored(rule).source) == rule  # and the file says all of it


def test_a_prorated_sum_that_falls_on_a_half_goes_up():
    many = tuple(f"q{n}" for n in range(21))
    rule = Rule(many, minimum=14, prorate=True)
    answered = {link_id: number(1 if n < 5 else 0) for n, link_id in enumerate(many[:14])}
    assert (
        score(scored(rule, *(item(one, "integer") for one in many)), given(**answered)).total == 8
    )  # 5 × 21 / 14 = 7.5


def test_a_mean_has_the_band_it_rounds_to_and_the_range_of_its_questions():
    bands = (Band(0, Decimal("1.4"), "low"), Band(Decimal("1.5"), 3, "high"))
    found = score(scored(Rule(NUMBERS, bands, method=Method.MEAN, minimum=3)), said(2, 1, 1))
    assert (found.total, found.band, found.highest) == (Decimal("1.33"), "low", 3)
    assert score(scored(Rule(NUMBERS, bands, method=Method.MEAN)), said(1, 2, 1, 2)).band == "high"


def test_yes_and_numbers_count_too_and_so_does_what_stands_under_an_answer_or_is_ticked_together():
    asked = (item("yes", "boolean"), item("pain", "integer", extension=[extension("maxValue", valueInteger=10)]),
             item("ill", "boolean", item=[weighed("deep")]), weighed("many") | {"repeats": True})  # fmt: skip
    one, two = ({"valueCoding": {"code": str(n)}} for n in (1, 2))
    answers = given(
        yes={"valueBoolean": True}, pain=number(7), ill=answer({"valueBoolean": True}, deep=two), many=[one, two]
    )
    found = score(scored(Rule(("yes", "pain", "deep", "many")), *asked), answers)
    assert [one.points for one in found.working] == [1, 7, 2, 3]
    assert (found.total, found.highest) == (13, 1 + 10 + 3 + 6)


@pytest.mark.parametrize(
    ("bands", "why"),
    [(((0, 5), (7, 12)), "bands_gap"), (((0, 6), (6, 12)), "bands_overlap"), (((1, 12),), "bands_start"), (((0, 9),), "bands_range")],
)  # fmt: skip
def test_bands_that_leave_a_score_without_its_one_meaning_are_told_at_import_and_never_shown(bands, why):
    rule = Rule(NUMBERS, tuple(Band(low, high, "x") for low, high in bands))
    found = read(questionnaire(*map(weighed, NUMBERS), extension=[scoring(rule)]))
    assert found.result is Result.PART and [one.why for one in found.problems] == [why]
    assert score(found.form, said(1, 1, 1, 1)).band == ""


def test_a_rule_that_counts_what_is_not_there_or_in_an_unknown_way_is_told_at_import():
    strange = scoring(Rule(NUMBERS))
    strange["extension"].append({"url": "method", "valueCode": "median"})
    rules = (scoring(Rule((*NUMBERS, "gone"))), strange)
    found = [read(questionnaire(*map(weighed, NUMBERS), extension=[one])) for one in rules]
    assert [[one.why for one in came.problems] for came in found] == [["score_question"], ["score_method"]]
    assert [score(came.form, said(1, 1, 1, 1)) for came in found] == [None, None]


FLAGS = (
    Flag("a", Decimal(2)),
    Flag("b", condition=Condition("b", "=", {"valueCoding": {"code": "3"}})),
    Flag("c", condition=Condition("c", "!=", {"valueCoding": {"code": "0"}})),
    Flag("", Decimal(6)),
)


@pytest.mark.parametrize(
    ("points", "rules"),
    [((), ()), ((2,), (1,)), ((1, 3, 0, 0), (2,)), ((0, 0, 1, 0), (3,)), ((1, 2, 0, 3), (4,)), ((3, 3), (1, 2, 4))],
)
def test_a_flag_is_raised_by_points_by_a_condition_or_by_the_score_as_soon_as_it_is_reached(points, rules):
    made = scored(Rule(NUMBERS, flags=FLAGS))
    assert fired(made, said(*points)) == rules
    assert rule_of(made.source).flags == FLAGS


def test_a_rule_that_fails_silences_no_other(monkeypatch):
    def fails(*_):
        raise ArithmeticError

    monkeypatch.setattr(flags, "score", fails)
    assert fired(scored(Rule(NUMBERS, flags=FLAGS)), said(3, 3)) == (1, 2)
