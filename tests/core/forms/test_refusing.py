"""Forms that cannot be read safely are refused whole, each with its reason; what only looks like it is read."""

from base64 import b64encode

import pytest

from core.forms.importing import wording
from core.forms.importing.outcome import Result
from core.forms.questionnaire import read
from tests.core.forms.making import choice, expression, extension, item, questionnaire, when

PNG_BEGINS = b"\x89PNG\r\n\x1a\n"
XHTML = "http://hl7.org/fhir/StructureDefinition/rendering-xhtml"
# One more than are looked at; the one that is said twice counts once.
PICTURES = "".join(
    f'<img src="data:image/png;base64,{b64encode(PNG_BEGINS + bytes([max(n, 1)])).decode()}"/>' for n in range(52)
)
REFUSED = {
    "not_json": b"{",
    "xml": b"<Questionnaire/>",
    "other_resource": b'{"resourceType":"Patient"}',
    "bundle": b'{"resourceType":"Bundle","entry":[]}',
    "no_items": questionnaire(),
    "no_link_id": questionnaire({"type": "string", "text": "Name"}),
    "no_type": questionnaire({"linkId": "a"}),
    "twice": questionnaire(item("a"), item("a")),
    "r5": questionnaire(item("a", "coding")),
    "stu3": questionnaire(item("a", "choice", option=[{"valueString": "x"}])),
    "unknown_type": questionnaire(item("a", "question")),
    "twin_keys": b'{"resourceType":"Questionnaire","resourceType":"Patient"}',
    "too_deep": b"[" * 100 + b"]" * 100,
    "too_large": b" " * 2_000_001,
    "number": b'{"resourceType":"Questionnaire","item":[1234567890123456789]}',
    "no_number": b'{"resourceType":"Questionnaire","item":[{"linkId":"a","maxLength":NaN}]}',
    "letters": b'{"resourceType":"Questionnaire","item":[{"linkId":"a","text":"\\ud83d is half of \\ud83d\\ude00"}]}',
    "too_many_items": questionnaire(*(item(f"q{n}") for n in range(2_001))),
    "too_many_pictures": questionnaire(
        item("a", "display", _text={"extension": [{"url": XHTML, "valueString": PICTURES}]})
    ),
    "too_much_markup": questionnaire(
        *(
            item(f"d{n}", "display", _text={"extension": [{"url": XHTML, "valueString": "x" * 49_000}]})
            for n in range(5)
        )
    ),
    "too_many_options": questionnaire(choice("a", *(str(n) for n in range(501)))),
    "too_many_conditions": questionnaire(item("b"), item("a", enableWhen=when("b")["enableWhen"] * 101)),
    "long_link_id": questionnaire(item("a" * 256)),
    "long_text": questionnaire({"linkId": "a", "type": "string", "text": "x" * 10_001}),
    "long_expression": questionnaire(item("a", extension=[expression("calculatedExpression", "1" * 2_001)])),
    "twin_options": questionnaire(choice("a", "yes", "yes")),
    "unknown_operator": questionnaire(item("b"), item("a", **when("b", "~"))),
    "modifier": questionnaire(item("a"), implicitRules="x"),
    "required_unaskable": questionnaire(item("a", "choice", required=True, answerValueSet="http://elsewhere")),
}


@pytest.mark.parametrize(("why", "source"), REFUSED.items(), ids=REFUSED)
def test_what_cannot_be_read_safely_is_refused_whole_and_named(why, source):
    found = read(source)
    assert found.result is Result.REFUSED and found.form is None
    assert found.problems[0].why == why and wording.problem(found.problems[0])


def test_whole_letters_beyond_the_first_plane_and_an_address_without_a_host_are_read():
    linked = extension("questionnaire-supportLink", valueUri="https://[")
    found = read(
        questionnaire(item("a", text="\\u0000"), item("b", extension=[linked])).replace(b"b", b"\\ud83d\\ude00")
    )
    assert found.result is Result.FULL and found.form.items[1].link_id == "😀" and not found.form.items[1].look.links


def test_questions_nested_too_deep_are_refused():
    nested = item("q0")
    for number in range(1, 21):
        nested = item(f"q{number}", item=[nested])
    assert read(questionnaire(nested)).problems[0].why == "too_nested"
