"""Valid JSON of a wrong type: nothing that is read is ever taken for what it is not, and nothing is lost in silence."""

import json
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.forms.importing import wording
from core.forms.importing.outcome import Result
from core.forms.library.supplying import supplied
from core.forms.questionnaire import read
from tests.core.forms.making import HL7, SDC, choice, expression, extension, item, questionnaire, when


def of_form(found):
    """What a report says of a file: the result, and of each finding whose it is, where it stands and the sentence."""
    return found.result.value, [(one.link_id, one.extension, wording.problem(one)) for one in found.problems]


HIDDEN = "questionnaire-hidden"
REFUSED = {
    "a condition": (item("a", enableWhen=when("b")["enableWhen"][0]), "enableWhen", "an object", "a list"),
    "its question": (item("a", enableWhen=[{"question": 5, "operator": "exists"}]),
                     "enableWhen[0].question", "the number 5", "a text"),
    "questions": (item("a", "group", item=item("c")), "item", "an object", "a list"),
    "whether it must be answered": (item("a", required="true"), "required", "the text “true”", "true or false"),
    "whether there are several": (item("a", repeats=1), "repeats", "the number 1", "true or false"),
    "whether it can be changed": (item("a", readOnly="yes"), "readOnly", "the text “yes”", "true or false"),
    "whether it is shown": (item("a", extension=[extension(HIDDEN, valueBoolean="true")]),
                            "hidden.valueBoolean", "the text “true”", "true or false"),
    "what says whether it is shown": (item("a", extension=[extension(HIDDEN, valueString="true")]),
                                      "hidden", "valueString", "valueBoolean"),
    "a calculated condition": (item("a", extension=[{"url": f"{SDC}enableWhenExpression", "valueExpression": ["true"]}]),
                               "enableWhenExpression.valueExpression", "a list", "an object"),
    "all extensions": (item("a", extension="x"), "extension", "the text “x”", "a list"),
    "a code": (item("a", "choice", answerOption=[{"valueCoding": {"code": 1}}]),
               "answerOption[0].valueCoding.code", "the number 1", "a text"),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_file_is_refused_where_a_wrong_type_would_lose_its_meaning(why):
    written, element, found, expected = REFUSED[why]
    said = f"“a”: “{element}” is {found}, but FHIR wants {expected} there."
    assert of_form(read(questionnaire(item("b"), written))) == ("refused", [("a", element, said)])


PART = {
    "maxLength": (item("a", maxLength="5"), "maxLength", "the text “5”", "a whole number"),
    "minLength": (item("a", extension=[extension("minLength", valueInteger="5")]),
                  "minLength.valueInteger", "the text “5”", "a whole number"),
    "maxDecimalPlaces": (item("a", "decimal", extension=[extension("maxDecimalPlaces", valueString="2")]),
                         "maxDecimalPlaces", "valueString", "valueInteger or valuePositiveInt or valueUnsignedInt"),
    "regex": (item("a", extension=[extension("regex", valueString=5)]), "regex.valueString", "the number 5", "a text"),
    "initial": (item("a", initial={"valueString": "x"}), "initial", "an object", "a list"),
    "text": (item("a", text=5), "text", "the number 5", "a text"),
    "a choice": (choice("a", "x", 5), "answerOption[1].valueString", "the number 5", "a text"),
    "points": (item("a", "choice", answerOption=[{"valueString": "x", "extension": [
        extension("ordinalValue", valueDecimal="1")]}]),
        "answerOption[0].ordinalValue.valueDecimal", "the text “1”", "a number"),
}  # fmt: skip


@pytest.mark.parametrize("why", PART)
def test_what_else_is_of_a_wrong_type_is_left_out_and_told(why):
    written, element, found, expected = PART[why]
    said = f"“{written['text'] if why != 'text' else 'a'}”: “{element}” is {found}, but FHIR wants {expected} there."
    assert of_form(read(questionnaire(written))) == ("part", [("a", element, said)])


def test_choices_of_a_wrong_type_are_told_before_the_question_that_has_none():
    found = read(questionnaire(item("a", "choice", answerOption={"valueString": "x"})))
    assert [one.why for one in found.problems] == ["wrong_type", "no_choices"]


def test_of_the_form_itself_the_form_is_named():
    assert of_form(read(questionnaire(item("a"), title=5))) == (
        "part",
        [("", "title", "“The file”: “title” is the number 5, but FHIR wants a text there.")],
    )
    assert of_form(read(questionnaire(item={"linkId": "a"}))) == (
        "refused",
        [("", "item", "“A form”: “item” is an object, but FHIR wants a list there.")],
    )


def test_null_says_nothing_and_is_read_as_if_it_were_not_written():
    written = item("a", enableWhen=None, required=None, item=None, extension=None, maxLength=None)
    assert read(questionnaire(written, contained=None)).result is Result.FULL


def test_two_slips_of_real_forms_that_leave_no_doubt_are_told_and_no_more():
    limit = extension("minValue", valueDate={"extension": [expression(f"{HL7}cqf-calculatedValue", "today()")]})
    found = read(questionnaire(item("a", repeats="true"), item("b", "date", extension=[limit])))
    assert found.result is Result.FULL and found.form.items[0].repeats is True
    assert [wording.note(one) for one in found.notes] == [
        "“a”: “repeats” is written as a text and taken as what it says.",
        "“b”: a calculation stands where “minValue” wants a value, so nothing is checked by it.",
    ]


def test_what_was_frozen_before_stays_as_readable_as_it_was():
    found = read(questionnaire(item("a", required="true")), kept=True)
    assert found.result is Result.FULL and found.form.items[0].required is False


def test_a_file_with_nothing_right_in_it_is_refused_before_the_list_grows_long():
    found = read(questionnaire(*([5] * 10_000)))
    assert len(found.problems) == 501 and found.problems[-1].why == "too_many_wrong"


def test_typing_in_choices_leaves_what_is_wrong_for_the_report():
    written = questionnaire(item("a", "choice", required=True, extension="x"))
    assert read(supplied(written, {"a": "Yes\nNo"})).problems[0].why == "wrong_type"


# -- any value, anywhere ---------------------------------------------------------------------------------------------

CODED = {"system": "http://s", "code": "1", "display": "One"}
LISTED = {
    "resourceType": "ValueSet",
    "id": "v",
    "url": "http://v",
    "version": "1",
    "expansion": {"contains": [{**CODED, "contains": [{"system": "http://s", "code": "2", "display": "Two"}]}]},
}
COMPOSED = {
    "resourceType": "ValueSet",
    "id": "w",
    "compose": {
        "include": [{"system": "http://s", "filter": [{"property": "concept", "op": "is-a", "value": "1"}]}],
        "exclude": [{"system": "http://s", "concept": [{"code": "3", "display": "Three"}]}],
    },
}
SYSTEM = {
    "resourceType": "CodeSystem",
    "url": "http://s",
    "concept": [
        {"code": "1", "display": "One", "concept": [{"code": "2", "display": "Two"}, {"code": "3", "display": "Three"}]}
    ],
}
CHECKED = {
    "url": f"{HL7}questionnaire-constraint",
    "extension": [
        {"url": "severity", "valueCode": "error"},
        {"url": "human", "valueString": "Not so."},
        {"url": "expression", "valueString": "true"},
    ],
}
TRANSLATED = {
    "url": f"{HL7}translation",
    "extension": [{"url": "lang", "valueCode": "de"}, {"url": "content", "valueString": "Eins"}],
}
CONTROL = {"coding": [{"system": "http://control", "code": "drop-down", "display": "List"}], "text": "List"}
EVERYTHING = json.loads(questionnaire(
    item("first", "group", prefix="1", definition="http://d#Patient.name", code=[CODED], required=False, item=[
        item("words", maxLength=9, initial=[{"valueString": "abc"}], readOnly=False, repeats=False, required=True,
             _text={"extension": [TRANSLATED, extension("rendering-markdown", valueMarkdown="**words**")]},
             extension=[extension("minLength", valueInteger=1), extension("regex", valueString="[a-z]+"), CHECKED,
                        extension(HIDDEN, valueBoolean=False), extension("entryFormat", valueString="abc"),
                        {"url": f"{SDC}shortText", "valueString": "W"}]),
        item("many", "integer", repeats=True, **when("words"), enableBehavior="all", extension=[
            extension("minValue", valueInteger=1), extension("maxValue", valueInteger=9),
            extension("minOccurs", valueInteger=1), extension("maxOccurs", valueInteger=3)]),
        item("part", "decimal", extension=[extension("maxDecimalPlaces", valueInteger=2)]),
        item("worked", "decimal", readOnly=True, extension=[expression("calculatedExpression", "1 + 1")]),
        item("weight", "quantity", initial=[{"valueQuantity": {"value": Decimal("1.5"), "unit": "kg", "code": "kg"}}],
             extension=[extension("questionnaire-unitOption", valueCoding={"code": "kg", "display": "kg"})]),
        item("file", "attachment", extension=[extension("maxSize", valueDecimal=Decimal(1000)),
                                              extension("mimeType", valueCode="image/png")]),
        item("picked", "choice", answerOption=[
            {"valueCoding": CODED, "initialSelected": True, "extension": [extension("ordinalValue", valueDecimal=1)]},
            {"valueCoding": {**CODED, "code": "2"}, "extension": [
                extension("questionnaire-optionPrefix", valueString="b"),
                extension("questionnaire-optionExclusive", valueBoolean=True)]}],
            extension=[extension("questionnaire-itemControl", valueCodeableConcept=CONTROL)]),
        item("listed", "choice", answerValueSet="http://v|1"),
        item("composed", "choice", answerValueSet="#w"),
        item("seen", extension=[expression("enableWhenExpression", "true")]),
    ]),
    contained=[LISTED, COMPOSED, SYSTEM], name="Everything", version="1", url="http://q", language="en",
    subjectType=["Patient"], publisher="P", copyright="C", description="D", purpose="E", date="2026-01-01",
    extension=[expression("variable", "1", name="one")],
))  # fmt: skip
OTHERS = {
    "truth": True,
    "number": 5,
    "text": "x",
    "list": [],
    "full list": ["x"],
    "object": {},
    "full object": {"x": 1},
}
TYPES = {bool: "truth", int: "number", float: "number", str: "text", list: "list", dict: "object"}


def places(element, way=()):
    """The way to every value in a file, its lists and objects too."""
    if way:
        yield way
    pairs = element.items() if isinstance(element, dict) else enumerate(element) if isinstance(element, list) else ()
    for name, inside in pairs:
        yield from places(inside, (*way, name))


def put(form, way, value):
    """A copy of a file with another value there, and what stood there before."""
    made = deepcopy(form)
    holder = made
    for step in way[:-1]:
        holder = holder[step]
    before, holder[way[-1]] = holder[way[-1]], value
    return json.dumps(made).encode(), before


def test_the_file_of_the_next_test_imports_fully():
    assert read(json.dumps(EVERYTHING).encode()).result is Result.FULL


@settings(max_examples=300)
@given(st.sampled_from(list(places(EVERYTHING))), st.sampled_from(list(OTHERS)))
def test_with_any_value_of_another_type_anywhere_it_never_imports_fully_and_every_finding_has_its_words(way, other):
    changed, before = put(EVERYTHING, way, OTHERS[other])
    if TYPES[type(before)] in other:
        return
    found = read(changed)
    assert found.result is not Result.FULL
    assert all(wording.problem(one) and wording.effect(one) for one in found.problems)
    assert all(wording.note(one) for one in found.notes)
