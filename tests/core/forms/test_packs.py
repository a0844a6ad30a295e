"""Several forms behind one link, each sent by itself; what waits already is told before it is asked again (F79)."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from core.audit.trail import entries
from core.compose.confirm import confirm
from core.compose.words import Draft
from core.errors import Invalid, NotFound
from core.forms import answers, find, library
from core.forms.answering import saving
from core.forms.answering.drafts import Draft as Answers
from core.forms.answering.submission import send, submit
from core.forms.answers import AlreadySent, StalePage
from core.forms.habits import Habits, choose
from core.forms.responses import trend
from core.forms.waiting import on_paper, outstanding
from core.forms.waiting.reminding import remind_unsent
from core.practice import doors
from core.release import control, reminders
from core.release.find import states
from core.release.link import send_direct
from core.release.tables import LinkRow
from core.release.words import Release
from core.store import Actor, ActorKind, Who
from staffbot import form_fields
from staffbot.commands import suggest
from staffbot.commands.grammar import Call, parse, perform
from staffbot.warning_words import warning
from staffbot.wording import RELEASE
from tests.core.forms.sending import chosen


@pytest.fixture
def link(store, anna, amara, network):
    """PHQ-9 and GAD-7 behind one link of Amara's: who is behind it, which it is, the message."""
    store.run(anna, library.install)
    message = store.run(anna, send_direct, amara, "", form=store.look(anna, find.pack, "phq-9 gad-7"))
    door = store.door(doors.link, network.link(amara.email).rsplit("/", 1)[1])
    return Who(door.practice_id, Actor(ActorKind.PATIENT)), door.link_id, message


def fill(store, who, link_id, points=1):
    answers.change(
        store, who, link_id, lambda now: replace(now, draft=Answers(chosen(now.form, [points] * 7 + [0] * 3)))
    )


def typed(store, who, line) -> Draft:
    command, rest = parse(line)
    return store.run(who, perform, command, Call(rest))


def test_forms_of_one_link_are_filled_in_their_order_and_the_last_one_answers_it(store, anna, amara, link):
    who, link_id, message = link
    fill(store, who, link_id)
    assert store.look(who, answers.last_sent, link_id) is None
    assert send(store, who, link_id).form["score"] == 7
    then = store.look(who, answers.filling, link_id)
    assert (then.key, then.place, then.of, then.submitted_at) == ("gad-7", 1, 2, None)
    assert store.look(who, answers.last_sent, link_id).key == "phq-9"
    assert store.look(anna, states, [message.id])[message.id].status is not Release.ANSWERED
    fill(store, who, link_id, 2)
    assert send(store, who, link_id).form["score"] == 14
    assert store.look(anna, states, [message.id])[message.id].status is Release.ANSWERED
    with pytest.raises(AlreadySent):
        send(store, who, link_id)
    form_id = store.look(anna, find.by_key, "gad-7").id
    assert [one.total for one in store.look(anna, trend.of_form, amara.id, form_id).points] == [14]


def test_a_page_of_the_form_before_changes_nothing_in_the_next(store, link):
    who, link_id, _ = link
    fill(store, who, link_id)
    before = store.look(who, answers.filling, link_id)
    offer = saving.offer(before, 1)
    send(store, who, link_id)
    with pytest.raises(AlreadySent):
        store.run(who, submit, link_id, before)
    with pytest.raises(StalePage):
        saving.saved(store.look(who, answers.filling, link_id), offer, {offer.page: ["3"]}, demand=True)


def test_a_form_that_waits_already_is_told_of_before_it_goes_again(store, anna, amara, link, clock):
    who, link_id, _ = link
    clock.forward(days=3)
    found = typed(store, anna, "/form @Amara Testwell phq-9").warnings
    assert [warning(one) for one in found] == [
        "“How have you been? (PHQ-9)” went to Amara Testwell 3 days ago and is still open."]  # fmt: skip
    fill(store, who, link_id)
    assert "begun but not sent" in warning(typed(store, anna, "/form @Amara Testwell phq-9").warnings[0])
    send(store, who, link_id)
    again = typed(store, anna, "/form @Amara Testwell phq-9").warnings
    assert warning(again[0]) == "Amara Testwell answered “How have you been? (PHQ-9)” today."
    clock.forward(days=15)
    assert not typed(store, anna, "/form @Amara Testwell phq-9").warnings


def test_who_opened_a_form_and_did_not_send_it_is_reminded_once_and_not_while_at_it(store, amara, network, link, clock):
    who, link_id, _ = link
    store.run(who, lambda unit: unit.db.execute(update(LinkRow).values(unlocked_at=unit.now)))
    clock.forward(days=3)
    fill(store, who, link_id)
    assert remind_unsent(store) == 0
    clock.forward(days=1, hours=1)
    assert (remind_unsent(store), remind_unsent(store)) == (1, 0)
    assert network.to(amara.email)[0].subject == "Your form is still waiting"
    door = store.door(doors.link, network.link(amara.email).rsplit("/", 1)[1])
    assert store.look(who, answers.filling, door.link_id).draft.answers  # what was filled in is kept


def test_a_form_done_on_paper_is_not_reminded_of_counts_as_done_and_can_be_undone(
    store, anna, ben, tom, amara, system, network, link, clock
):
    who, link_id, message = link

    def status():
        return store.look(anna, states, [message.id])[message.id].status

    clock.forward(days=3)
    for _ in range(2):
        store.run(ben, on_paper.done_on_paper, message.id)
    assert (status(), RELEASE[status()]) == (Release.ON_PAPER, "Done on paper")
    assert reminders.remind(store) == remind_unsent(store) == reminders.ask_to_call(store) == 0
    assert store.look(anna, outstanding.outstanding) == []
    verbs = [one["verb"] for one in store.look(anna, lambda unit: list(entries(unit)))]
    assert verbs.count("form done on paper") == 1
    clock.forward(days=5)
    assert reminders.tell_ended(store) == 0
    store.run(anna, control.prolong, message.id, 72)
    store.run(ben, on_paper.not_on_paper, message.id)
    assert status() is Release.WAITING and len(store.look(anna, outstanding.outstanding)) == 2
    assert reminders.remind(store) == 1
    store.run(ben, on_paper.done_on_paper, message.id)
    for _ in range(2):  # what the patient sends all the same counts
        fill(store, who, link_id)
        send(store, who, link_id)
    assert status() is Release.ANSWERED
    with pytest.raises(Invalid) as refused:
        store.run(ben, on_paper.done_on_paper, message.id)
    assert refused.value.why == "answered"
    with pytest.raises(NotFound):
        store.run(tom, on_paper.done_on_paper, message.id)
    with pytest.raises(NotFound):
        store.run(anna, on_paper.done_on_paper, store.run(anna, send_direct, amara, "No form.").id)


def test_status_says_by_form_who_has_not_answered(store, anna, amara, idris, link):
    who, link_id, _ = link
    fill(store, who, link_id)
    said = typed(store, anna, "/status").text.splitlines()
    assert [one.split(":")[0] for one in said] == ["How have you been? (PHQ-9)", "How worried have you felt? (GAD-7)"]
    assert "begun Monday 23 November, not sent" in said[0] and "not answered yet; until Monday 30 November" in said[1]
    assert store.look(anna, outstanding.outstanding, idris.id) == []
    store.run(who, lambda unit: unit.db.execute(update(LinkRow).values(frozen_at=unit.now)))
    said = typed(store, anna, "/status @Amara Testwell").text
    assert "How worried have you felt? (GAD-7) of Monday 23 November, not opened yet" in said
    assert "Direct Message" not in said


def test_several_forms_and_a_day_are_typed_in_one_line(store, anna, amara):
    store.run(anna, library.install)
    draft = typed(store, anna, "/form @Amara Testwell phq-9, gad-7 due friday Before we meet")
    assert ([title[:8] for _, title in draft.forms], draft.text) == (["How have", "How worr"], "Before we meet")
    assert (draft.form, f"{draft.until:%A %H}") == ("phq-9 gad-7", "Friday 23")
    message = store.run(anna, confirm, draft.id, hold=0)
    assert message.form["title"].count("(") == 2


@pytest.mark.parametrize(
    ("line", "error"),
    [("phq-9 due whenever", Invalid), ("phq-9 due yesterday", Invalid), ("nothing phq-9", NotFound), ("", Invalid)],
)
def test_what_cannot_be_meant_is_not_guessed(store, anna, amara, line, error):
    store.run(anna, library.install)
    with pytest.raises(error):
        typed(store, anna, f"/form @Amara Testwell {line}")


def test_a_form_goes_by_other_words_too_and_each_word_means_one_form(store, anna, amara):
    store.run(anna, library.install)
    form_id = store.look(anna, find.by_key, "phq-9").id
    store.run(anna, choose, form_id, Habits(aliases=("mood", "low")))
    assert typed(store, anna, "/form @Amara Testwell mood gad-7").form == "phq-9 gad-7"
    assert [one["label"] for one in store.look(anna, suggest._forms, "lo")] == ["phq-9"]
    german = form_fields.habits(MultiDict({"aliases": "Gemüt, はい low mood"}))
    assert german.aliases == ("gemut", "low", "mood")
    store.run(anna, choose, form_id, german)
    assert typed(store, anna, "/form @Amara Testwell gemüt").form == "phq-9"  # typed as it is written
    other = store.look(anna, find.by_key, "gad-7").id
    for taken in ("mood", "phq-9", "gad-7"):
        with pytest.raises(Invalid):
            store.run(anna, choose, other, Habits(aliases=("new", taken)))
