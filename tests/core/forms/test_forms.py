"""Forms kept, filled page by page, scored and submitted once; what people type is an answer or a mistake."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from sqlalchemy import select

from core.audit.trail import entries
from core.delivery import outbox
from core.errors import Invalid
from core.forms import answers, find, habits, kinds, library, scores
from core.forms.answering import saving
from core.forms.answering.prefill import as_fhir, offered
from core.forms.answering.submission import NotComplete, send, submit
from core.forms.asking import judging
from core.forms.asking.places import plan
from core.forms.asking.route import first_open, remedies
from core.forms.engine import evaluate
from core.forms.erasing import erase_early, let_go
from core.forms.flags import flagged
from core.forms.habits import Habits, Prefill, used_as
from core.forms.library import OURS, NeedsAccepting, NotAForm
from core.forms.questionnaire import read
from core.forms.responses import paper
from core.forms.scores import score
from core.forms.tables import FormAnswers
from core.forms.words import Kind, Place, walk
from core.messages import notify
from core.messages.find import message
from core.patients.words import Patient, PatientStatus
from core.practice import doors
from core.release.control import prolong
from core.release.find import LinkExpired, LinkGone, states
from core.release.link import send_direct, take_back
from core.release.words import Release
from core.seal.envelope import key_of
from core.store import Actor, ActorKind, Who
from tests.conftest import START
from tests.core.forms.making import HL7, SDC, expression, extension, form, given, item, questionnaire

CONSTRAINT = f"{HL7}questionnaire-constraint"
NOBODY = UUID("00000000-0000-7000-8000-000000000000")


def test_what_cannot_be_asked_as_written_needs_accepting_and_the_very_bytes_come_back(store, system):
    source = questionnaire(item("a", "choice", answerValueSet="http://elsewhere"))
    with pytest.raises(NeedsAccepting):
        store.run(system, library.add_form, source, key="sum")
    assert store.run(system, library.add_form, source, key="sum", accept=True).new
    assert not store.run(system, library.add_form, source, key="sum", accept=True).new
    assert store.look(system, library.export_form, "sum") == source
    with pytest.raises(NotAForm):
        store.run(system, library.add_form, b"{}")


def test_a_title_longer_than_any_list_has_room_for_is_cut_there_alone(store, system):
    added = store.run(system, library.add_form, questionnaire(item("a"), title="x" * 500), key="long")
    assert store.look(system, find.by_key, "long").title == "x" * 400
    assert store.look(system, find.version, added.form_id, 1)[1].title == "x" * 500


def test_other_content_under_a_key_is_the_next_version_and_old_content_is_never_new_again(store, system):
    first, second = questionnaire(item("a")), questionnaire(item("b"))
    assert [store.run(system, library.add_form, one, key="k").version for one in (first, second)] == [1, 2]
    again = store.run(system, library.add_form, first, key="k")
    assert (again.version, again.new) == (1, False)
    assert store.look(system, library.export_form, "k", 1) == first


@drawn(
    st.sampled_from([kind for kind in Kind if kind.asks]),
    st.one_of(
        st.text(max_size=30), st.sampled_from(["2026", "14.30", "9 am", "1,5", "2.50", "Mar", "yes", "http://x"])
    ),
)
def test_whatever_is_typed_is_an_answer_or_a_mistake_never_a_crash(kind, typed):
    (asked,) = evaluate(form(item("a", kind.value)), {}).asked
    posted = {asked.name: [typed]} | {
        f"{asked.name}-{part}": [typed] for part in ("year", "month", "day", "time", "unit")
    }
    try:
        values = kinds.answer(asked, posted)
    except kinds.Mistyped:
        return
    assert all(judging.broken(asked, value) in ("", "type", "maxLength") for value in values)
    assert not values or kinds.answer(asked, kinds.typed_again(asked, values)) == values


@pytest.mark.parametrize(
    ("each", "total", "band"), [(0, 0, "minimal"), (1, 9, "mild"), (2, 18, "moderately severe"), (3, 27, "severe")]
)
def test_phq_9_is_scored_and_its_ninth_question_is_urgent(each, total, band):
    phq_9 = read((OURS / "phq-9.json").read_bytes()).form
    items = {one.link_id: one for one in walk(phq_9.items)}
    said = given(**{f"phq9-{n}": items[f"phq9-{n}"].options[each].value for n in range(1, 10)})
    found = score(phq_9, said)
    assert (found.total, found.band, flagged(phq_9, said)) == (total, band, each > 0)
    del said["phq9-4"]
    assert score(phq_9, said).total is None  # never a low score by silence


def sent(store, anna, amara, network, system, key):
    """A form behind Amara's link: who fills it, and which link it is."""
    store.run(system, library.install)
    message = store.run(anna, send_direct, amara, "", form=store.look(anna, find.by_key, key))
    door = store.door(doors.link, network.link("amara@example.org").rsplit("/", 1)[1])
    return Who(door.practice_id, Actor(ActorKind.PATIENT)), door.link_id, message


def answered(filling):
    return len(filling.draft.answers)


def post(store, patient, link_id, number, *typed, demand=True):
    """Post the field of one page, as the page had offered it."""
    came = []

    def make(now):
        offer = saving.offer(now, number)
        came.append(saving.saved(now, offer, {offer.page: list(typed)}, demand=demand))
        return came[-1].then

    answers.change(store, patient, link_id, make)
    return [wrong.why for wrong in came[-1].wrong.values()]


def test_a_form_is_filled_once_and_its_answers_come_into_the_conversation(store, anna, amara, network, system):
    patient, link_id, message = sent(store, anna, amara, network, system, "phq-9")
    with pytest.raises(NotComplete):
        send(store, patient, link_id)
    for number in range(1, 11):
        assert post(store, patient, link_id, number, "1") == []
    received = send(store, patient, link_id)
    assert (received.form["score"], received.form["band"], received.form["urgent"]) == (9, "mild", True)
    with pytest.raises(answers.AlreadySent):
        send(store, patient, link_id)
    assert store.look(anna, states, [message.id])[message.id].status is Release.ANSWERED


def test_a_required_group_left_empty_is_told_on_its_first_page_and_insisted_on_at_its_last():
    made = form(item("a"), item("g", "group", required=True, item=[item("b"), item("in", "group", item=[item("c")])]))
    state = evaluate(made, {})
    assert [one.place.link_id for one in state.invalid] == ["g"]
    assert [one.place.link_id for one in remedies(plan(made), state.pages, Place("g"))] == ["b", "c"]
    assert first_open(plan(made), state, frozenset(page.asked.name for page in state.pages)) == 2
    assert evaluate(made, given(c={"valueString": "x"})).complete


def test_a_doubtful_answer_is_asked_about_once_and_then_taken(store, anna, amara, network, system):
    parts = {"key": "c", "severity": "warning", "expression": "answer.value > 5", "human": "So few?"}
    check = {"url": CONSTRAINT, "extension": [
        {"url": url, ("valueCode" if url == "severity" else "valueId" if url == "key" else "valueString"): said}
        for url, said in parts.items()]}  # fmt: skip
    store.run(system, library.add_form, questionnaire(item("a", "integer", extension=[check])), key="doubt")
    patient, link_id, _ = sent(store, anna, amara, network, system, "doubt")
    assert [post(store, patient, link_id, 1, "3") for _ in range(2)] == [["constraint"], []]
    assert send(store, patient, link_id).form["title"] == "A form"


def test_none_of_these_stands_alone_beside_words_of_ones_own_too():
    options = [
        {"valueString": "A"},
        {"valueString": "None", "extension": [extension("questionnaire-optionExclusive", valueBoolean=True)]},
    ]
    made = form(item("a", "open-choice", repeats=True, answerOption=options))
    why = [[one.why for one in evaluate(made, given(a=[{"valueString": text} for text in texts])).invalid]
           for texts in (["None"], ["None", "my own"], ["A", "my own"])]  # fmt: skip
    assert why == [[], ["exclusive"], []]


def test_sums_of_a_scored_form_are_not_shown_to_who_answers_it():
    total = item("sum", "decimal", extension=[expression("calculatedExpression", "2")], readOnly=True)
    plain, weighed = item("a", "choice", answerOption=[{"valueCoding": {"code": "1"}}]), item("a", "choice", answerOption=[
        {"valueCoding": {"code": "1"}, "extension": [extension("ordinalValue", valueDecimal=1)]}])  # fmt: skip
    pages = [evaluate(form(one, total), given(), now=START).pages for one in (plain, weighed)]
    assert [[shown.item.link_id for shown in page.after] for (page,) in pages] == [["sum"], []]
    (page,) = evaluate(used_as(form(weighed, total), Habits(shows_sums=True)), given(), now=START).pages
    assert [shown.item.link_id for shown in page.after] == ["sum"]  # unless the practice wants them seen


@pytest.mark.attack("C23")
@pytest.mark.s("S88")
def test_a_form_sent_from_two_devices_at_once_is_sent_once(store, anna, amara, network, system):
    patient, link_id, _ = sent(store, anna, amara, network, system, "phq-9")
    for number in range(1, 11):
        post(store, patient, link_id, number, "1")
    seen = store.look(patient, answers.filling, link_id)
    both = threading.Barrier(2)

    def one_device(_):
        both.wait()
        try:
            return store.run(patient, submit, link_id, seen)
        except answers.AlreadySent as late:
            return late

    with ThreadPoolExecutor(2) as devices:
        came = list(devices.map(one_device, range(2)))
    assert sorted(type(one).__name__ for one in came) == ["AlreadySent", "Message"]


def test_what_another_browser_changed_meanwhile_is_neither_sent_nor_written_over_unseen(
    store, anna, amara, network, system
):
    patient, link_id, _ = sent(store, anna, amara, network, system, "phq-9")
    for number in range(1, 11):
        post(store, patient, link_id, number, "1")
    seen = store.look(patient, answers.filling, link_id)
    post(store, patient, link_id, 1, "2")
    assert store.run(patient, submit, link_id, seen) is None
    assert not store.run(patient, answers.keep, link_id, seen)
    assert send(store, patient, link_id).form["score"] == 10


@pytest.mark.s("S6", "S34")
def test_a_page_is_taken_half_an_hour_after_the_links_end_shown_to_who_posted_one_and_never_once_it_was_taken_back(
    store, anna, amara, network, system, clock
):
    _, other_id, message = sent(store, anna, amara, network, system, "gad-7")
    patient, link_id, _ = sent(store, anna, amara, network, system, "phq-9")
    clock.forward(days=7, minutes=29)
    with pytest.raises(LinkExpired):
        store.look(patient, answers.filling, link_id)
    for number in range(1, 11):
        assert post(store, patient, link_id, number, "1") == []
    assert store.look(patient, answers.filling, link_id).complete
    assert send(store, patient, link_id).form["score"] == 9
    assert store.look(patient, answers.last_sent, link_id).submitted_at == clock()
    clock.forward(minutes=1)
    with pytest.raises(LinkExpired):
        post(store, patient, other_id, 1, "1")
    clock.forward(minutes=-10)
    assert post(store, patient, other_id, 1, "1") == []
    store.run(anna, take_back, message.id)
    for late in (lambda: post(store, patient, other_id, 2, "1"), lambda: send(store, patient, other_id)):
        with pytest.raises(LinkGone):
            late()


@pytest.mark.s("S91", "S112")
def test_a_form_that_was_begun_and_never_sent_goes_when_its_link_is_over_and_one_begins_anew_when_that_is_prolonged(
    store, anna, amara, network, system, clock
):
    patient, link_id, message = sent(store, anna, amara, network, system, "phq-9")
    post(store, patient, link_id, 1, "1")
    sealed = store.look(patient, answers.filling, link_id).sealed
    clock.forward(days=7, minutes=29)
    assert "forms never sent" not in store.run(system, let_go)  # a page that was opened in time may still be posted
    clock.forward(minutes=2)
    assert store.run(system, let_go)["forms never sent"] == 1
    assert not store.look(system, lambda unit: unit.seals.is_there(key_of(sealed)))
    store.run(anna, prolong, message.id, 24)
    assert post(store, patient, link_id, 1, "2") == []  # at once, while the old key may be remembered
    assert answered(store.look(patient, answers.filling, link_id)) == 1


def test_a_form_erased_early_goes_with_its_answers_as_fhir(store, anna, amara, network, system):
    patient, link_id, _ = sent(store, anna, amara, network, system, "phq-9")
    for number in range(1, 11):
        post(store, patient, link_id, number, "1")
    received = send(store, patient, link_id)
    store.run(anna, erase_early, received.id, "the patient asked")
    assert store.look(anna, message, received.id).form is None
    row = store.look(anna, lambda unit: unit.db.execute(select(FormAnswers)).one())
    assert row.response is None


def test_no_failure_of_score_copy_or_delivery_loses_the_answers_or_silences_the_red_flag(
    store, anna, amara, network, system, monkeypatch
):
    def fails(*_):
        raise ArithmeticError

    patient, link_id, _ = sent(store, anna, amara, network, system, "phq-9")
    for number in range(1, 11):
        post(store, patient, link_id, number, "1")
    for module, name in ((scores, "score"), (paper, "copy_of"), (outbox, "queue")):
        monkeypatch.setattr(module, name, fails)
    received = send(store, patient, link_id)
    assert (received.form["score"], received.form["urgent"]) == (None, True)
    assert [one.message_id for one in store.look(anna, notify.listing)] == [received.id]
    assert [one["verb"] for one in store.look(anna, lambda unit: list(entries(unit)))][-1] == "red flag"


def test_an_answer_that_wants_a_look_calls_a_group_on_save_once_and_marked_as_unfinished(
    store, anna, amara, network, system
):
    patient, link_id, _ = sent(store, anna, amara, network, system, "phq-9")
    post(store, patient, link_id, 9, "2")
    assert store.look(anna, notify.listing) == []  # the practice has not asked for it
    form_id = store.look(anna, find.by_key, "phq-9").id
    store.run(anna, habits.choose, form_id, Habits(flag_on_save=True, group="nobody is in it"))
    post(store, patient, link_id, 1, "1", demand=False)
    post(store, patient, link_id, 2, "1")
    (called,) = store.look(anna, notify.listing)
    assert "It is unfinished" in called.text and "half" not in called.text
    told = [one for one in store.look(anna, lambda unit: list(entries(unit))) if one["verb"] == "red flag"]
    assert len(told) == 1


@pytest.mark.attack("C22")
@pytest.mark.s("S87")
def test_a_wrong_answer_is_kept_as_typed_and_a_foreign_field_refuses_the_page(store, anna, amara, network, system):
    patient, link_id, _ = sent(store, anna, amara, network, system, "new-patient")
    now = store.look(patient, answers.filling, link_id)
    number, page = next((n, p) for n, p in enumerate(now.state.pages, 1) if p.question.link_id == "pain")
    assert post(store, patient, link_id, number, "a lot") == ["type"]
    assert store.look(patient, answers.filling, link_id).draft.typed[page.asked.name] == ["a lot"]
    assert post(store, patient, link_id, number, "11") == ["maxValue"]
    assert post(store, patient, link_id, number, "10") == []
    now = store.look(patient, answers.filling, link_id)
    with pytest.raises(Invalid):
        saving.saved(now, saving.offer(now, number), {page.asked.name: ["10"], "q99": ["1"]}, demand=True)


AMARA = Patient(
    NOBODY, "Amara Jo", "Testwell", date(1985, 3, 14), "amara@example.org", "+447700900057", PatientStatus.ACTIVE
)
CLIENT = [{"url": f"{SDC}launchContext", "extension": [
    {"url": "name", "valueCoding": {"code": "client"}}, {"url": "type", "valueCode": "Patient"}]}]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("string", "%patient.name[0].given.first()", {"valueString": "Amara"}), ("date", "%patient.birthDate", {"valueDate": "1985-03-14"}),
     ("string", "%client.telecom.where(system='email').value", {"valueString": "amara@example.org"}),
     ("string", "%user.name[0].family", {"valueString": "Testwell"}),
     ("string", "(%encounter.id | %patient.name[0].family).first()", {"valueString": "Testwell"})],
)  # fmt: skip
def test_what_our_record_knows_is_offered_to_be_looked_at(kind, text, value):
    made = form(item("a", kind, extension=[expression("initialExpression", text)]), extension=CLIENT)
    (asked,) = evaluate(made, {}).asked
    assert offered(made, asked, AMARA, START) == (value,)
    assert not evaluate(made, {}).answers  # nothing counts before the page was posted


def test_calculations_look_at_the_record_and_what_was_sent_stays_when_that_changes():
    whole = [expression("variable", "today() >= %patient.birthDate + 18 years", name="grown")]
    made = form(
        item("a", extension=[expression("enableWhenExpression", "%grown")]),
        item("b", extension=[expression("calculatedExpression", "iif(%grown, 'of age', 'young')")]),
        extension=whole,
    )
    assert made.looks_at_the_record
    state = evaluate(made, {}, now=START, patient=as_fhir(AMARA))
    assert [one.place.link_id for one in state.asked] == ["a", "b"]
    young = as_fhir(replace(AMARA, date_of_birth=date(2020, 3, 14)))
    assert evaluate(made, state.answers, now=START, patient=young).answers["b"] == state.answers["b"]


HIDDEN = [extension("questionnaire-hidden", valueBoolean=True)]


@pytest.mark.parametrize(
    ("prefill", "hidden", "asked"),
    [("shown", False, True), ("shown", True, False), ("silent", True, True), ("off", False, False)],
)  # fmt: skip
def test_what_nobody_is_asked_is_filled_in_as_the_practice_chose(
    store, anna, amara, network, system, prefill, hidden, asked
):
    born = [expression("initialExpression", "%patient.birthDate")]
    unasked = {"extension": [*born, *HIDDEN]} if hidden else {"extension": born, "readOnly": True}
    store.run(system, library.add_form, questionnaire(item("a"), item("born", "date", **unasked)), key="k")
    store.run(anna, habits.choose, store.look(anna, find.by_key, "k").id, Habits(prefill=Prefill(prefill)))
    patient, link_id, _ = sent(store, anna, amara, network, system, "k")
    assert ("born" in store.look(patient, answers.filling, link_id).state.answers) is asked


def test_the_authors_own_answer_is_offered_and_one_that_fits_no_choice_is_not():
    made = form(item("a", initial=[{"valueString": "x"}]), item("b", "integer", initial=[{"valueString": "x"}]))
    assert [offered(made, one, None, START) for one in evaluate(made, {}).asked] == [({"valueString": "x"},), ()]


def test_a_time_hangs_on_the_clock_of_the_practice_and_a_skipped_one_does_not_exist():
    (asked,) = evaluate(form(item("a", "dateTime")), {}).asked
    typed = lambda day, clock: {f"{asked.name}-{part}": [one] for part, one in  # noqa: E731
                                zip(("year", "month", "day", "time"), ("2026", "3", day, clock), strict=True)}  # fmt: skip
    london = ZoneInfo("Europe/London")
    assert kinds.answer(asked, typed("30", "9.30 am"), london) == ({"valueDateTime": "2026-03-30T09:30:00+01:00"},)
    with pytest.raises(kinds.Mistyped):
        kinds.answer(asked, typed("29", "01:30"), london)
