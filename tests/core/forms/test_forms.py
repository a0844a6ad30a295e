"""Forms: what is read, what is asked when, what is scored; the real questionnaires where they are at hand."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.forms import answers as filling
from core.forms import find, kinds, library
from core.forms.engine import evaluate
from core.forms.library import OURS, NeedsAccepting, NotAForm
from core.forms.questionnaire import read, walk
from core.forms.scores import score
from core.forms.words import Kind, Result
from core.practice import doors
from core.release.find import states
from core.release.link import send_direct
from core.release.words import Release
from core.store import Actor, ActorKind, Who

REAL = Path(os.environ.get("LATCHKEY_FORMS", Path(__file__).parents[4] / "shared" / "forms"))


def questionnaire(*items, **more):
    return json.dumps({"resourceType": "Questionnaire", "status": "active", "item": list(items), **more}).encode()


def choice(link_id, *options, **more):
    return {
        "linkId": link_id,
        "type": "choice",
        "text": link_id,
        "answerOption": [{"valueString": one} for one in options],
        **more,
    }


@pytest.mark.parametrize("path", sorted(OURS.glob("*.json")), ids=lambda path: path.stem)
def test_the_forms_we_bring_along_import_fully(path):
    found = read(path.read_bytes())
    assert found.result is Result.FULL and not found.problems


def test_the_real_questionnaires_are_read_without_losing_a_question_silently():
    if not (REAL / "index.json").exists():
        pytest.skip(f"the questionnaires are not at {REAL}; set LATCHKEY_FORMS to the folder that has them")
    listed = json.loads((REAL / "index.json").read_text())["forms"]
    for one in listed:
        found = read((REAL / one["file"]).read_bytes())
        assert found.result in Result
        if found.form is not None:
            asked = sum(1 for _ in walk(found.form.items))
            assert asked == found.count > 0, one["file"]
        if one.get("imports_fully") == "refuse" or one.get("refuse"):
            assert found.result is not Result.FULL, one["file"]


@pytest.mark.parametrize(
    ("source", "why"),
    [(b"{", "not_json"), (b'{"resourceType":"Patient"}', "other_resource"), (questionnaire(), "no_items"),
     (questionnaire({"type": "string"}), "no_link_id"), (questionnaire({"linkId": "a", "type": "string"}, {"linkId": "a", "type": "string"}), "twice"),
     (questionnaire({"linkId": "a", "type": "coding"}), "other_version"), (questionnaire({"linkId": "a", "type": "sound"}), "unknown_type"),
     (b'{"resourceType":"Questionnaire","resourceType":"Patient"}', "not_json"), (b"[" * 100 + b"]" * 100, "too_deep"),
     (questionnaire({"linkId": "a", "type": "string"}, implicitRules="x"), "modifier"),
     (questionnaire({"linkId": "a", "type": "choice", "required": True, "answerValueSet": "http://elsewhere"}), "required_unaskable")],
)  # fmt: skip
def test_what_cannot_be_read_safely_is_refused_whole(source, why):
    found = read(source)
    assert found.result is Result.REFUSED and found.problems[0].why == why


def test_questions_that_wait_for_each_other_are_refused_and_named():
    when = lambda other: {"enableWhen": [{"question": other, "operator": "exists", "answerBoolean": True}]}  # noqa: E731
    found = read(
        questionnaire({"linkId": "a", "type": "string", **when("b")}, {"linkId": "b", "type": "string", **when("a")})
    )
    assert found.problems[0].why == "circle" and found.problems[0].text == "a → b → a"


def test_a_calculation_is_told_and_needs_accepting(store, system):
    extension = [
        {
            "url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-calculatedExpression",
            "valueExpression": {},
        }
    ]
    source = questionnaire({"linkId": "a", "type": "decimal", "text": "Sum", "extension": extension})
    with pytest.raises(NeedsAccepting):
        store.run(system, library.add_form, source, key="sum")
    assert store.run(system, library.add_form, source, key="sum", accept=True).new
    assert not store.run(system, library.add_form, source, key="sum", accept=True).new
    with pytest.raises(NotAForm):
        store.run(system, library.add_form, b"{}")


@pytest.mark.parametrize(
    ("operator", "wanted", "given", "enabled"),
    [("=", "yes", ("yes",), True), ("=", "yes", ("no",), False), ("=", "yes", (), False), ("!=", "yes", (), True),
     ("!=", "yes", ("no",), True), ("!=", "yes", ("yes", "no"), False), ("=", "yes", ("no", "yes"), True)],
)  # fmt: skip
def test_conditions_follow_the_table(operator, wanted, given, enabled):
    when = {"enableWhen": [{"question": "a", "operator": operator, "answerString": wanted}]}
    form = read(questionnaire(choice("a", "yes", "no", repeats=True), {"linkId": "b", "type": "string", **when})).form
    state = evaluate(form, {"a": tuple({"valueString": one} for one in given)} if given else {})
    assert ("b" in state.enabled) is enabled


def test_a_disabled_question_has_no_answer_for_others():
    when = lambda other, value: {"enableWhen": [{"question": other, "operator": "=", "answerString": value}]}  # noqa: E731
    form = read(
        questionnaire(
            choice("a", "yes", "no"), choice("b", "yes", "no", **when("a", "yes")), choice("c", "x", **when("b", "yes"))
        )
    ).form
    answers = {"a": ({"valueString": "no"},), "b": ({"valueString": "yes"},)}
    assert evaluate(form, answers).enabled == {"a"}


@given(st.dictionaries(st.sampled_from(["a", "b", "c", "zz"]), st.lists(st.one_of(
    st.builds(lambda v: {"valueString": v}, st.text(max_size=5)), st.builds(lambda v: {"valueInteger": v}, st.integers()),
    st.builds(lambda v: {"valueBoolean": v}, st.booleans()), st.just({"valueCoding": {}}), st.just({})), max_size=3).map(tuple)))  # fmt: skip
def test_the_engine_never_fails_and_the_order_of_questions_does_not_matter(answers):
    when = {
        "enableWhen": [
            {"question": "a", "operator": ">", "answerInteger": 3},
            {"question": "b", "operator": "exists", "answerBoolean": True},
        ],
        "enableBehavior": "any",
    }
    items = [{"linkId": "a", "type": "integer"}, choice("b", "yes"), {"linkId": "c", "type": "string", **when}]
    there, back = (evaluate(read(questionnaire(*some)).form, answers) for some in (items, items[::-1]))
    assert there.enabled == back.enabled


@given(
    st.sampled_from([Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.TIME, Kind.STRING, Kind.TEXT, Kind.BOOLEAN, Kind.URL]),
    st.text(max_size=30),
)
def test_whatever_is_typed_is_an_answer_or_a_mistake_never_a_crash(kind, typed):
    item = next(walk(read(questionnaire({"linkId": "a", "type": kind.value})).form.items))
    posted = (
        {f"{item.name}-{part}": [typed] for part in ("year", "month", "day")}
        if kind is Kind.DATE
        else {item.name: [typed]}
    )
    try:
        values = kinds.answer(item, posted)
    except kinds.Mistyped:
        return
    assert kinds.typed_again(item, values) is not None


@pytest.mark.parametrize(
    ("each", "total", "band"), [(0, 0, "minimal"), (1, 9, "mild"), (2, 18, "moderately severe"), (3, 27, "severe")]
)
def test_phq_9_is_scored_and_its_ninth_question_is_urgent(each, total, band):
    form = read((OURS / "phq-9.json").read_bytes()).form
    items = {item.link_id: item for item in walk(form.items)}
    answers = {f"phq9-{n}": (items[f"phq9-{n}"].options[each].value,) for n in range(1, 10)}
    found = score("phq-9", form, answers)
    assert (found.total, found.band, found.urgent) == (total, band, each > 0)
    del answers["phq9-4"]
    assert score("phq-9", form, answers).total is None  # never a low score by silence


def test_a_form_is_filled_once_and_its_answers_come_into_the_conversation(store, anna, amara, network, system):
    store.run(system, library.install)
    card = store.look(anna, find.by_key, "phq-9")
    message = store.run(anna, send_direct, amara, "", form=card)
    door = store.door(doors.link, network.link("amara@example.org").rsplit("/", 1)[1])
    patient = Who(door.practice_id, Actor(ActorKind.PATIENT))
    with pytest.raises(filling.NotComplete):
        store.run(patient, filling.submit, door.link_id)
    for number in range(1, 11):
        name = store.look(patient, filling.filling, door.link_id).page(number).question.name
        assert store.run(patient, filling.save_page, door.link_id, number, name, {name: ["1"]}, demand=True) == ""
    received = store.run(patient, filling.submit, door.link_id)
    assert (received.form["score"], received.form["band"], received.form["urgent"]) == (9, "mild", True)
    with pytest.raises(filling.AlreadySent):
        store.run(patient, filling.submit, door.link_id)
    assert store.look(anna, states, [message.id])[message.id].status is Release.ANSWERED


def test_a_wrong_answer_is_kept_as_typed_and_a_foreign_field_refuses_the_page(store, anna, amara, network, system):
    from core.errors import Invalid

    store.run(system, library.install)
    store.run(anna, send_direct, amara, "", form=store.look(anna, find.by_key, "new-patient"))
    door = store.door(doors.link, network.link("amara@example.org").rsplit("/", 1)[1])
    patient = Who(door.practice_id, Actor(ActorKind.PATIENT))
    state = store.look(patient, filling.filling, door.link_id)
    number, page = next((n, p) for n, p in enumerate(state.state.pages, 1) if p.question.link_id == "pain")
    name = page.question.name
    assert store.run(patient, filling.save_page, door.link_id, number, name, {name: ["a lot"]}, demand=True) == "type"
    assert store.look(patient, filling.filling, door.link_id).typed[name] == ["a lot"]
    assert store.run(patient, filling.save_page, door.link_id, number, name, {name: ["11"]}, demand=True) == "maxValue"
    assert store.run(patient, filling.save_page, door.link_id, number, name, {name: ["10"]}, demand=True) == ""
    with pytest.raises(Invalid):
        store.run(patient, filling.save_page, door.link_id, number, name, {"q99": ["1"]}, demand=True)
