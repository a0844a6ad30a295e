"""Answers put right by staff: a new response that says so, the old one kept, the thread told, all of it audited (F67)."""

from datetime import UTC
from decimal import Decimal

import pytest
from sqlalchemy import event, select

from core.audit.certificate import VERB
from core.audit.trail import entries
from core.errors import Forbidden, Invalid, NotFound
from core.forms.answering.drafts import keyed
from core.forms.engine import evaluate
from core.forms.erasing import erase_early
from core.forms.kinds import typed_again
from core.forms.response import dumps
from core.forms.responses import answered, correcting, trend
from core.forms.tables import FormCorrection
from core.messages.notify import listing
from core.seal.keyring import Erased
from tests.core.forms.making import choice, form, given, item, repetition, string, when
from tests.core.forms.sending import answered_by, chosen
from tests.core.forms.test_copies import answered as kept
from tests.core.forms.test_response import judged


@pytest.fixture
def answer(store, anna, amara, network):
    return answered_by(store, anna, amara, network, "phq-9", lambda form: chosen(form, [1] * 8 + [0, 1]))


def found(store, who, answer, **picked):
    """A correction of some answers by the number of the choice."""
    given = store.look(who, answered.of_message, answer.id)
    names = {one.item.link_id: one.name for one in given.state.asked}
    posted = {names[link_id.replace("_", "-")]: [str(choice)] for link_id, choice in picked.items()}
    return correcting.tried(given, posted, set(posted), UTC)


def test_a_correction_is_a_new_response_that_names_the_one_before_and_counts_from_now_on(
    store, anna, amara, answer, clock
):
    clock.forward(hours=1)
    before = store.look(anna, answered.of_message, answer.id)
    note = store.run(anna, correcting.correct, answer.id, found(store, anna, answer, phq9_1=3), "She rang and said so")
    assert note.text == "Answers to “How have you been? (PHQ-9)” were corrected: She rang and said so"
    assert [one["answer"] for one in note.form["answers"]] == ["Nearly every day"] and note.form["score"] == 10
    now = store.look(anna, answered.of_message, answer.id)
    judged(now.response)
    said = now.response
    assert (said["status"], before.response["status"]) == ("amended", "completed")
    assert said["id"] != before.response["id"] and said["identifier"] == before.response["identifier"]
    assert said["extension"][0]["valueReference"]["reference"] == f"QuestionnaireResponse/{before.response['id']}"
    assert said["author"] == {"reference": f"Practitioner/{anna.actor.id}", "display": "Anna Sample"}
    assert said["source"] == before.response["source"] and said["authored"] == "2026-11-23T11:00:00Z"
    assert (now.score.total, before.score.total) == (10, 8)
    form_id = now.form_id
    assert [one.total for one in store.look(anna, trend.of_form, amara.id, form_id).points] == [10]
    assert [one.response["status"] for one in store.look(anna, answered.of_version, form_id, now.number)] == ["amended"]
    # What it said before is where it was, to the byte; the note leads to the same answers.
    first = store.look(anna, answered.of_message, answer.id, shown=0)
    assert dumps(first.response) == dumps(before.response)
    assert store.look(anna, answered.of_message, note.id).response == now.response
    assert [(one.by, one.note_id) for one in now.corrections] == [("Anna Sample", note.id)]
    facts = [one["facts"] for one in store.look(anna, lambda unit: list(entries(unit, 0, 999))) if one["verb"] == "answers corrected"]  # fmt: skip
    assert [one["number"] for one in facts] == [1] and "rang" not in str(facts)


def test_the_second_correction_stands_on_the_first_and_two_at_once_are_one(store, anna, answer):
    first, rival = found(store, anna, answer, phq9_1=3), found(store, anna, answer, phq9_2=3)
    store.run(anna, correcting.correct, answer.id, first, "one")
    with pytest.raises(Invalid):
        store.run(anna, correcting.correct, answer.id, rival, "two")
    store.run(anna, correcting.correct, answer.id, found(store, anna, answer, phq9_2=3), "two")
    totals = [store.look(anna, answered.of_message, answer.id, shown=n).score.total for n in (0, 1, 2)]
    assert totals == [8, 10, 12]


def test_a_correction_that_needs_a_look_calls_the_group_as_an_answer_would(store, anna, ben, answer):
    note = store.run(ben, correcting.correct, answer.id, found(store, ben, answer, phq9_1=3), "misread")
    assert note.id not in {one.message_id for one in store.look(anna, listing)}
    note = store.run(ben, correcting.correct, answer.id, found(store, ben, answer, phq9_9=1), "misread")
    assert note.id in {one.message_id for one in store.look(anna, listing)}


@pytest.mark.parametrize(("picked", "reason", "why"), [({}, "x", "same"), ({"phq9_1": 3}, " ", "reason"), ({"phq9_1": 9}, "x", "incomplete")])  # fmt: skip
def test_what_is_no_correction_is_refused(store, anna, answer, picked, reason, why):
    with pytest.raises(Invalid) as refused:
        store.run(anna, correcting.correct, answer.id, found(store, anna, answer, **picked), reason)
    assert refused.value.why == why


def test_only_who_may_change_records_corrects_and_only_of_the_own_practice(store, anna, carl, tom, answer):
    with pytest.raises(Forbidden):
        store.run(carl, correcting.correct, answer.id, found(store, anna, answer, phq9_1=3), "x")
    with pytest.raises(NotFound):
        store.run(tom, correcting.correct, answer.id, found(store, anna, answer, phq9_1=3), "x")


@pytest.mark.s("S103")
@pytest.mark.parametrize("failed", [False, True], ids=["", "after the power failed"])
def test_erasing_answers_erases_every_correction_of_them_and_the_notes(store, anna, answer, failed):
    note = store.run(anna, correcting.correct, answer.id, found(store, anna, answer, phq9_1=3), "She rang")
    if failed:

        def fail(_connection):
            raise OSError("no power")

        event.listen(store.writer, "commit", fail)
        with pytest.raises(OSError):
            store.run(anna, erase_early, answer.id, "asked for")
        event.remove(store.writer, "commit", fail)
    store.run(anna, erase_early, answer.id, "asked for")
    trail = store.look(anna, lambda unit: list(entries(unit, 0, 10**6)))
    proofs = {(one["facts"]["table"], one["facts"]["item"]) for one in trail if one["verb"] == VERB}
    assert proofs >= {("message", str(answer.id)), ("message", str(note.id))}
    assert sorted(table for table, _ in proofs) == ["form_answers", "message", "message"]
    assert store.look(anna, lambda unit: unit.db.execute(select(FormCorrection.number)).all()) == []
    for message in (answer, note):
        with pytest.raises((NotFound, Erased)):
            store.look(anna, answered.of_message, message.id)


def test_what_a_correction_opens_is_asked_what_it_closes_goes_and_repetitions_keep_their_places():
    made = form(
        choice("a", "yes", "no"),
        item("b", **when("a", "=", answerString="yes")),
        item("many", repeats=True),
        item("g", "group", repeats=True, item=[item("x"), item("y", "decimal")]),
    )
    people = [repetition(x=string("1")), repetition(x=string("2"), y={"valueDecimal": Decimal("2.50")})]
    before = kept(made, given(a=string("yes"), b=string("so"), many=[string("m"), string("n")], g=people))
    names = {str(one.place): one.name for one in evaluate(made, keyed(before.answers, 0)).asked}
    posted = {names["a"]: ["1"], names["g[1]/x"]: ["two"], names["many"]: ["m", "", "o"]}
    came = correcting.tried(before, posted, {names["a"], names["b"], names["g[1]/x"], names["many"]}, UTC)
    assert [(one.question, one.before, one.after) for one in came.changed] == [
        ("a", "yes", "no"), ("many", "m, n", "m, o"), ("x", "2", "two"), ("b", "so", "")]  # fmt: skip
    untouched = correcting.tried(before, {}, (), UTC)
    fields = {key: held for one in untouched.asked if one.place.link_id != "many" for key, held in typed_again(one, one.values).items()}  # fmt: skip
    again = correcting.tried(before, fields, {one.name for one in untouched.asked if one.place.link_id != "many"}, UTC)
    assert not again.changed
