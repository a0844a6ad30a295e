"""Building a form: every change is one of the JSON, what comes out is plain R4, what cannot be is found (F75-F80)."""

import json
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from core.errors import Forbidden, Invalid, NotFound
from core.forms import find, library
from core.forms.answering.signing import is_signature
from core.forms.asking.controls import autocomplete
from core.forms.asking.dates import enough
from core.forms.builder import building, sketches
from core.forms.builder.building import Way
from core.forms.builder.question import Choice, Question, Wait, changed, counted, question, unsaid_choices
from core.forms.builder.reaching import never_asked
from core.forms.builder.rehearsal import rehearse
from core.forms.builder.sketches import NotToBeAltered, SketchChanged
from core.forms.importing.outcome import Result
from core.forms.own import Band, Rule, licence_of, rule_of
from core.forms.questionnaire import read
from core.forms.response import dumps
from core.forms.scores import band_trouble
from core.practice.words import Role
from tests.conftest import START, hire
from tests.core.forms.making import extension, form, item, questionnaire, when

ID = UUID("00000000-0000-7000-8000-000000000000")


def built(*items):
    made = building.blank("A form", ID)
    for one in items:
        made, _ = building.added(made, one)
    return made


def order(made):
    return [(one["linkId"], depth) for one, depth in building.rows(made)]


TWO = (
    {"type": "boolean", "text": "Smoker?"},
    {"type": "group", "text": "About it"},
    {"type": "string", "text": "What?"},
)


def test_questions_are_moved_about_and_into_sections_and_out_again():
    made = built(*TWO)
    assert order(made := building.moved(made, "q3", Way.INTO)) == [("q1", 0), ("q2", 0), ("q3", 1)]
    assert order(made := building.moved(made, "q3", Way.OUT)) == [("q1", 0), ("q2", 0), ("q3", 0)]
    assert order(building.moved(made, "q3", Way.UP)) == [("q1", 0), ("q3", 0), ("q2", 0)]
    assert order(building.moved(made, "q1", Way.UP)) == order(made)


def test_a_question_is_put_before_another_wherever_that_stands_but_never_into_itself():
    made = building.moved(built(*TWO), "q3", Way.INTO)
    assert order(building.placed(made, "q1", "q3")) == [("q2", 0), ("q1", 1), ("q3", 1)]
    assert order(building.placed(made, "q3", "q1")) == [("q3", 0), ("q1", 0), ("q2", 0)]
    assert order(building.placed(made, "q2", "q3")) == order(building.placed(made, "q2", "q2")) == order(made)
    with pytest.raises(NotFound):
        building.placed(made, "q1", "q9")


def test_a_name_is_never_given_twice_and_who_waited_for_what_is_gone_is_always_asked():
    made = built(*TWO)
    made = changed(made, "q3", Question("What?", "short", waits=(Wait("q1", "is", "Yes"),)))
    made, copy = building.duplicated(made, "q3")
    made, freed = building.removed(made, "q1")
    made, new = building.added(made, {"type": "date", "text": "When?"})
    assert (copy, new, freed) == ("q4", "q5", ("What?", "What?"))
    assert read(dumps(made)).result is Result.FULL


def test_a_question_in_plain_words_becomes_plain_fhir_and_comes_back_as_it_was():
    from fhir.resources.R4B.questionnaire import Questionnaire

    made = built({"type": "boolean", "text": "Smoker?"}, {"type": "choice", "text": "x"})
    asked = Question(
        "How much?", "one", help="In a day", required=True,
        choices=(Choice("Little", Decimal(0)), Choice("A lot", Decimal(3))),
        waits=(Wait("q1", "is", "yes"), Wait("q1", "answered")), any_of=True, counts=True, urgent_from=Decimal(3),
    )  # fmt: skip
    made = changed(made, "q2", asked)
    made = building.scored(made, counted(Rule((), (Band(0, 3, "all"),)), "q2", asked))
    Questionnaire.model_validate_json(dumps(made))
    came = read(dumps(made))
    assert came.result is Result.FULL and not came.notes
    back = question(json.loads(dumps(made), parse_float=Decimal), "q2", rule_of(made))
    assert [(one.label, one.points) for one in back.choices] == [("Little", 0), ("A lot", 3)]
    assert back.waits[0] == Wait("q1", "is", "Yes")
    assert (back.help, back.required, back.any_of, back.counts, back.urgent_from) == ("In a day", True, True, True, 3)


def test_an_alarm_that_nothing_sets_off_and_a_number_of_nothing_are_refused():
    made = built({"type": "choice", "text": "x"}, {"type": "quantity", "text": "y"}, {"type": "decimal", "text": "z"})
    two = (Choice("Little", Decimal(0)), Choice("A lot", Decimal(3)))
    for asked, field in ((Question("x", "one", choices=two, urgent_from=Decimal(4)), "urgent"),
                         (Question("x", "one", choices=(Choice("a"), Choice("b")), urgent_from=Decimal(1)), "urgent")):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            changed(made, "q1", asked)
        assert refused.value.field == field
    with pytest.raises(Invalid) as refused:
        changed(made, "q2", Question("y", "unit"))
    assert refused.value.field == "unit"
    assert changed(made, "q1", Question("x", "one", choices=two, urgent_from=Decimal(3)))
    assert changed(made, "q3", Question("z", "unit"))  # the field for its unit comes with the kind


def test_a_date_may_be_a_month_a_phone_may_fill_it_in_and_a_signature_is_asked_for():
    made = built({"type": "date", "text": "x"}, {"type": "attachment", "text": "y"})
    made = changed(made, "q1", Question("Born", "date", exact="month", fills="bday"))
    made = changed(
        made, "q2", Question("Sign here", "signature", required=True, waits=(Wait("q1", "more", "27 March 2026"),))
    )
    came = read(dumps(made))
    assert came.result is Result.FULL and not came.notes
    born, signs = came.form.items
    assert (enough(born), autocomplete(born), is_signature(signs)) == (2, "bday", True)
    assert signs.conditions[0].answer == {"valueDate": "2026-03-27"}
    back = [question(made, link_id, None) for link_id in ("q1", "q2")]
    assert [(one.kind, one.exact, one.fills, one.kept) for one in back] == [
        ("date", "month", "bday", ()),
        ("signature", "", "", ()),
    ]
    plain = changed(changed(made, "q1", Question("Born", "date")), "q2", Question("A file", "file"))
    assert [one.get("extension") for one in plain["item"]] == [None, None]
    with pytest.raises(Invalid, match="condition"):
        changed(made, "q2", Question("Sign", "signature", waits=(Wait("q1", "more", "soon"),)))


def test_other_words_keep_the_code_of_a_choice_and_a_condition_follows_it():
    made = built({"type": "choice", "text": "x"}, {"type": "string", "text": "y"})
    made = changed(made, "q1", Question("How?", "one", choices=(Choice("Good"), Choice("Bad"))))
    made = changed(made, "q2", Question("Why?", "short", waits=(Wait("q1", "is", "Bad"),)))
    made = changed(
        made, "q1", Question("How?", "one", choices=(Choice("Well", was=0), Choice("Badly", was=1), Choice("So so")))
    )
    options = building.item_of(made, "q1")["answerOption"]
    assert [one["valueCoding"]["code"] for one in options] == ["good", "bad", "so-so"]
    assert question(made, "q2", None).waits == (Wait("q1", "is", "Badly"),)
    first = {"type": "choice", "text": "z", "answerOption": unsaid_choices("urn:x:choices", ("Yes", "No"))}
    made, added = building.added(made, first)  # what stands there before anybody wrote a choice gives it no code
    when = changed(made, added, Question("When?", "one", choices=(Choice("At night", was=0), Choice("No", was=1))))
    options = building.item_of(when, added)["answerOption"]
    assert [one["valueCoding"]["code"] for one in options] == ["at-night", "no"]
    said = tuple(Choice(one) for one in ("Öfter", "Да", "Нет"))  # whatever it is written in
    when = changed(when, added, Question("When?", "one", choices=said))
    codes = [one["valueCoding"]["code"] for one in building.item_of(when, added)["answerOption"]]
    assert codes == ["ofter", "choice", "choice-2"]


def test_a_name_that_came_with_a_file_is_not_given_again_once_its_question_is_gone():
    file = json.loads(questionnaire(item("q1"), item("g", "group", item=[item("q7"), item("q12a")])))
    without, _ = building.removed(file, "g")
    assert building.added(without, {"type": "string"})[1] == "q8"


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (Question(" ", "short"), ("question", "empty")),
        (Question("x", "one", choices=(Choice("a"),)), ("choices", "few")),
        (Question("x", "one", choices=(Choice("a"), Choice("A"))), ("choices", "twice")),
        (Question("x", "whole", least=Decimal(5), most=Decimal(1)), ("limits", "range")),
        (Question("x", "short", waits=(Wait("q1", "is", "perhaps"),)), ("condition", "value")),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(asked, why):
    made = built(*TWO)
    before = dumps(made)
    with pytest.raises(Invalid) as refused:
        changed(made, "q3", asked)
    assert (refused.value.field, refused.value.why) == why and dumps(made) == before


def test_what_an_import_brought_and_nobody_sees_here_stays_as_it_was():
    source = json.loads(questionnaire(item("a", code=[{"code": "x"}], extension=[extension("regex", valueString="a+"), extension("http://vendor/x", valueString="y")])))  # fmt: skip
    assert question(source, "a", None).kept == ("code", "regex", "x")
    made = changed(source, "a", Question("Other words", "short"))
    one = building.item_of(made, "a")
    assert one["code"] == [{"code": "x"}] and len(one["extension"]) == 2 and one["text"] == "Other words"


def test_a_question_that_no_answers_lead_to_is_found():
    dead = form(item("a", "integer"), item("b", enableBehavior="all", enableWhen=[
        {"question": "a", "operator": ">", "answerInteger": 5}, {"question": "a", "operator": "<", "answerInteger": 2}]))  # fmt: skip
    assert [one.link_id for one in never_asked(dead)] == ["b"]
    alive = form(item("a", "integer"), item("b", **when("a", ">", answerInteger=5)), item("c", **when("b")))
    assert never_asked(alive) == ()


FIVE = {"answerOption": [{"valueString": str(n)} for n in range(5)]}
BETWEEN = {
    "decimal": ("answerDecimal", Decimal("0.5"), Decimal("0.6")), "quantity": ("answerQuantity", {"value": 5}, {"value": 6}),
    "date": ("answerDate", "2020-02-28", "2020-03-01"), "dateTime": ("answerDateTime", "2020", "2022"),
    "time": ("answerTime", "23:59:57", "23:59:59"), "string": ("answerString", "a", "b"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BETWEEN)
def test_what_lies_between_two_limits_can_be_reached_and_what_lies_beyond_both_cannot(kind):
    name, low, high = BETWEEN[kind]

    def within(link_id, over, under):
        asked = [{"question": "a", "operator": ">", name: over}, {"question": "a", "operator": "<", name: under}]
        return item(link_id, enableBehavior="all", enableWhen=asked)

    found = never_asked(form(item("a", kind), within("b", low, high), within("c", high, low)))
    assert [one.link_id for one in found] == ["c"]


@pytest.mark.parametrize("kind", ["url", "attachment", "dateTime", "quantity", "open-choice"])
def test_any_answer_is_enough_for_what_only_wants_one(kind):
    assert never_asked(form(item("a", kind), item("b", **when("a")))) == ()


def test_what_waits_a_long_way_or_inside_a_repetition_or_an_answer_is_found_and_a_form_of_any_size_judged_at_once():
    chain = [
        item(f"c{n}", "choice", **FIVE, **(when(f"c{n - 1}", "=", answerString="3") if n else {})) for n in range(12)
    ]
    apart = [one for n in range(40) for one in (item(f"q{n}", "choice", **FIVE), item(f"x{n}", **when(f"q{n}", "=", answerString="2")))]  # fmt: skip
    dead = item("dead", "group", item=[item("in")], enableBehavior="all", enableWhen=[
        {"question": "q7", "operator": "=", "answerString": "1"}, {"question": "q7", "operator": "=", "answerString": "2"}])  # fmt: skip
    inside = item(
        "g", "group", repeats=True, item=[item("k", "boolean"), item("l", **when("k", "=", answerBoolean=False))]
    )
    below = item("p", "boolean", item=[item("m")])
    later = item("n", **when("m", "=", answerString="z"))
    found = never_asked(form(*chain, *apart, dead, inside, below, later))
    assert [one.link_id for one in found] == ["dead", "in"]


@pytest.mark.parametrize(
    ("bands", "trouble"),
    [
        ((), ""), (((0, 4), (5, 9)), ""), (((0, 4), (6, 9)), "gap"), (((0, 5), (5, 9)), "overlap"),
        (((4, 0),), "order"), (((0, 4), (5, 8)), "range"), (((1, 9),), "start"),
    ],
)  # fmt: skip
def test_bands_cover_every_score_once(bands, trouble):
    assert band_trouble(Rule((), tuple(Band(low, high, "x") for low, high in bands)), 0, 9) == trouble


@drawn(
    st.lists(
        st.tuples(st.sampled_from(["up", "down", "into", "out", "copy", "remove", "add"]), st.integers(0, 9)),
        max_size=12,
    )
)
def test_whatever_is_done_to_a_form_it_stays_one_that_can_be_read(steps):
    made = built(*TWO)
    for what, number in steps:
        ids = [one["linkId"] for one, _ in building.rows(made)]
        if what == "add" or not ids:
            made, _ = building.added(made, {"type": "string", "text": "New"})
        elif what == "copy":
            made, _ = building.duplicated(made, ids[number % len(ids)])
        elif what == "remove":
            made, _ = building.removed(made, ids[number % len(ids)])
        else:
            made = building.moved(made, ids[number % len(ids)], Way(what))
    assert not made["item"] or read(dumps(made)).result is Result.FULL


def test_a_try_opens_what_its_answers_open_and_counts_like_the_real_thing():
    phq_9 = library.ours()["phq-9"]
    names = {one.link_id: one.name for one in phq_9.items}
    tried = rehearse(phq_9, {names[f"phq9-{n}"]: ["1"] for n in range(1, 10)}, START, START.tzinfo)
    assert (tried.score.total, tried.urgent, tried.state.complete) == (9, True, True)
    assert rehearse(phq_9, {names["phq9-1"]: ["99"]}, START, START.tzinfo).wrong == {names["phq9-1"]: "option"}
    opened = form(item("a", "boolean"), item("b", **when("a", "=", answerBoolean=True), required=True))
    name = opened.items[0].name
    assert [len(rehearse(opened, {name: [said]}, START, START.tzinfo).pages) for said in ("yes", "no")] == [2, 1]


# -- kept, published -------------------------------------------------------------------------------------------------


def test_a_form_is_built_by_whoever_saw_it_last_and_published_through_the_importer(store, practice, anna, ben):
    with pytest.raises(Forbidden):
        store.run(ben, sketches.begin, "Mine")
    sketch_id = store.run(anna, sketches.begin, "Mine")
    add = lambda made: building.added(made, {"type": "string", "text": "Why?"})[0]  # noqa: E731
    store.run(anna, sketches.change, sketch_id, 0, add)
    with pytest.raises(SketchChanged):
        store.run(anna, sketches.change, sketch_id, 0, add)
    dora = hire(store, practice, "Dora Deputy", Role.ADMIN)
    for _ in range(2):  # one person's second press is the same press
        store.run(anna, sketches.go_back, sketch_id, 1)
    with pytest.raises(SketchChanged):  # it was somebody else who took it back
        store.run(dora, sketches.go_back, sketch_id, 1)
    assert store.look(anna, sketches.one, sketch_id).changes == 2
    store.run(anna, sketches.change, sketch_id, 2, add)
    for late in (sketches.publish, sketches.put_away):  # nobody freezes or throws away what they have not seen
        with pytest.raises(SketchChanged):
            store.run(dora, late, sketch_id, 2, *(["mine"] if late is sketches.publish else []))
    assert store.look(anna, sketches.one, sketch_id).changes == 3
    assert store.run(anna, sketches.publish, sketch_id, 3, "mine").version == 1
    with pytest.raises(NotFound):
        store.run(anna, sketches.put_away, sketch_id, 3)
    assert store.look(anna, sketches.listing) == []
    form_id = store.look(anna, find.by_key, "mine").id
    again = store.run(anna, sketches.begin_from, form_id)
    store.run(anna, sketches.change, again, 0, add)
    added = store.run(anna, sketches.publish, again, 1, "ignored")
    assert (added.key, added.version, added.found.version) == ("mine", 2, "2")


def test_what_may_not_be_altered_is_only_copied_under_a_name_of_its_own(store, anna):
    store.run(anna, library.install)
    form_id = store.look(anna, find.by_key, "phq-9").id
    with pytest.raises(NotToBeAltered):
        store.run(anna, sketches.begin_from, form_id)
    copy = store.look(anna, sketches.one, store.run(anna, sketches.begin_from, form_id, "Our own questions"))
    kept = licence_of(copy.form)
    assert (copy.title, kept.unaltered, copy.form["url"].startswith("urn:uuid:")) == ("Our own questions", False, True)
    assert "Spitzer" in kept.owner
    with pytest.raises(Invalid):  # nor does another form take its name
        store.run(anna, sketches.publish, copy.id, 0, "PHQ 9")
