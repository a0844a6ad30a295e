"""The cage: what expressions may use, what they come to, and that none of them can hold Latchkey up (section 7)."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.forms.engine import evaluate
from core.forms.fhirpath import paths
from core.forms.fhirpath.paths import Asking, Context, Task, check
from core.forms.importing.outcome import Result
from core.forms.questionnaire import read
from core.forms.words import Place
from tests.core.forms.making import (
    HL7,
    NOT_HERE,
    REAL,
    SDC,
    expression,
    extension,
    form,
    given,
    item,
    number,
    questionnaire,
    repetition,
    string,
)

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
HERE = Context((), (), (), None)


def result(text, resource=None, context=HERE):
    (found,) = Asking("", {}, NOW).ask(resource or {"resourceType": "QuestionnaireResponse"}, [Task(text, context)])
    return found


def answers(*values):
    item = [{"linkId": f"q{n}", "answer": [value]} for n, value in enumerate(values)]
    return {"resourceType": "QuestionnaireResponse", "item": item}


UNREADABLE = ["1 + 1 garbage", "1 ) 2", "(1 + 2", "item.x between 1 and 2", "'open", "", "(" * 300 + "1" + ")" * 300,
              "1" + "+1" * 1_000]  # fmt: skip


@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_not_wholly_an_expression_is_unreadable(text):
    assert check([text])[text].why == "unreadable"


USES = {
    "trace()": "item.trace('x')",
    "memberOf()": "item.memberOf('http://v')",
    "resolve()": "item.resolve()",
    "conformsTo()": "item.conformsTo('x')",
    "repeat() other than to go through items": "(1).repeat($this+1)",
    "is Integer": "item is Integer",
    "is(Integer)": "item.answer.value.is(Integer)",
    "the time between two dates": "today() - item.answer.value",
    "defineVariable() with a name that is not written out": "defineVariable(item.linkId)",
    "lowBoundary()": "1.lowBoundary()",
}


@pytest.mark.parametrize(("what", "text"), USES.items(), ids=USES)
def test_what_latchkey_cannot_do_is_named(what, text):
    found = check([text])[text]
    assert (found.why, found.what) == ("uses", what)


def test_an_expression_says_which_names_and_questions_it_reads():
    found = check(["%weight / %resource.item.where(linkId='height').answer.value"])
    (one,) = found.values()
    assert set(one.names) == {"weight", "resource"} and one.strings == ("height",)


def test_an_unknown_name_is_a_problem_at_import():
    found = read(questionnaire(item("a", extension=[expression("calculatedExpression", "%nobody + 1")])))
    assert found.result is Result.PART and found.problems[0].facts["what"] == "%nobody"


COMES_TO = [
    ("item.answer.value.sum()", [Decimal(7)]),
    ("item.answer.value.avg()", [Decimal("3.5")]),
    ("item.answer.value.min()", [3]),
    ("item.answer.value.max()", [4]),
    ("(2.5).round(0)", [Decimal(3)]),
    ("(-2.5).round(0)", [Decimal(-3)]),
    ("(1/3).round(2)", [Decimal("0.33")]),
    ("item.answer.value.first().hasValue()", [True]),
    ("10 / 0", []),
    ("0.1 + 0.2 = 0.3", [True]),
    ("today().toString()", ["2026-11-23"]),
    ("item.where(linkId='nobody').answer.value", []),
    ("'abc'.matches('^a.c$')", [True]),
    ("'abc'.matches('^(?!x)abc$')", [True]),
    ("(0.98767).power(2.5).round(4)", [Decimal("0.9695")]),  # the exponent of every formula of risk
    ("(-2).power(0.5)", []),
    ("(-2).power(3)", [-8]),
    ("%sct & '|' & %loinc", ["http://snomed.info/sct|http://loinc.org"]),
    ("%`ext-ordinalValue`", ["http://hl7.org/fhir/StructureDefinition/ordinalValue"]),
    ("%`vs-languages`", ["http://hl7.org/fhir/ValueSet/languages"]),
    ("-item.where(linkId='q0').answer.value + 1", [-2]),
    ("-item.where(linkId='nobody').answer.value", []),
    ("-item.answer.value", None),  # of several nothing can be said
    ("item.answer.value.ofType(Integer).count()", [2]),
    ("item.answer.value.ofType(integer).sum()", [Decimal(7)]),
    ("item.answer.value.ofType(Decimal)", []),
    ("item.answer.select(value > 2).allTrue()", [True]),
    ("item.answer.select(value > 3).allTrue()", [False]),
    ("item.answer.value.first().type().name", ["integer"]),
    ("item.answer.value.sort()", [3, 4]),
    ("item.answer.value.sort(-$this)", [4, 3]),
    ("('b' | 'a').sort()", ["a", "b"]),
    ("item.defineVariable('both', answer.value.sum()).linkId.select(%both)", [7, 7]),
    ("%resource.defineVariable('it').select(%it.item.count())", [2]),
    ("item.answer.value.last().getValue()", [4]),
    ("item.answer.value.getValue()", []),
    ("'abcb'.lastIndexOf('b')", [3]),
    ("(item.answer.value | 4 | 5.0 | 5 | '4').count()", [4]),
    ("('a' | 'b' | 'a').join('')", ["ab"]),
    ("(1 = 1).toString() & '/' & (2.50).toString()", ["true/2.50"]),
    ("QuestionnaireResponse.item.where(linkId='q1').answer.value", [4]),
    ("'abc'.matchesFull('b') or 'abc'.matchesFull('a.c').not()", [False]),
    ("coalesce(item.where(linkId='nobody').answer.value, item.answer.value.first())", [3]),
]


@pytest.mark.parametrize(("text", "wanted"), COMES_TO)
def test_what_expressions_come_to(text, wanted):
    assert result(text, answers({"valueInteger": 3}, {"valueInteger": 4})) == wanted


KILOS = {"valueQuantity": {"value": 70, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}}
AT_SIX = {"valueDateTime": "2026-11-23T10:30:00+01:00"}  # half an hour before the moment that is now
BORN = {"valueDate": "1985-03-14"}


@pytest.mark.parametrize(
    ("answer", "text", "wanted"),
    [
        (KILOS, "{} > 60 'kg'", [True]),
        (KILOS, "{} > 80000 'g'", [False]),
        (KILOS, "{} = 70000 'g'", [True]),
        (KILOS, "{} > 60 'cm'", []),
        (AT_SIX, "{} <= now()", [True]),
        (AT_SIX, "{} = @2026-11-23T09:30:00Z", [True]),
        (AT_SIX, "{} + 2 hours", ["2026-11-23T12:30:00+01:00"]),
        (AT_SIX, "{} - 1 month", ["2026-10-23T10:30:00+01:00"]),
        (BORN, "{} < @1985-04-01", [True]),
        (BORN, "{} + 41 years <= today()", [True]),
        (BORN, "{} < @1985", []),
        ({"valueDate": "1985"}, "{} < @1985-06-01", []),
        ({"valueDate": "1985"}, "{} < @1990-06-01", [True]),
        ({"valueTime": "11:30:00"}, "{} < @T12:00", [True]),
    ],
)  # fmt: skip
def test_moments_and_quantities_of_answers_compare_by_what_they_mean(answer, text, wanted):
    assert result(text.format("item.answer.value"), answers(answer)) == wanted


@pytest.mark.parametrize(
    ("kind", "text"),
    [("decimal", "10000000000 * 10000000000"), ("integer", "3000000000"), ("date", "'soon'"), ("time", "'noon'"),
     ("url", "'no address'"), ("string", "' '")],
)  # fmt: skip
def test_what_no_answer_can_hold_is_no_answer(kind, text):
    state = evaluate(form(item("a", kind, extension=[expression("calculatedExpression", text)])), {}, now=NOW)
    assert (state.calculated, state.complete) == ({}, True)


def test_what_is_calculated_has_no_more_places_than_its_question_may_have():
    places = [extension("maxDecimalPlaces", valueInteger=2), expression("calculatedExpression", "20 / 3")]
    state = evaluate(form(item("a", "decimal", extension=places)), {}, now=NOW)
    assert (state.calculated, state.complete) == ({Place("a"): ({"valueDecimal": Decimal("6.67")},)}, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [("(0 - 15).exp()", "3.0590232050182579E-7"), ("(0.5).exp()", "1.64872127070013"), ("2 / 4", "0.5"),
     ("(40).exp()", "235385266837019985")],
)  # fmt: skip
def test_a_long_number_keeps_what_matters_of_it(text, said):
    state = evaluate(form(item("a", "decimal", extension=[expression("calculatedExpression", text)])), {}, now=NOW)
    (value,) = state.answers["a"]
    number = value.value["valueDecimal"]
    assert abs(number - Decimal(said)) <= abs(Decimal(said)) * Decimal("1e-14") and len(number.as_tuple().digits) <= 18


def test_a_sum_of_questions_it_does_not_name_follows_those_that_are_calculated():
    each = [item(f"s{n}", "integer", extension=[expression("calculatedExpression", str(n))]) for n in (1, 2)]
    text = "%resource.item.where(linkId.startsWith('s')).answer.value.sum() + %resource.item.where(linkId='b').answer.value"
    total = item("total", "integer", extension=[expression("calculatedExpression", text)])
    state = evaluate(form(total, item("b", "integer"), *each), given(b=number(4)), now=NOW)
    assert state.answers["total"][0].value == number(7)


@pytest.mark.parametrize(
    "text",
    ["repeat(item | answer.item).where(linkId='n').answer.value", "repeat(item | answer).where(linkId='n').answer.value",
     "(item.where(linkId='zz') | item.answer.item).answer.value", "item.answer.item.distinct().answer.value"],
)  # fmt: skip
def test_an_answer_keeps_its_value_on_every_way_to_it(text):
    below = {"valueBoolean": True, "item": [{"linkId": "n", "answer": [{"valueInteger": 3}]}]}
    assert result(text, answers(below)) == [3]


def test_chosen_codings_carry_what_they_count():
    scored = [{"url": f"{HL7}ordinalValue", "valueDecimal": 2}]
    coded = item("a", "choice", answerOption=[{"valueCoding": {"code": "x", "extension": scored}}])
    total = [expression("calculatedExpression", "%resource.item.answer.value.ordinal().sum()")]
    made = form(coded, item("total", "integer", extension=total))
    state = evaluate(made, given(a={"valueCoding": {"code": "x"}}), now=NOW)
    assert state.answers["total"][0].value == number(2)


@pytest.mark.parametrize("text", ["('a' & 'a').toChars().select($this).first().matches('(a+)+$') or true", "1 + 'x'"])
def test_trouble_is_no_result_and_never_an_exception(text):
    assert result(text) in (None, [True])


def test_an_expression_that_never_ends_is_killed_and_the_next_one_still_runs():
    hopeless = f"'{'a' * 40}!'.matches('^(?=(a+)+$)b')"
    found = Asking("", {}, NOW).ask(
        {"resourceType": "QuestionnaireResponse"}, [Task(hopeless, HERE), Task("1 + 1", HERE)]
    )
    assert found == [None, [2]]


def test_the_child_sees_nothing_of_the_environment(monkeypatch):
    monkeypatch.setenv("LATCHKEY_SECRET_KEY", "never to be seen")
    seen = []
    kept = paths.subprocess.Popen
    monkeypatch.setattr(paths.subprocess, "Popen", lambda *a, **k: seen.append(k["env"]) or kept(*a, **k))
    paths.Cage().check(["1"])
    assert set(seen[0]) == {"PYTHONPATH"}


def test_variables_are_seen_from_inner_to_outer_scopes():
    inner = [expression("variable", "%outer + 1", name="inner")]
    total = [expression("calculatedExpression", "%inner * 10")]
    outer = [expression("variable", "%resource.item.where(linkId='n').answer.value", name="outer")]
    group = item("g", "group", extension=inner, item=[item("x", "integer", extension=total)])
    made = form(item("n", "integer"), group, extension=outer)
    state = evaluate(made, given(n=number(4)), now=NOW)
    assert state.answers["x"][0].value == number(50)


def test_each_repetition_of_a_group_has_variables_and_checks_of_its_own():
    own = [expression("variable", f"item.where(linkId='{name}').answer.value", name=name) for name in "np"]
    check = {"url": f"{HL7}questionnaire-constraint", "extension": [
        {"url": "severity", "valueCode": "error"}, {"url": "human", "valueString": "Too many."},
        {"url": "expression", "valueString": "item.where(linkId='n').answer.value < 3"}]}  # fmt: skip
    total = item("total", "integer", extension=[expression("calculatedExpression", "%n * %p")])
    more = item("more", extension=[expression("enableWhenExpression", "%n > 1")])
    inner = item("inner", "group", item=[total, more])
    group = item(
        "g", "group", repeats=True, extension=[*own, check], item=[item("n", "integer"), item("p", "integer"), inner]
    )
    text = "%resource.item.where(linkId='g').item.item.where(linkId='total').answer.value.sum()"
    made = form(group, item("all", "integer", extension=[expression("calculatedExpression", text)]))
    each = [repetition(n=number(n), p=number(10 * n)) for n in (1, 2, 3)]
    state = evaluate(made, given(g=each), now=NOW)
    calculated = {str(place): value["valueInteger"] for place, (value,) in state.calculated.items()}
    assert calculated == {"g[0]/total": 10, "g[1]/total": 40, "g[2]/total": 90, "all": 140}
    assert [str(one.place) for one in state.asked if one.item.link_id == "more"] == ["g[1]/more", "g[2]/more"]
    assert [(str(one.place), one.human) for one in state.invalid] == [("g[2]", "Too many.")]


def test_a_condition_that_fails_leaves_its_question_to_be_asked_and_an_empty_one_does_not():
    made = form(
        item("a", extension=[expression("enableWhenExpression", "1 + 'x'")]),
        item("b", extension=[expression("enableWhenExpression", "{}")]),
        item("c", extension=[expression("enableWhenExpression", "'an answer, as good as a yes'")]),
        item("d", extension=[expression("enableWhenExpression", "1 = 2")]),
    )
    state = evaluate(made, {}, now=NOW)
    assert state.enabled == {"a", "c"} and state.late == {"a"}


def constraint(text, severity="error"):
    inside = [
        {"url": "key", "valueId": "k"},
        {"url": "severity", "valueCode": severity},
        {"url": "human", "valueString": "Say why"},
        {"url": "expression", **{k: v for k, v in expression("x", text).items() if k != "url"}},
    ]
    return extension("targetConstraint", extension=inside)


@pytest.mark.parametrize(("severity", "blocks"), [("error", True), ("warning", False)])
def test_a_check_that_does_not_hold_blocks_or_warns_in_its_authors_words(severity, blocks):
    made = form(item("a", "integer", extension=[constraint("answer.value > 5", severity)]))
    state = evaluate(made, given(a=number(3)), now=NOW)
    told = state.invalid if blocks else state.warnings
    assert [(one.why, one.human) for one in told] == [("constraint", "Say why")]
    assert state.complete is not blocks and evaluate(made, given(a=number(6)), now=NOW).complete


def test_limits_move_with_the_day():
    moving = {
        "url": f"{HL7}minValue",
        "_valueDate": {"extension": [expression(f"{HL7}cqf-calculatedValue", "today() - 60 days")]},
    }
    made = form(item("a", "date", extension=[moving]))
    assert [one.why for one in evaluate(made, given(a={"valueDate": "2026-09-01"}), now=NOW).invalid] == ["minValue"]
    assert evaluate(made, given(a={"valueDate": "2026-10-01"}), now=NOW).complete


def test_choices_can_come_from_earlier_answers():
    listed = [expression("answerExpression", "%resource.item.where(linkId='a').answer.value")]
    made = form(item("a", repeats=True), item("b", "choice", extension=listed))
    state = evaluate(made, given(a=[string("x"), string("y")], b=string("y")), now=NOW)
    assert [option.label for option in state.pages[1].asked.options] == ["x", "y"]
    assert state.complete and state.answers["b"][0].value == string("y")


def test_choices_are_only_offered_while_their_expression_holds_and_all_where_it_cannot_be_had():
    def toggle(text):
        asked = {**expression("expression", text), "url": "expression"}
        return {
            "url": f"{SDC}answerOptionsToggleExpression",
            "extension": [{"url": "option", "valueString": "y"}, asked],
        }

    some, none = (
        item("b", "choice", answerOption=[{"valueString": one} for one in "xyz"], extension=[toggle(text)])
        for text in ("%resource.item.where(linkId='a').answer.value = 'all'", "item.memberOf('http://v')")
    )
    made = form(item("a"), some)
    offers = [
        [one.label for one in evaluate(made, given(a=string(said)), now=NOW).pages[1].asked.options]
        for said in ("all", "few")
    ]
    assert offers == [["x", "y", "z"], ["x", "z"]]
    found = read(questionnaire(none))
    assert [(one.why, one.effect) for one in found.problems] == [("calculation_uses", "all_offered")]


def test_the_real_questionnaires_use_one_expression_that_cannot_be_read():
    if not (REAL / "index.json").exists():
        pytest.skip(NOT_HERE)
    for one in json.loads((REAL / "index.json").read_text())["forms"]:
        told = [
            problem.link_id for problem in read((REAL / one["file"]).read_bytes()).problems if "check" in problem.why
        ]
        assert told == (["patient_email"] if one["file"] == "cardiology.json" else [])
