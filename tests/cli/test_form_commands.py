"""`latchkey form try`: what authors see of a form and answers, to the letter of the contract."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from core.cli.commands.form import command
from core.cli.wording import say
from tests.core.forms.making import choice, item, questionnaire, when

PEOPLE = item("person", "group", repeats=True, item=[
    item("name", required=True),
    item("medicine", "group", repeats=True, item=[item("drug"), item("dose", "decimal", **when("drug"))]),
])  # fmt: skip
FORM = questionnaire(PEOPLE, choice("illness", "flu", "gout", repeats=True, item=[item("since", "date")]))
RESPONSE = """{"resourceType": "QuestionnaireResponse", "item": [
  {"linkId": "person", "item": [{"linkId": "name", "answer": [{"valueString": "A"}]}]},
  {"linkId": "person", "item": [{"linkId": "medicine", "item": [
    {"linkId": "drug", "answer": [{"valueString": "X"}]}, {"linkId": "dose", "answer": [{"valueDecimal": 2.50}]}]}]},
  {"linkId": "illness", "answer": [{"valueString": "flu", "item": [{"linkId": "since", "answer": [{"valueDate": "2020-13"}]}]}]}
]}"""


def tried(tmp_path, response, *options):
    (tmp_path / "form.json").write_bytes(FORM)
    (tmp_path / "response.json").write_text(response)
    paths = [str(tmp_path / name) for name in ("form.json", "response.json")]
    return CliRunner().invoke(command, ["try", *paths, *options])


def test_places_name_repetitions_and_whys_are_the_contracts_words(tmp_path):
    told = tried(tmp_path, RESPONSE, "--json")
    found = json.loads(told.stdout)
    assert found["enabled"] == [
        "person[0]", "person[0]/name", "person[0]/medicine[0]", "person[0]/medicine[0]/drug",
        "person[1]", "person[1]/name", "person[1]/medicine[0]", "person[1]/medicine[0]/drug", "person[1]/medicine[0]/dose",
        "illness", "illness[0]/since",
    ]  # fmt: skip
    assert found["invalid"] == [
        {"linkId": "person[1]/name", "why": "required"},
        {"linkId": "illness[0]/since", "why": "type"},
    ]
    assert (found["valid"], found["calculated"]) == (False, {})
    assert '"valueDecimal":2.50' in told.stdout
    assert datetime.fromisoformat(found["response"]["authored"]) <= datetime.now(UTC)


def test_an_answer_to_what_is_not_asked_is_not_dropped_without_a_word(tmp_path):
    unasked = '{"linkId": "dose", "answer": [{"valueDecimal": 2}]}'
    medicine = f'{{"linkId": "medicine", "item": [{unasked}]}}'
    name = '{"linkId": "name", "answer": [{"valueString": "A"}]}'
    person = f'[{{"linkId": "person", "item": [{name}, {medicine}]}}]'
    told = tried(tmp_path, f'{{"resourceType": "QuestionnaireResponse", "item": {person}}}', "--json")
    assert told.stderr == "“dose” is not asked with these answers: what was answered there is not sent.\n"
    found = json.loads(told.stdout)
    assert list(found) == ["enabled", "calculated", "invalid", "valid", "response"]
    assert found["valid"] and "dose" not in json.dumps(found["response"])


def test_without_json_it_says_the_same_in_lines(tmp_path):
    told = tried(tmp_path, RESPONSE).stdout
    assert "  person[1]/name: required\n" in told and told.endswith("not valid\n")


UNREADABLE = {
    '{"resourceType": "Patient"}': "This file is no QuestionnaireResponse. Give the answers as FHIR R4 JSON.",
    "[]": "This file is no QuestionnaireResponse. Give the answers as FHIR R4 JSON.",
    '{"resourceType": "QuestionnaireResponse",': "This is not a readable FHIR file: line 1, column 42. Export it again as JSON.",
    "<QuestionnaireResponse/>": "This file is FHIR as XML. Latchkey reads JSON: export it again as JSON.",
    '{"resourceType": "QuestionnaireResponse", "item": {"linkId": "illness"}}':
        "“The file”: “item” is an object, but FHIR wants a list there.",
    '{"resourceType": "QuestionnaireResponse", "item": [{"linkId": "person", "item": {"linkId": "name"}}]}':
        "“person”: “item” is an object, but FHIR wants a list there.",
    '{"resourceType": "QuestionnaireResponse", "item": [{"linkId": "illness", "answer": {"valueString": "flu"}}]}':
        "“illness”: “answer” is an object, but FHIR wants a list there.",
}  # fmt: skip


@pytest.mark.parametrize("response", UNREADABLE)
def test_answers_that_cannot_be_read_are_an_error_that_says_what_is_wrong(tmp_path, response):
    told = tried(tmp_path, response)
    assert told.exit_code != 0 and not told.stdout
    assert say(told.exception) == UNREADABLE[response]


def test_an_answer_of_a_wrong_type_is_judged_like_any_other(tmp_path):
    answers = (
        '{"resourceType": "QuestionnaireResponse", "item": [{"linkId": "illness", "answer": [{"valueString": 5}]}]}'
    )
    found = json.loads(tried(tmp_path, answers, "--json").stdout)
    assert {"linkId": "illness", "why": "option"} in found["invalid"]
