"""Which questions are asked: every operator for every kind of answer, nesting, repetitions (forms.md section 3)."""

import pytest

from core.forms.engine import evaluate
from core.forms.importing import wording
from core.forms.importing.outcome import Result
from core.forms.questionnaire import read
from tests.core.forms.making import (
    NO,
    REPEATED,
    YES,
    choice,
    expression,
    form,
    given,
    item,
    number,
    questionnaire,
    repetition,
    string,
    when,
)


def quantity(value, unit):
    return {"valueQuantity": {"value": value, "code": unit, "unit": unit}}


def coding(code, system="http://s"):
    return {"valueCoding": {"code": code, **({"system": system} if system else {})}}


CODED = {"answerOption": [
    {"valueCoding": {"system": "http://s", "code": code, "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/ordinalValue", "valueDecimal": n}]}}
    for n, code in enumerate("abc")
]}  # fmt: skip

TABLE = [
    # kind, more, operator, wanted, answers, asked
    ("string", {}, "exists", {"answerBoolean": True}, [], False),
    ("string", {}, "exists", {"answerBoolean": False}, [], True),
    ("string", {}, "exists", {"answerBoolean": False}, [string("x")], False),
    ("string", {}, "=", {"answerString": "x"}, [], False),
    ("string", {}, "!=", {"answerString": "x"}, [], True),
    ("string", {"repeats": True}, "=", {"answerString": "x"}, [string("y"), string("x")], True),
    ("string", {"repeats": True}, "!=", {"answerString": "x"}, [string("y"), string("x")], False),
    ("string", {}, "=", {"answerString": "é"}, [string("e\u0301")], True),
    ("string", {}, "=", {"answerString": "X"}, [string("x")], False),
    ("string", {}, ">", {"answerString": "m"}, [string("n")], True),
    ("boolean", {}, "=", {"answerBoolean": True}, [YES], True),
    ("boolean", {}, "!=", {"answerBoolean": True}, [NO], True),
    ("integer", {}, "=", {"answerDecimal": 1.0}, [number(1)], True),
    ("integer", {"repeats": True}, ">", {"answerInteger": 5}, [number(1), number(6)], True),
    ("integer", {}, "<=", {"answerInteger": 5}, [], False),
    ("integer", {}, "=", {"answerInteger": 1}, [string("1")], False),
    ("date", {}, ">", {"answerDate": "2020-01-01"}, [{"valueDate": "2020-02"}], True),
    ("date", {}, ">", {"answerDate": "2020-01-15"}, [{"valueDate": "2020-01"}], False),
    ("date", {}, "=", {"answerDate": "2020-01-15"}, [{"valueDate": "2020-01"}], False),
    ("date", {}, "!=", {"answerDate": "2020-01-15"}, [{"valueDate": "2020-01"}], True),
    ("dateTime", {}, "=", {"answerDateTime": "2020-01-01T12:00:00Z"}, [{"valueDateTime": "2020-01-01T13:00:00+01:00"}], True),
    ("time", {}, "<", {"answerTime": "12:00:00"}, [{"valueTime": "11:59:59"}], True),
    ("quantity", {}, ">", {"answerQuantity": {"value": 100, "code": "kg"}}, [quantity(221, "[lb_av]")], True),
    ("quantity", {}, ">", {"answerQuantity": {"value": 100, "code": "kg"}}, [quantity(15, "[stone_av]")], False),
    ("quantity", {}, ">=", {"answerQuantity": {"value": 1, "code": "a"}}, [quantity(12, "mo")], True),
    ("quantity", {}, "<", {"answerQuantity": {"value": 2, "code": "wk"}}, [quantity(15, "d")], False),
    ("choice", CODED, "=", {"answerCoding": {"system": "http://s", "code": "a"}}, [coding("a")], True),
    ("choice", CODED, "=", {"answerCoding": {"code": "a"}}, [coding("a")], True),
    ("choice", CODED, "=", {"answerCoding": {"system": "http://t", "code": "a"}}, [coding("a")], False),
    ("choice", CODED, ">", {"answerCoding": {"system": "http://s", "code": "b"}}, [coding("c")], True),
    ("choice", CODED, "!=", {"answerCoding": {"system": "http://s", "code": "b"}}, [coding("zz")], True),
    ("open-choice", {"answerOption": [{"valueCoding": {"code": "a", "display": "Aye"}}]}, "=", {"answerString": "Aye"},
     [{"valueCoding": {"code": "a", "display": "Aye"}}], True),
    ("open-choice", CODED, "=", {"answerString": "other"}, [string("other")], True),
    ("quantity", {}, ">", {"answerQuantity": {"value": 100, "code": "kg"}}, [quantity(70_000, "g")], False),
    ("quantity", {}, "=", {"answerQuantity": {"value": 1, "code": "kg"}}, [quantity(1_000, "g")], True),
    ("quantity", {}, "=", {"answerQuantity": {"value": 37, "code": "Cel"}}, [quantity(98.6, "[degF]")], False),
    ("quantity", {}, "<", {"answerQuantity": {"value": 3, "code": "m"}}, [quantity(1, "kg")], False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "more", "operator", "wanted", "answers", "asked"), TABLE)
def test_conditions_follow_the_table(kind, more, operator, wanted, answers, asked):
    made = form(item("a", kind, **more), item("b", **when("a", operator, **wanted)))
    assert ("b" in evaluate(made, given(a=answers) if answers else {}).enabled) is asked


def test_fahrenheit_is_compared_exactly():
    from decimal import Decimal

    made = form(item("a", "quantity"), item("b", **when("a", "=", answerQuantity={"value": 37, "code": "Cel"})))
    assert "b" in evaluate(made, given(a=quantity(Decimal("98.6"), "[degF]"))).enabled


@pytest.mark.parametrize(("behavior", "asked"), [("all", False), ("any", True)])
def test_all_or_any_of_several_conditions(behavior, asked):
    both = [*when("a")["enableWhen"], *when("b")["enableWhen"]]
    made = form(item("a"), item("b"), item("c", enableWhen=both, enableBehavior=behavior))
    assert ("c" in evaluate(made, given(a=string("x"))).enabled) is asked


def test_a_disabled_question_has_no_answer_for_others_and_neither_has_what_stands_below_it():
    made = form(
        choice("a", "yes", "no"),
        item("g", "group", item=[choice("b", "yes")], **when("a", "=", answerString="yes")),
        item("c", **when("b", "=", answerString="yes")),
        item("d", **when("b", "exists", answerBoolean=False)),
    )
    state = evaluate(made, given(a=string("no"), b=string("yes")))
    assert state.enabled == {"a", "d"}
    assert "b" not in state.answers  # but the draft keeps it: it comes back with yes


def test_a_condition_that_cannot_be_compared_counts_as_false_and_one_on_nobody_is_left_out():
    made = form(item("a", "integer"), item("b", **when("a", "!=", answerString="x")), item("c", **when("nobody")))
    assert evaluate(made, {}).enabled == {"a", "c"}


def test_questions_under_a_question_exist_once_for_each_answer():
    made = form(choice("illness", "flu", "gout", repeats=True, item=[item("since"), item("help", "display")]))
    assert evaluate(made, {}).enabled == {"illness", "help"}
    state = evaluate(made, given(illness=[string("flu"), string("gout")]))
    assert state.enabled == {"illness", "help", "illness[0]/since", "illness[1]/since"}


def test_an_answer_of_no_counts_as_an_answer_for_what_stands_below():
    assert "a[0]/b" in evaluate(form(item("a", "boolean", item=[item("b")])), given(a=NO)).enabled


def test_each_repetition_sees_its_own_questions_only():
    state = evaluate(form(*REPEATED), given(person=[repetition(smokes=NO), repetition(smokes=YES)]))
    assert "person[1]/since" in state.enabled and "person[0]/since" not in state.enabled


def test_repetitions_in_repetitions_see_the_innermost():
    people = [
        repetition(medicine=[repetition(drug=string("x")), repetition()]),
        repetition(medicine=[repetition(), repetition(drug=string("y"))]),
    ]
    enabled = evaluate(form(*REPEATED), given(person=people)).enabled
    assert {place for place in enabled if place.endswith("dose")} == {
        "person[0]/medicine[0]/dose",
        "person[1]/medicine[1]/dose",
    }


@pytest.mark.parametrize(("last", "asked"), [(YES, True), (NO, False)])
def test_from_outside_a_repeating_group_the_last_repetition_counts(last, asked):
    other = NO if last is YES else YES
    people = [repetition(smokes=other), repetition(smokes=last)]
    assert ("after" in evaluate(form(*REPEATED), given(person=people)).enabled) is asked


def test_before_a_repeating_group_its_first_repetition_counts():
    made = form(item("before", **when("smokes", "=", answerBoolean=True)), REPEATED[0])
    assert "before" in evaluate(made, given(person=[repetition(smokes=YES), repetition(smokes=NO)])).enabled


def test_a_repeating_group_without_answers_has_one_empty_repetition():
    assert evaluate(form(*REPEATED), {}).enabled == {
        "person[0]",
        "person[0]/smokes",
        "person[0]/medicine[0]",
        "person[0]/medicine[0]/drug",
    }


def test_an_ancestor_counts_with_the_one_answer_the_item_stands_under():
    below = [item("which", **when("illness", "=", answerString="other"))]
    made = form(choice("illness", "flu", "other", repeats=True, item=below))
    enabled = evaluate(made, given(illness=[string("flu"), string("other")])).enabled
    assert "illness[1]/which" in enabled and "illness[0]/which" not in enabled


def test_a_group_that_does_not_repeat_is_no_part_of_a_place():
    assert evaluate(form(item("g", "group", item=[item("a")])), {}).enabled == {"g", "a"}


def test_hidden_values_and_calculated_ones_steer_conditions():
    made = form(
        item("mode", "string", initial=[string("long")], extension=[
            {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-hidden", "valueBoolean": True}]),
        item("a", **when("mode", "=", answerString="long")),
        item("n", "integer"),
        item("twice", "integer", extension=[
            expression("calculatedExpression", "%resource.item.where(linkId='n').answer.value * 2")]),
        item("b", **when("twice", ">", answerInteger=5)),
    )  # fmt: skip
    assert evaluate(made, given(n=number(2))).enabled >= {"a"} and "b" not in evaluate(made, given(n=number(2))).enabled
    assert "b" in evaluate(made, given(n=number(3))).enabled


def test_questions_that_wait_for_each_other_are_refused_and_named():
    found = read(questionnaire(item("a", **when("b")), item("b", **when("a"))))
    said = "These questions wait for each other and none would ever be asked: a → b → a."
    assert wording.problem(found.problems[0]) == said


def test_a_group_that_waits_for_a_question_inside_itself_is_a_circle():
    found = read(questionnaire(item("g", "group", item=[item("a")], **when("a"))))
    assert found.problems[0].why == "circle"


def test_a_circle_shows_through_expressions_too():
    waits = expression("enableWhenExpression", "%resource.item.where(linkId='b').answer.exists()")
    found = read(questionnaire(item("a", extension=[waits]), item("b", **when("a"))))
    assert found.problems[0].why == "circle"


@pytest.mark.parametrize(
    "text",
    ["iif(%resource.item.answer.value.code = '1', '2', '1')", "'1' & '-' & '2'",
     "%questionnaire.item.where(linkId = '1' or linkId.contains('(')).text & %questionnaire . item.where(linkId='2').text"],
)  # fmt: skip
def test_a_code_that_reads_like_a_link_id_is_no_circle(text):
    waits = expression("calculatedExpression", text)
    found = read(questionnaire(item("1", extension=[waits]), item("2", **when("1"))))
    assert (found.result, found.problems) == (Result.FULL, ())
