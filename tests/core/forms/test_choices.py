"""Where the choices of a question come from: the file, a value set in it, one we bring along (F20, F22)."""

import pytest

from core.forms.questionnaire import read
from tests.core.forms.making import (
    expression,
    extension,
    item,
    questionnaire,
)


def test_choices_that_a_server_would_have_to_give_are_a_problem_and_a_required_question_of_them_refuses_the_form():
    asked = [expression("answerExpression", "ValueSet?x", language="application/x-fhir-query")]
    found = [read(questionnaire(item("a", "choice", extension=asked, required=one))) for one in (False, True)]
    assert [[one.why for one in came.problems] for came in found] == [["lookup"], ["required_unaskable", "lookup"]]


def test_choices_come_from_value_sets_of_the_file_and_from_those_we_bring_along():
    contained = [
        {"resourceType": "CodeSystem", "url": "http://s", "concept": [{"code": "a"}, {"code": "b", "concept": [{"code": "c"}]}]},
        {"resourceType": "ValueSet", "id": "whole", "url": "http://whole", "compose": {
            "include": [{"system": "http://s"}], "exclude": [{"system": "http://s", "concept": [{"code": "a"}]}]}},
        {"resourceType": "ValueSet", "id": "below", "compose": {"include": [
            {"system": "http://s", "filter": [{"property": "concept", "op": "descendent-of", "value": "b"}]}]}},
    ]  # fmt: skip
    sets = ("#whole", "http://whole", "#below", "http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1")
    asked = [item(f"q{n}", "choice", answerValueSet=one) for n, one in enumerate(sets)]
    found = read(questionnaire(*asked, contained=contained)).form
    codes = [[option.value["valueCoding"]["code"] for option in one.options] for one in found.items]
    assert codes == [["b", "c"], ["b", "c"], ["c"], ["male", "female", "other", "unknown"]]


WEIGHT = "http://hl7.org/fhir/concept-properties#itemWeight"


@pytest.mark.parametrize(
    "concept",
    [{"extension": [extension("itemWeight", valueDecimal=2)]}, {"extension": [extension("ordinalValue", valueDecimal=2)]},
     {"property": [{"code": "w", "valueDecimal": 2}]}, {"property": [{"code": "w", "valueInteger": 2}]}],
)  # fmt: skip
@pytest.mark.parametrize("written", ["listed", "whole", "beside"])
def test_a_choice_counts_what_its_code_system_in_the_file_says_unless_it_says_itself(concept, written):
    system = {"resourceType": "CodeSystem", "url": "http://s", "property": [{"code": "w", "uri": WEIGHT}], "concept": [{"code": "a", **concept}]}  # fmt: skip
    include = {"system": "http://s", **({"concept": [{"code": "a"}]} if written == "listed" else {})}
    values = {"resourceType": "ValueSet", "id": "v", "compose": {"include": [include]}}
    coding = {"system": "http://s", "code": "a"}
    own = {"valueCoding": {**coding, "code": "b"}, "extension": [extension("ordinalValue", valueDecimal=7)]}
    choices = {"answerOption": [{"valueCoding": coding}, own]} if written == "beside" else {"answerValueSet": "#v"}
    found = read(questionnaire(item("q", "choice", **choices), contained=[system, values])).form
    assert [one.score for one in found.items[0].options] == [2, 7][: 2 if written == "beside" else 1]


def test_a_value_set_may_take_in_others_of_the_file_and_none_that_takes_in_itself():
    def of(name, *include, **more):
        return {
            "resourceType": "ValueSet",
            "id": name,
            "url": f"http://{name}",
            "compose": {"include": [*include], **more},
        }

    def listed(*codes):
        return {"system": "s", "concept": [{"code": code} for code in codes]}

    contained = [of("abc", listed("a", "b", "c")), of("bcd", listed("b", "c", "d")), of("both", {"valueSet": ["http://abc", "http://bcd"]}),
                 of("less", {"valueSet": ["http://both"]}, listed("z"), exclude=[listed("c")]), of("self", {"valueSet": ["http://self"]}),
                 of("gone", {"valueSet": ["http://nowhere"]})]  # fmt: skip
    asked = [item(name, "choice", answerValueSet=f"#{name}") for name in ("both", "less", "self", "gone")]
    found = read(questionnaire(*asked, contained=contained))
    assert [[one.label for one in each.options] for each in found.form.items] == [["b", "c"], ["b", "z"], [], []]
    assert [one.why for one in found.problems] == ["value_set_unlisted"] * 2


def test_the_heading_of_some_choices_is_none():
    entries = [
        {"display": "Fruit", "contains": [{"system": "s", "code": "pear"}]},
        {"system": "s", "code": "x", "abstract": True},
    ]
    contained = [{"resourceType": "ValueSet", "id": "v", "expansion": {"contains": entries}}]
    found = read(questionnaire(item("a", "choice", answerValueSet="#v"), contained=contained))
    assert [one.label for one in found.form.items[0].options] == ["pear"]
