"""The QuestionnaireResponse: valid R4 by an outside judge, digits kept, there and back the same (F67-F69, F88)."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from core.forms.engine import evaluate
from core.forms.questionnaire import read
from core.forms.response import Given, dumps, response
from core.forms.response import read as read_response
from core.forms.words import Kind, walk
from tests.core.forms.filling import fill
from tests.core.forms.making import NOT_HERE, REAL, answer, choice, form, given, item, repetition, string, when

NOW = datetime(2026, 11, 23, 10, 0, 0, 123, tzinfo=UTC)
WHOLE = Given(id="r1", identifier="urn:uuid:00000000-0000-7000-8000-000000000000", patient="p1", language="en")


def judged(made):
    """What the library that knows R4B by heart says; raises when the response is not valid."""
    from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

    return QuestionnaireResponse.model_validate_json(dumps(made))


def real_forms():
    listed = json.loads((REAL / "index.json").read_text())["forms"] if (REAL / "index.json").exists() else []
    return [one["file"] for one in listed if not one.get("refuse")]


def test_the_real_questionnaires_are_at_hand():
    if not real_forms():
        pytest.skip(NOT_HERE)


@pytest.mark.parametrize("file", real_forms())
def test_each_real_form_can_be_filled_and_its_answers_come_back_the_same(file):
    found = read((REAL / file).read_bytes()).form
    _, state = fill(found, NOW)
    made = response(found, state.answers, NOW, WHOLE)
    judged(made)
    assert state.complete and not state.late, (state.invalid, state.late)
    back = read_response(found, json.loads(dumps(made), parse_float=Decimal))
    assert not back.strange and not back.surplus
    again = evaluate(found, back.answers, now=NOW)
    assert again.enabled >= {str(one.place) for one in state.asked if one.entries}
    assert response(found, again.answers, NOW, WHOLE) == made
    asked = [one.asked.place for page in state.pages for one in page.questions]
    assert len(asked) == len(set(asked)), "the route visits each place once"


def test_what_a_response_says_of_itself():
    made = response(form(item("a"), url="http://f", version="2"), given(a=string("x")), NOW, WHOLE)
    assert made == {
        "resourceType": "QuestionnaireResponse", "id": "r1", "language": "en", "questionnaire": "http://f|2",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": WHOLE.identifier}, "status": "completed",
        "subject": {"reference": "Patient/p1"}, "author": {"reference": "Patient/p1"}, "source": {"reference": "Patient/p1"},
        "authored": "2026-11-23T10:00:00Z", "item": [{"linkId": "a", "text": "a", "answer": [{"valueString": "x"}]}],
    }  # fmt: skip
    judged(made)


def test_disabled_displays_blanks_and_empty_groups_never_appear():
    made = form(
        item("words", "display"),
        item("g", "group", item=[item("a")]),
        item("b", **when("a", "=", answerString="x")),
        item("c"),
    )
    assert response(made, evaluate(made, given(b=string("kept in the draft"))).answers, NOW).get("item") is None


def test_repetitions_stand_side_by_side_and_answers_hold_what_was_asked_under_them():
    people = item(
        "person",
        "group",
        repeats=True,
        item=[item("name"), choice("ill", "flu", "gout", repeats=True, item=[item("since")])],
    )
    made = form(people)
    answers = given(person=[
        repetition(name=string("A")),
        repetition(ill=[answer(string("flu"), since=string("May")), answer(string("gout"))]),
    ])  # fmt: skip
    built = response(made, evaluate(made, answers).answers, NOW)
    judged(built)
    first, second = built["item"]
    assert first["item"][0]["answer"] == [{"valueString": "A"}]
    assert second["item"][0]["answer"] == [
        {"valueString": "flu", "item": [{"linkId": "since", "text": "since", "answer": [{"valueString": "May"}]}]},
        {"valueString": "gout"},
    ]
    assert read_response(made, built).answers == answers


def test_decimals_keep_their_digits():
    made = form(item("a", "decimal"))
    built = dumps(response(made, evaluate(made, given(a={"valueDecimal": Decimal("2.50")})).answers, NOW))
    assert b'"valueDecimal":2.50' in built


def test_what_a_response_has_that_the_form_has_not_is_named():
    made = form(item("g", "group", item=[item("a")]))
    source = {"item": [{"linkId": "zz"}, {"linkId": "g"}, {"linkId": "g", "item": [{"linkId": "a"}]}]}
    found = read_response(made, source)
    assert found.strange == ("zz",) and [str(place) for place in found.surplus] == ["g"]


STRAYS = {
    "an answer of a group": ({"linkId": "g", "answer": [string("x")]}, ("g",)),
    "what is asked under a question beside its answer": (
        {"linkId": "q", "answer": [string("x")], "item": [{"linkId": "below", "answer": [string("y")]}]},
        ("below",),
    ),
    "an answer of words": ({"linkId": "words", "answer": [string("x")]}, ("words",)),
    "words that came along": ({"linkId": "words", "text": "words"}, ()),
    "a question without an answer that came along": (
        {"linkId": "q", "item": [{"linkId": "below", "text": "below"}]},
        (),
    ),
}


@pytest.mark.parametrize(("stray", "strange"), STRAYS.values(), ids=STRAYS)
def test_no_answer_is_dropped_without_a_word(stray, strange):
    made = form(item("g", "group", item=[item("a")]), item("q", item=[item("below")]), item("words", "display"))
    assert read_response(made, {"item": [stray]}).strange == strange


def test_every_kind_of_question_can_be_answered():
    asked = [item(kind.value, kind.value) for kind in Kind if kind not in (Kind.GROUP, Kind.CHOICE, Kind.REFERENCE)]
    found = form(*asked)
    _, state = fill(found, NOW)
    assert set(state.answers) == {one.link_id for one in walk(found.items) if one.kind.asks}
    judged(response(found, state.answers, NOW))
