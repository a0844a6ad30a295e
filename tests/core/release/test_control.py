"""What staff can do about links, and what happens by itself when nobody opens one (S3, S118; T7-T9)."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from core.delivery.writing.nudges import due_nudges
from core.errors import Forbidden, Invalid, NotFound
from core.messages import find as messages
from core.messages import notify, tasks
from core.messages.post import post
from core.messages.words import TaskState
from core.practice import doors, portal_look, preferences, staff
from core.practice.words import Role
from core.release import code, control, guesses, reading, reminders
from core.release.find import WRONG_CODES, LinkExpired, LinkFrozen, is_known, live_link, open_link, states
from core.release.freezing import freeze
from core.release.guesses import Caller
from core.release.link import reissue, send_direct, take_back
from core.release.risk import guess_risk
from core.release.steps import steps_of
from core.release.words import Release
from core.store import Actor, ActorKind, Who
from tests.conftest import hire
from tests.core.messages.test_post import said

PHONE = b"p" * 32


@pytest.fixture
def sent(store, anna, amara, network):
    message = store.run(anna, send_direct, amara, "Your results are back.")
    door = store.door(doors.link, network.link("amara@example.org").rsplit("/", 1)[1])
    return message, door.link_id, Who(door.practice_id, Actor(ActorKind.PATIENT))


@pytest.mark.s("S3")
def test_an_expired_link_opens_again_when_staff_prolong_it_and_any_colleague_may(store, sent, carl, clock, network):
    message, link, patient = sent
    clock.forward(days=8)
    with pytest.raises(LinkExpired):
        store.look(patient, live_link, link)
    store.run(carl, control.prolong, message.id, 24)
    assert store.look(patient, live_link, link).expires_at == clock.at.replace(day=clock.at.day + 1)
    assert "prolonged" in [row.what for row in store.look(carl, steps_of, message.id)]


@pytest.mark.s("S16", "S34")
def test_what_was_begun_before_a_link_was_closed_gets_nothing_from_it_after(store, sent):
    """Closing ends every session; a request that was let in a moment before meets the link itself."""
    _, link, patient = sent
    store.run(patient, reading.not_me, link)
    for step in (reading.reading, partial(reading.answer, text="Thank you"), partial(reading.keep_words, text="Thank")):
        with pytest.raises(LinkFrozen):
            store.run(patient, step, link)


@pytest.mark.s("S16", "S34")
def test_a_closed_link_that_is_issued_again_opens_as_if_it_were_new(store, sent, anna):
    message, link, patient = sent
    store.run(patient, reading.not_me, link)
    store.run(anna, reissue, message.id)
    row = store.look(patient, live_link, link)
    assert (row.frozen_at, row.frozen_why, row.wrong_in_row) == (None, "", 0)


@pytest.mark.s("S16")
def test_a_known_browser_reads_on_behind_a_link_that_wrong_codes_closed(store, sent):
    _, link, patient = sent
    store.run(patient, lambda unit: freeze(unit, live_link(unit, link), WRONG_CODES))
    with pytest.raises(LinkFrozen):
        store.look(patient, live_link, link)
    assert store.look(patient, reading.reading, link).message.text == "Your results are back."


@pytest.mark.s("S16")
def test_a_browser_is_known_for_ninety_days_to_the_second(store, sent, amara, clock):
    _, _, patient = sent
    known = store.run(patient, guesses.remember, amara.id, None)
    clock.forward(days=90, seconds=-1)
    assert store.look(patient, is_known, known, amara.id)
    clock.forward(seconds=1)
    assert not store.look(patient, is_known, known, amara.id)


@pytest.mark.s("S3")
@pytest.mark.parametrize("hours", [0, -1, 721])
def test_a_link_lives_from_an_hour_to_thirty_days(store, sent, anna, hours):
    with pytest.raises(Invalid):
        store.run(anna, control.prolong, sent[0].id, hours)


@pytest.mark.s("S3")
def test_what_was_taken_back_does_not_open_again(store, sent, anna):
    store.run(anna, take_back, sent[0].id)
    with pytest.raises(NotFound):
        store.run(anna, control.prolong, sent[0].id, 24)


@pytest.mark.attack("H14")
@pytest.mark.s("S118", "S34")
def test_closing_all_links_ends_every_session_and_opens_nothing_until_undone(store, sent, anna, ben, network, clock):
    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    cookie = store.run(patient, code.verify, link, Caller(PHONE, "a phone"), network.code("+447700900057")).cookie
    with pytest.raises(Forbidden):
        store.run(ben, control.freeze_all, True)
    assert store.run(anna, control.freeze_all, True) == 1
    assert store.door(doors.patient_session, cookie, clock.at) is None
    for look in (live_link, open_link):
        with pytest.raises(LinkFrozen):
            store.look(patient, look, link)
    store.run(anna, control.freeze_all, False)
    assert store.look(patient, live_link, link).id == link


def test_the_meter_is_ten_tries_a_link_over_all_codes_and_falls_with_every_link_that_ends(store, sent, anna):
    message, link, patient = sent
    assert store.look(anna, guess_risk).chance == 10 / 10**8
    store.run(patient, lambda unit: guesses.admit(unit, live_link(unit, link, lock=True), Caller(PHONE)))
    risk = store.look(anna, guess_risk)
    assert (risk.left, risk.spent, risk.chance) == (9, 1, 10 / 10**8) and not risk.alarming
    store.run(anna, take_back, message.id)
    assert store.look(anna, guess_risk).left == 0


def test_after_three_days_unopened_the_patient_is_reminded_once_with_a_link_that_works(store, sent, network, clock):
    message, link, patient = sent
    first = network.link("amara@example.org")
    clock.forward(days=2, hours=23)
    assert reminders.remind(store) == 0
    clock.forward(hours=1)
    assert (reminders.remind(store), reminders.remind(store)) == (1, 0)
    letter = network.to("amara@example.org")[0]
    assert letter.subject == "Your secure message is still waiting"
    assert "sent you a secure message on Monday 23 November" in letter.text and "Monday 30 November" in letter.text
    new = network.link("amara@example.org").rsplit("/", 1)[1]
    assert store.door(doors.link, new).link_id == link
    assert store.door(doors.link, first.rsplit("/", 1)[1]) is None
    assert "reminded" in [row.what for row in store.look(patient, steps_of, message.id)]


def opens(store, patient, link, network):
    store.run(patient, code.ask, link, PHONE)
    assert store.run(patient, code.verify, link, Caller(PHONE, "a phone"), network.code("+447700900057")).cookie


def test_what_stays_unopened_after_the_reminder_is_asked_of_its_sender_once_and_no_longer_when_it_is_opened(
    store, sent, anna, network, clock
):
    _, link, patient = sent
    clock.forward(days=5)
    with ThreadPoolExecutor(2) as workers:
        assert sum(workers.map(lambda _: reminders.ask_to_call(store), range(2))) == 1
    asked = store.look(anna, notify.listing)[0]
    assert "has not been opened yet" in asked.text
    task = store.look(anna, messages.message, asked.message_id).task
    assert (task.state, task.to.id, store.run(anna, tasks.take, asked.message_id).task.state) == (
        TaskState.OPEN,
        anna.actor.id,
        TaskState.TAKEN,
    )
    opens(store, patient, link, network)
    over = store.look(anna, messages.message, asked.message_id).task
    assert (over.state, over.holder) == (TaskState.DONE, None)
    with pytest.raises(tasks.TaskOver):
        store.run(anna, tasks.take, asked.message_id)


def test_a_sender_who_left_is_not_asked_and_a_link_sent_again_begins_anew(store, practice, sent, anna, amara, clock):
    colleague = hire(store, practice, "Dora", Role.PRACTITIONER)
    theirs = store.run(colleague, send_direct, amara, "Another one.")
    store.run(anna, staff.deactivate, colleague.actor.id)
    clock.forward(days=5)
    store.run(anna, reissue, sent[0].id)
    assert (reminders.remind(store), reminders.ask_to_call(store)) == (1, 1)
    asked = store.look(anna, notify.listing)[0]
    quoted = store.look(anna, messages.message, asked.message_id)
    assert quoted.reply_to == theirs.id and quoted.task.to.name == "admin"


def test_a_practice_chooses_when_it_reminds_and_asks_or_that_it_never_does(store, sent, anna, ben, clock):
    store.run(anna, portal_look.chase, 1, 2)
    clock.forward(days=1)
    assert (reminders.remind(store), reminders.ask_to_call(store)) == (1, 0)
    store.run(anna, portal_look.chase, 0, 0)
    clock.forward(days=5)
    assert (reminders.remind(store), reminders.ask_to_call(store)) == (0, 0)
    for days in ((3, 3), (4, 0), (0, 7), (-1, 0)):
        with pytest.raises(Invalid):
            store.run(anna, portal_look.chase, *days)
    with pytest.raises(Forbidden):
        store.run(ben, portal_look.chase, 0, 0)


@pytest.mark.parametrize("wanted", [True, False])
def test_the_sender_hears_once_that_it_was_opened_without_a_word_of_it_if_they_want_to(
    store, sent, anna, network, clock, wanted
):
    _, link, patient = sent
    store.run(anna, preferences.choose, undo_seconds=10, notify_minutes=5, hears_opened=wanted)
    opens(store, patient, link, network)
    told = ["The patient opened your Direct Message."] if wanted else []
    assert [one.text for one in store.look(anna, notify.listing)] == told
    clock.forward(minutes=10)
    assert store.door(due_nudges, clock.at, 5) == []
    for waiting in store.look(anna, notify.listing):
        store.run(anna, notify.done, waiting.id)
    opens(store, patient, link, network)
    assert store.look(anna, notify.listing) == []


def test_that_it_was_opened_does_not_push_away_what_waits_unread(store, sent, anna, ben, network):
    message, link, patient = sent
    first = store.run(ben, post, message.conversation_id, said("@Anna Look at this first."))
    store.run(ben, notify.tell_colleagues, first)
    opens(store, patient, link, network)
    assert [one.text for one in store.look(anna, notify.listing)] == ["@Anna Look at this first."]


def test_nobody_is_reminded_of_what_they_read_or_what_was_taken_back(store, sent, anna, amara, network, clock):
    _, link, patient = sent
    second = store.run(anna, send_direct, amara, "Another one.")
    store.run(patient, code.ask, link, PHONE)
    store.run(patient, code.verify, link, Caller(PHONE, "a phone"), network.code("+447700900057"))
    store.run(anna, take_back, second.id)
    clock.forward(days=4)
    assert reminders.remind(store) == 0


def test_when_its_time_is_over_unread_the_patient_and_the_sender_are_told_once(store, sent, anna, network, clock):
    message, _, _ = sent
    clock.forward(days=7)
    assert (reminders.tell_ended(store), reminders.tell_ended(store)) == (1, 0)
    letter = network.to("amara@example.org")[0]
    assert letter.subject == "Your secure message has ended" and "/l/" not in letter.text
    assert "01632 960001" in letter.text
    assert "not opened in time" in store.look(anna, notify.listing)[0].text
    assert store.look(anna, states, [message.id])[message.id].status is Release.EXPIRED


@pytest.mark.parametrize("seen", [True, False])
def test_a_patient_who_saw_a_message_is_told_that_it_was_taken_back(store, sent, anna, network, seen):
    message, link, patient = sent
    if seen:
        store.run(patient, code.ask, link, PHONE)
    store.run(anna, take_back, message.id)
    subjects = [one.subject for one in network.to("amara@example.org")]
    assert ("We have taken back a message" in subjects) is seen


def test_a_letter_that_has_not_left_when_its_link_is_taken_back_never_leaves(store, anna, amara, network):
    for wrong in ("The wrong file", "The wrong file again"):
        store.run(anna, take_back, store.run(anna, send_direct, amara, wrong).id)
    assert network.to(amara.email) == []


def test_of_a_link_issued_again_before_its_letter_left_only_the_new_letter_leaves(store, anna, amara, network):
    message = store.run(anna, send_direct, amara, "Here is your report")
    store.run(anna, reissue, message.id)
    (letter,) = network.to(amara.email)
    assert store.door(doors.link, letter.text.split("/l/")[1].split()[0]) is not None
