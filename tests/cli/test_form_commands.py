"""`latchkey form try`: what authors see of a form and answers, to the letter of the contract."""

import json
from datetime import UTC, datetime

from click.testing import CliRunner

from core.cli.commands.form import command
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


def test_without_json_it_says_the_same_in_lines(tmp_path):
    told = tried(tmp_path, RESPONSE).stdout
    assert "  person[1]/name: required\n" in told and told.endswith("not valid\n")


def test_answers_that_are_none_are_an_error_of_one_sentence(tmp_path):
    from core.cli.wording import say

    for response in ("{", '{"resourceType": "Patient"}', "[]"):
        told = tried(tmp_path, response)
        assert say(told.exception).startswith("This file is no QuestionnaireResponse.")
