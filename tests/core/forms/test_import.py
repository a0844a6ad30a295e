"""Importing forms: full, part or refused, with every item and reason; the real questionnaires as the oracle."""

import json
from collections import Counter

import pytest

from core.forms.extensions import TABLE, Fate
from core.forms.importing import wording
from core.forms.importing.outcome import Result
from core.forms.launching import of_the_patient
from core.forms.library import OURS, called
from core.forms.questionnaire import read
from core.forms.words import Kind, Limits
from tests.core.forms.making import (
    HL7,
    NOT_HERE,
    REAL,
    SDC,
    choice,
    expression,
    extension,
    item,
    questionnaire,
    when,
)


@pytest.mark.parametrize("path", sorted(OURS.glob("*.json")), ids=lambda path: path.stem)
def test_the_forms_we_bring_along_import_fully(path):
    found = read(path.read_bytes())
    assert found.result is Result.FULL and not found.problems


def test_each_real_questionnaire_comes_to_what_is_written_about_it():
    if not (REAL / "index.json").exists():
        pytest.skip(NOT_HERE)
    for one in json.loads((REAL / "index.json").read_text())["forms"]:
        found = read((REAL / one["file"]).read_bytes())
        wanted = "full" if one["imports_fully"] else "refused" if one.get("refuse") else "part"
        assert found.result == wanted, one["file"]
        reasons = Counter({str(link_id or "") for reason in one["reasons"] for link_id in reason["items"]})
        listed = Counter({problem.link_id or problem.text for problem in found.problems})
        # The list names at most twelve items a reason, and an item without a name by its text.
        assert set(reasons) - {""} <= set(listed), one["file"]
        assert len(found.problems) == sum(reason["count"] for reason in one["reasons"]), one["file"]
        assert all(wording.problem(problem) and wording.effect(problem) for problem in found.problems)
        assert all(wording.note(note) for note in found.notes)


@pytest.mark.parametrize(
    ("file", "title"),
    [("../in/Sleep_diary.json", "Sleep diary"), ("C:\\in\\phq-9.fhir.json", "phq-9.fhir"), ("", ""), ("a\n.json", "a")],
)
def test_a_form_without_title_and_name_is_called_after_its_file(file, title):
    assert called(file) == title
    found = [read(questionnaire(item("a"), title=None, name=name), called=called(file)) for name in (None, "Name")]
    assert [one.form.title for one in found] == [title or "Form", "Name"]


LAUNCHED = {
    "%patient.birthDate": [],
    "%client.name[0].family": [],
    "%user.name.given": [],
    "%encounter.id": ["%encounter"],
    "%doctor.name.text | %patient.name.text": ["%doctor"],
    "%patient.gender": ["%patient.gender"],
    "%client.address.city.first()": ["%client.address"],
    "Patient.name.given": ["Patient"],
}


@pytest.mark.parametrize("text", LAUNCHED)
def test_what_a_form_is_never_told_when_it_is_opened_is_a_note(text):
    contexts = [{"url": f"{SDC}launchContext", "extension": [
        {"url": "name", "valueCoding": {"code": name}}, {"url": "type", "valueCode": kind}]}
        for name, kind in (("client", "Patient"), ("doctor", "Practitioner"))]  # fmt: skip
    found = read(questionnaire(item("a", extension=[expression("initialExpression", text)]), extension=contexts))
    said = [
        f"“a” is filled in from {one}, which Latchkey does not know: that part stays empty." for one in LAUNCHED[text]
    ]
    assert found.result is Result.FULL and [wording.note(one) for one in found.notes] == said


def test_who_uses_a_form_is_the_patient_unless_it_wants_somebody_else():
    wanted = {"url": f"{SDC}launchContext", "extension": [
        {"url": "name", "valueCoding": {"code": "user"}}, {"url": "type", "valueCode": "Practitioner"}]}  # fmt: skip
    assert of_the_patient({}) == ("patient", "user") and of_the_patient({"extension": [wanted]}) == ("patient",)


def test_a_bundle_that_holds_one_form_is_that_form():
    source = json.loads(questionnaire(item("a")))
    assert read(json.dumps({"resourceType": "Bundle", "entry": [{"resource": source}]}).encode()).result is Result.FULL


def test_all_that_is_wrong_is_told_at_once():
    found = read(questionnaire(item("a"), item("a"), item("b", "sound"), {"type": "string"}))
    assert [problem.why for problem in found.problems] == ["twice", "unknown_type", "no_link_id"]


PROBLEMS = {
    "value_set_elsewhere": item("a", "choice", answerValueSet="https://terms.example/set"),
    "no_choices": item("a", "choice"),
    "reference": item("a", "reference"),
    "lookup": item("a", extension=[extension(f"{SDC}dataControl", valueString="x")]),
    "unknown_question": item("a", **when("nobody")),
    "condition_type": item("a", **when("number", "=", answerString="1")),
    "condition_order": item("a", **when("yes", ">", answerBoolean=True)),
    "no_behavior": item("a", enableWhen=[*when("number")["enableWhen"], *when("yes")["enableWhen"]]),
    "unknown_behavior": item("a", enableBehavior="ALL", enableWhen=when("number")["enableWhen"] * 2),
    "waits_for_group": item("a", **when("words")),
    "two_conditions": item("a", extension=[expression("enableWhenExpression", "true")], **when("yes")),
    "calculation_uses": item("a", extension=[expression("calculatedExpression", "item.trace('x')")]),
    "calculation_unreadable": item("a", extension=[expression("calculatedExpression", "1 + 1 garbage")]),
    "regex": item("a", extension=[extension("regex", valueString="(?!a)b")]),
    "regex_kind": item("a", "date", extension=[extension("regex", valueString="[0-9/]+")]),
    "limit_senseless": item("a", maxLength=-5),
    "limit_type": item("a", extension=[extension("minValue", valueInteger=5)]),
    "initial_type": item("a", "integer", initial=[{"valueString": "x"}]),
    "initial_option": choice("a", "x", initial=[{"valueString": "y"}]),
}


PROBLEMS["condition_empty"] = item("a", enableWhen=[{"question": "yes", "operator": "exists"}])
PROBLEMS["blank_options"] = item(
    "a", "choice", answerOption=[{"valueString": " "}, {"valueCoding": {}}, {"valueString": "x"}]
)


@pytest.mark.parametrize(("why", "asked"), PROBLEMS.items(), ids=PROBLEMS)
def test_what_cannot_be_asked_or_checked_as_written_is_a_problem(why, asked):
    found = read(questionnaire(item("number", "integer"), item("yes", "boolean"), item("words", "display"), asked))
    assert found.result is Result.PART
    (problem,) = found.problems
    assert (problem.link_id, problem.why) == ("a", why)
    assert "“a”" in wording.problem(problem) and wording.effect(problem).endswith(".")


REPORT = {
    "condition_empty": "A condition of “a” on “yes” does not say what to compare with. The condition counts as not met.",
    "blank_options": "“a” has choices without words: 2 of 3. They are left out.",
    "value_set_elsewhere": "The choices of “a” are in terms.example/set, which is not in the file. The question is left out.",
    "no_choices": "“a” is to be chosen from, but the file has no choices. The question is left out.",
    "reference": "“a” asks for another record, which a patient cannot look up. The question is left out.",
    "lookup": "“a” looks things up on a server. Latchkey does not. The question is left out.",
    "unknown_question": "“a” waits for a question “nobody” that is not in the form. It will always be asked if you import it.",
    "condition_type": "“a” compares integer answers with answerString “1”, which cannot be compared. The condition counts as not met.",
    "condition_order": "“a” asks whether boolean answers are more or less than “True”; they have no order. The condition counts as not met.",
    "no_behavior": "“a” has several conditions but does not say whether all or any must hold. It is asked as soon as any of them holds.",
    "unknown_behavior": "“a” has several conditions and says “ALL”, where FHIR knows “all” and “any”. It is asked only where all of them hold.",
    "waits_for_group": "“a” waits for “words”, which is no question and never has an answer. The condition sees no answer there.",
    "two_conditions": "“a” has both conditions and a calculated condition. Both must hold.",
    "calculation_uses": "A calculation in “a” uses trace(), which Latchkey cannot do. The field stays empty.",
    "calculation_unreadable": "A calculation in “a” cannot be read. The field stays empty.",
    "regex": "A check on “a” is a pattern that Latchkey cannot run safely. The check is left out.",
    "regex_kind": "“a” has a pattern for how it is typed (“[0-9/]+”), which does not fit date answers. The check is left out.",
    "limit_senseless": "“a”: no answer can keep to “maxLength” -5. The check is left out.",
    "limit_type": "“a”: “minValue” is valueInteger 5, which string answers do not compare with. The check is left out.",
    "initial_type": "“a” is to be filled in with “x”, which is no integer answer. It starts empty.",
    "initial_option": "“a” is to be filled in with “y”, which is not one of its choices. It starts empty.",
}  # fmt: skip


@pytest.mark.parametrize(("why", "asked"), PROBLEMS.items(), ids=PROBLEMS)
def test_the_report_says_each_problem_in_these_words(why, asked):
    found = read(questionnaire(item("number", "integer"), item("yes", "boolean"), item("words", "display"), asked))
    assert f"{wording.problem(found.problems[0])} {wording.effect(found.problems[0])}" == REPORT[why]


SENSELESS = {
    "minLength": item("a", extension=[extension("minLength", valueInteger=-1)]),
    "minLength, maxLength": item("a", maxLength=2, extension=[extension("minLength", valueInteger=3)]),
    "maxDecimalPlaces": item("a", "decimal", extension=[extension("maxDecimalPlaces", valueInteger=-1)]),
    "maxOccurs": item("a", repeats=True, extension=[extension("maxOccurs", valueInteger=0)]),
    "minOccurs, maxOccurs": item("a", repeats=True, extension=[
        extension("minOccurs", valueInteger=3), extension("maxOccurs", valueInteger=1)]),
    "minValue, maxValue": item("a", "date", extension=[
        extension("minValue", valueDate="2026-02-01"), extension("maxValue", valueDate="2026-01-01")]),
    "maxSize": item("a", "attachment", extension=[extension("maxSize", valueDecimal=0)]),
    "minValue": item("a", "date", extension=[extension("minValue", valueDate="yesterday")]),
    "maxValue": item("a", "time", extension=[extension("maxValue", valueDate="2026-01-01")]),
}  # fmt: skip


@pytest.mark.parametrize("element", SENSELESS)
def test_a_limit_that_nothing_can_keep_to_is_left_out_and_told(element):
    found = read(questionnaire(SENSELESS[element]))
    assert [(one.extension, one.effect) for one in found.problems] == [(element, "check_left_out")]
    assert found.form.items[0].limits == Limits()


def test_limits_that_mean_something_stay():
    written = item(
        "a",
        "quantity",
        extension=[
            extension("minQuantity", valueQuantity={"value": 1, "code": "kg"}),
            extension("maxValue", valueInteger=9),
        ],
    )
    dated = item("b", "dateTime", extension=[extension("minValue", valueDate="2026-01-01")])
    numbers = item("c", "integer", answerOption=[{"valueInteger": n} for n in (1, 2)], extension=[
        extension("maxValue", valueDecimal=2)])  # fmt: skip
    found = read(questionnaire(written, dated, numbers))
    assert found.result is Result.FULL and all(one.limits != Limits() for one in found.form.items)


def test_the_words_of_a_problem_name_item_reason_and_effect():
    found = read(questionnaire(item("a", "choice", answerValueSet="https://terms.example/set|2")))
    said = "The choices of “a” are in terms.example/set|2, which is not in the file."
    assert (wording.problem(found.problems[0]), wording.effect(found.problems[0])) == (
        said,
        "The question is left out.",
    )


@pytest.mark.parametrize(
    ("about", "result", "said"),
    [
        (["Practitioner", "Group"], "part", "The form is written about a Practitioner or Group, not a patient."),
        (["Encounter"], "full", "The form is written about a Encounter of a patient."),
        (["Device", "Patient"], "full", ""),
    ],
)
def test_a_form_about_somebody_else_is_told_and_accepted_before_a_patient_gets_it(about, result, said):
    found = read(questionnaire(item("a"), subjectType=about))
    assert found.result == result
    assert [*map(wording.problem, found.problems), *map(wording.note, found.notes)] == ([said] if said else [])


@pytest.mark.parametrize(
    ("against", "said"),
    [({"answerQuantity": {"value": 5, "unit": "kg", "code": "kg"}}, "5 kg"), ({"answerCoding": {"system": "s", "code": "x"}}, "x")],
)  # fmt: skip
def test_what_cannot_be_compared_is_said_in_words(against, said):
    found = read(questionnaire(item("d", "decimal"), item("a", **when("d", ">", **against))))
    (kind,) = against
    sentence = f"“a” compares decimal answers with {kind} “{said}”, which cannot be compared."
    assert wording.problem(found.problems[0]) == sentence


IN_PARTS = [("assemble-root", "made of parts that are not in the file. Only what is in the file is asked."),
            ("assemble-child", "only a part of another one. Only what is in the file is asked."),
            ("independent-child", ""), ("independent-root", "")]  # fmt: skip


@pytest.mark.parametrize(("said", "told"), IN_PARTS)
def test_a_form_in_parts_says_which_part_it_is(said, told):
    found = read(questionnaire(item("a"), extension=[{"url": f"{SDC}assemble-expectation", "valueCode": said}]))
    words = [f"{wording.problem(one)} {wording.effect(one)}" for one in found.problems]
    assert words == ([f"This form is {told}"] if told else [])


@pytest.mark.parametrize(
    "host", ["https://vendor.example/fhir", "https://vendor.example/hl7.org", "http://hl7.org.example"]
)
def test_what_a_vendor_calls_like_hl7_is_not_obeyed(host):
    theirs = f"{host}/StructureDefinition/"
    asked = item("a", extension=[
        {"url": f"{theirs}questionnaire-hidden", "valueBoolean": True}, {"url": f"{theirs}maxValue", "valueCode": "x"},
        {"url": f"{theirs}variable", "valueExpression": {"language": "text/fhirpath", "expression": "trace('x')"}}])  # fmt: skip
    found = read(questionnaire(asked))
    assert (found.result, found.form.items[0].hidden, found.form.calculates) == (Result.FULL, False, False)
    (note,) = found.notes
    assert f"questionnaire-hidden ({host.split('/')[2]})" in wording.note(note)


def test_what_r5_adds_comes_to_r4_as_an_extension():
    url = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Questionnaire.item.disabledDisplay"
    found = read(questionnaire(item("a", extension=[extension(url, valueCode="protected")])))
    assert found.form.items[0].look.protected and not found.notes


NOTES = {
    "twin_values": json.loads(
        questionnaire(
            item(
                "a",
                "choice",
                answerOption=[
                    {"valueCoding": {"code": "1", "display": "x"}},
                    {"valueCoding": {"code": "1", "display": "y"}},
                ],
            )
        )
    ),
    "initial_unit": json.loads(questionnaire(item("a", "quantity", initial=[{"valueQuantity": {"unit": "kg"}}]))),
    "initial_many": json.loads(questionnaire(item("a", initial=[{"valueString": "x"}, {"valueString": "y"}]))),
    "no_status": json.loads(questionnaire(item("a"))) | {"status": None},
    "no_title": json.loads(questionnaire(item("a"))) | {"title": None},
    "constant": json.loads(questionnaire(item("a", "choice", initial=[{"valueString": "x"}]))),
    "vendor": json.loads(questionnaire(item("a", extension=[extension("https://vendor.example/colour")]))),
    "waits_for_hidden": json.loads(questionnaire(item("b", readOnly=True), item("a", **when("b")))),
    "text_order": json.loads(questionnaire(item("b"), item("a", **when("b", ">", answerString="m")))),
    "fhir_query": json.loads(
        questionnaire(item("a", extension=[expression("initialExpression", "x", language="application/x-fhir-query")]))
    ),
    "observationLinkPeriod": json.loads(questionnaire(item("a", extension=[extension(f"{SDC}observationLinkPeriod")]))),
}


for _name in "usageMode itemMedia choiceOrientation width columnCount collapsible optionRestriction entryMode".split():
    NOTES[_name] = json.loads(questionnaire(item("a", extension=[extension(f"questionnaire-{_name}", valueCode="x")])))
LOOK = {"valueCodeableConcept": {"coding": [{"code": "context-display"}]}}
NOTES["control"] = json.loads(questionnaire(item("a", extension=[extension("questionnaire-itemControl", **LOOK)])))
NOTES["itemAnswerMedia"] = json.loads(questionnaire(
    item("a", "choice", answerOption=[{"valueString": "x", "extension": [{"url": f"{SDC}itemAnswerMedia"}]}])
))  # fmt: skip


@pytest.mark.parametrize(("why", "source"), NOTES.items(), ids=NOTES)
def test_what_loses_nothing_is_a_note(why, source):
    found = read(json.dumps(source).encode())
    assert found.result is Result.FULL and why in {note.why for note in found.notes}
    assert all(wording.note(note) for note in found.notes)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_every_extension_of_the_table_has_its_fate_under_old_and_new_addresses(name):
    for url in (f"{HL7}{name}", f"{HL7}questionnaire-{name}", f"{SDC}{name}"):
        found = read(questionnaire(item("a", extension=[{"url": url}])))
        told = {problem.extension for problem in found.problems}
        assert (url in told) is (TABLE[name] is Fate.PROBLEM)
        assert "vendor" not in {note.why for note in found.notes}


def test_a_second_question_of_one_name_in_another_group_is_left_out_alone():
    groups = [item(f"g{n}", "group", item=[item("phone")]) for n in (1, 2)]
    found = read(questionnaire(*groups))
    assert found.result is Result.PART and [one.items for one in found.form.items][1] == ()


def test_what_stands_in_a_group_that_is_only_read_is_only_read():
    found = read(questionnaire(item("g", "group", readOnly=True, item=[item("in", "group", item=[item("a")])])))
    assert found.form.items[0].items[0].items[0].read_only


def test_a_calculated_field_is_never_typed_into():
    asked = read(questionnaire(item("a", "decimal", extension=[expression("calculatedExpression", "1")]))).form.items[0]
    assert asked.read_only and asked.kind is Kind.DECIMAL
