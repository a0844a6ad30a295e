"""Judging answers: what counts at all, and the word for each limit that is broken (F14-F23, F49-F54)."""

from decimal import Decimal

import pytest

from core.forms.engine import evaluate
from tests.core.forms.making import extension, form, given, item, repetition, string


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [("time", {"valueTime": "10:30"}, "type"), ("time", {"valueTime": "24:00:00"}, "type"), ("date", {"valueDate": "2026-02-30"}, "type"),
     ("dateTime", {"valueDateTime": "2026-02-03T10:00:00"}, "type"), ("integer", {"valueInteger": 2**31}, "type"),
     ("integer", {"valueDecimal": Decimal("1.5")}, "type"), ("url", {"valueUri": "javascript:alert(1)"}, "type"),
     ("string", {"valueString": "a\x00b"}, "type"), ("string", {"valueString": "a\x0bb"}, "type"), ("boolean", {"valueBoolean": "true"}, "type"), ("string", {"valueString": "x" * 4_001}, "maxLength")],
)  # fmt: skip
def test_what_is_no_answer_of_its_kind_is_named_and_does_not_count(kind, value, why):
    state = evaluate(form(item("a", kind)), given(a=value))
    assert [one.why for one in state.invalid] == [why]
    assert why == "maxLength" or not state.answers


LIMITS = [
    ("string", {"extension": [extension("minLength", valueInteger=3)]}, [string("ab")], "minLength"),
    ("string", {"extension": [extension("regex", valueString="[0-9]+")]}, [string("ab")], "regex"),
    ("integer", {"extension": [extension("regex", valueString="[1-9][0-9]")]}, [{"valueInteger": 5}], "regex"),
    ("integer", {"maxLength": 2}, [{"valueInteger": 123}], "maxLength"),
    ("decimal", {"maxLength": 3}, [{"valueDecimal": Decimal("2.50")}], "maxLength"),
    ("decimal", {"extension": [extension("maxDecimalPlaces", valueInteger=1)]}, [{"valueDecimal": Decimal("2.50")}], "decimals"),
    ("integer", {"extension": [extension("minValue", valueInteger=3)]}, [{"valueInteger": 2}], "minValue"),
    ("date", {"extension": [extension("maxValue", valueDate="2020-01-01")]}, [{"valueDate": "2020-01-02"}], "maxValue"),
    ("string", {}, [string("a"), string("b")], "occurs"),
    ("string", {"repeats": True, "extension": [extension("minOccurs", valueInteger=2)]}, [string("a")], "occurs"),
    ("string", {"required": True}, [], "required"),
    ("quantity", {"extension": [extension("questionnaire-unit", valueCoding={"code": "kg"})]},
     [{"valueQuantity": {"value": 1, "code": "g"}}], "unit"),
    ("choice", {"repeats": True, "answerOption": [
        {"valueString": "none", "extension": [extension("questionnaire-optionExclusive", valueBoolean=True)]}, {"valueString": "x"}]},
     [string("none"), string("x")], "exclusive"),
    ("choice", {"answerOption": [{"valueString": "x"}]}, [string("y")], "option"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "more", "values", "why"), LIMITS, ids=[why for *_, why in LIMITS])
def test_each_limit_has_its_word(kind, more, values, why):
    state = evaluate(form(item("a", kind, **more)), given(a=values) if values else {})
    assert [(str(one.place), one.why) for one in state.invalid] == [("a", why)]


PICTURES = [extension("mimeType", valueCode="image/*"), extension("mimeType", valueCode="application/pdf")]
SMALL = [extension("maxSize", valueDecimal=3)]
DAYS = [extension("questionnaire-unit", valueCoding={"system": "http://unitsofmeasure.org", "code": "d"})]


@pytest.mark.parametrize(
    ("kind", "extensions", "value", "why"),
    [("attachment", PICTURES, {"contentType": "image/png"}, ""), ("attachment", PICTURES, {"contentType": "Application/PDF; v=1"}, ""),
     ("attachment", PICTURES, {"contentType": "text/plain"}, "type"), ("attachment", PICTURES, {"title": "a"}, "type"),
     ("attachment", SMALL, {"data": "QUJD"}, ""), ("attachment", SMALL, {"data": "QUJDRA=="}, "maxValue"), ("attachment", [], {}, "type"),
     ("quantity", DAYS, {"value": 1, "code": "d"}, ""), ("quantity", DAYS, {"value": 1, "code": "d", "system": "http://unitsofmeasure.org"}, ""),
     ("quantity", DAYS, {"value": 1, "code": "d", "system": "http://other.example"}, "unit")],
)  # fmt: skip
def test_files_are_of_a_type_and_size_and_units_of_a_system(kind, extensions, value, why):
    state = evaluate(form(item("a", kind, extension=extensions)), given(a={f"value{kind.capitalize()}": value}))
    assert [one.why for one in state.invalid] == ([why] if why else [])


def test_a_group_is_only_required_while_it_has_something_to_answer():
    asked = item("a", enableWhen=[{"question": "b", "operator": "exists", "answerBoolean": True}])
    made = form(item("b", "boolean"), item("g", "group", required=True, item=[item("h", "group", item=[asked])]))
    assert evaluate(made, {}).complete
    assert [(str(one.place), one.why) for one in evaluate(made, given(b={"valueBoolean": True})).invalid] == [
        ("g", "required")
    ]


def test_in_a_repetition_nothing_is_required_until_it_has_an_answer():
    people = item("p", "group", repeats=True, item=[item("a", required=True), item("b")])
    assert evaluate(form(people), {}).complete
    state = evaluate(form(people), given(p=[repetition(), repetition(b=string("x"))]))
    assert [str(one.place) for one in state.invalid] == ["p[1]/a"]
    assert [str(one.place) for one in evaluate(form(people | {"required": True}), {}).invalid] == ["p", "p[0]/a"]
