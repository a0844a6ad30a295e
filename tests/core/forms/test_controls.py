"""Which control asks a question, what a browser may fill in, and what is taken from a field with suggestions."""

import pytest

from core.forms import kinds
from core.forms.asking.controls import autocomplete, control
from core.forms.engine import evaluate
from tests.core.forms.making import extension, form, item


def many(number, kind="choice", look="", **more):
    concept = {"coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": look}]}
    looks = [extension("questionnaire-itemControl", valueCodeableConcept=concept)] if look else []
    options = [{"valueCoding": {"code": f"c{n}", "display": f"Choice {n}"}} for n in range(number)]
    return item("a", kind, answerOption=options, extension=looks, **more)


def asked(one):
    (found,) = evaluate(form(one), {}).asked
    return found


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (many(12), "radios"), (many(13), "select"), (many(30), "suggest"), (many(3, look="drop-down"), "select"),
        (many(30, repeats=True), "checkboxes"), (many(30, look="radio-button"), "radios"), (many(3, look="autocomplete"), "suggest"),
        (many(5, "open-choice", look="drop-down"), "radios"), (many(40, "open-choice"), "suggest"),
        (item("a", "boolean"), "boolean"), (item("a", "dateTime"), "date"), (item("a", "attachment"), "file"), (item("a", "url"), "line"),
    ],
)  # fmt: skip
def test_each_question_has_its_control(question, expected):
    assert control(asked(question)) == expected


@pytest.mark.parametrize(("typed", "code"), [("Choice 7", "c7"), (" choice 7 ", "c7"), ("c7", "c7"), ("", None)])
def test_a_field_with_suggestions_takes_a_display_or_a_code(typed, code):
    one = asked(many(40))
    found = kinds.answer(one, {f"{one.name}-pick": [typed]})
    assert [value["valueCoding"]["code"] for value in found] == ([code] if code else [])
    assert not found or kinds.answer(one, kinds.typed_again(one, found)) == found


def test_other_words_are_taken_only_where_the_form_takes_words_of_ones_own():
    one, free = asked(many(40)), asked(many(40, "open-choice"))
    with pytest.raises(kinds.Mistyped):
        kinds.answer(one, {f"{one.name}-pick": ["Choice"]})
    own = kinds.answer(free, {f"{free.name}-pick": ["My own"]})
    assert own == ({"valueString": "My own"},) and kinds.typed_again(free, own) == {f"{free.name}-pick": ["My own"]}


PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient#Patient."


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"definition": f"{PATIENT}name.given"}, "given-name"), ({"definition": f"{PATIENT}birthDate"}, "bday"),
        ({"definition": f"{PATIENT}telecom.value"}, "off"), ({"text": "Family name"}, "off"),
        ({"code": [{"system": "http://loinc.org", "code": "45394-4"}]}, "family-name"), ({"code": "strange"}, "off"),
    ],
)  # fmt: skip
def test_a_browser_fills_in_what_is_asked_by_code_or_definition_never_by_its_text(said, expected):
    assert autocomplete(asked(item("a", **said)).item) == expected


def test_of_two_choices_that_share_a_code_the_chosen_one_is_shown_again():
    coding = {"system": "s", "code": "x"}
    she, they = ({"valueCoding": {**coding, "display": name}} for name in ("She", "They"))
    one = evaluate(form(item("a", "choice", answerOption=[she, they])), {}).asked[0]
    assert [kinds.typed_again(one, (value,))[one.name] for value in (she, they)] == [["0"], ["1"]]
