"""The lock of the portal: who gets in, who does not, and what is counted (S1-S24)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from core.delivery import credits
from core.limits import Limits
from core.practice import doors
from core.release import code, contacts, sessions
from core.release.code import CodeMalformed, CodeWrong
from core.release.find import LinkExpired, LinkFrozen, LinkGone, live_link, states
from core.release.guesses import Caller
from core.release.link import reissue, send_direct, take_back
from core.release.reading import answer, keep_words, not_me, reading
from core.release.sends import AskLater, DayLimit, NoMobile
from core.release.tables import PatientSession
from core.release.words import Release
from core.store import Actor, ActorKind, Who

PHONE = b"p" * 32
TABLET = b"t" * 32


@pytest.fixture
def sent(store, anna, amara, network):
    """A Direct Message that went out: its message, its link's id, and the patient as who they act."""
    message = store.run(anna, send_direct, amara, "Your results are back.")
    door = store.door(doors.link, network.link("amara@example.org").rsplit("/", 1)[1])
    return message, door.link_id, Who(door.practice_id, Actor(ActorKind.PATIENT))


def test_the_texted_code_opens_the_message_once(store, sent, network):
    _, link, patient = sent
    assert network.to("+447700900057") == []  # sending a Direct Message texts nobody
    store.run(patient, code.ask, link, PHONE)
    right = network.code("+447700900057")
    opened = store.run(patient, code.verify, link, Caller(PHONE, "an iPhone"), right)
    assert store.look(patient, reading, link).message.text == "Your results are back."
    assert store.door(doors.patient_session, opened.cookie, store.clock()).link_id == link
    again = store.run(patient, code.verify, link, Caller(PHONE, "an iPhone"), right)
    assert isinstance(again.error, CodeWrong)


def test_spaces_and_dashes_are_forgiven_and_anything_else_is_nobodys_guess(store, sent, network):
    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    right = network.code("+447700900057")
    for odd in ("", "1234567", "123456789", "abcdefgh", "١٢٣٤٥٦٧٨", "1234 567x"):
        with pytest.raises(CodeMalformed):
            store.run(patient, code.verify, link, Caller(PHONE), odd)
    assert store.run(patient, code.verify, link, Caller(PHONE), f"{right[:4]}-{right[4:]} ").cookie


def test_a_code_lives_ten_minutes_to_the_second(store, sent, network, clock):
    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    right = network.code("+447700900057")
    clock.forward(seconds=600)
    assert isinstance(store.run(patient, code.verify, link, Caller(PHONE), right).error, CodeWrong)
    clock.forward(seconds=-1)
    assert store.run(patient, code.verify, link, Caller(PHONE), right).cookie


def test_a_code_belongs_to_the_browser_that_asked(store, sent, network):
    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    right = network.code("+447700900057")
    assert isinstance(store.run(patient, code.verify, link, Caller(TABLET), right).error, CodeWrong)
    assert store.run(patient, code.verify, link, Caller(PHONE), right).cookie


def test_the_earlier_of_two_codes_still_opens_and_a_third_ends_it(store, sent, network, clock):
    _, link, patient = sent
    codes = []
    for wait in (61, 130, 0):
        store.run(patient, code.ask, link, PHONE)
        codes.append(network.code("+447700900057"))
        clock.forward(seconds=wait)
    assert isinstance(store.run(patient, code.verify, link, Caller(PHONE), codes[0]).error, CodeWrong)
    assert store.run(patient, code.verify, link, Caller(PHONE), codes[1]).cookie


def test_after_five_wrong_codes_the_right_one_is_dead(store, sent, network):
    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    right = network.code("+447700900057")
    tries = [store.run(patient, code.verify, link, Caller(PHONE), wrong_one(right, n)).error for n in range(1, 6)]
    assert [error.tries_left for error in tries] == [None, None, 2, 1, None]
    assert isinstance(store.run(patient, code.verify, link, Caller(PHONE), right).error, CodeWrong)


def test_ten_wrong_codes_in_a_row_freeze_the_link_and_a_new_code_does_not_reset_the_count(store, sent, network, clock):
    message, link, patient = sent
    for _ in range(2):
        store.run(patient, code.ask, link, PHONE)
        right = network.code("+447700900057")
        for n in range(1, 6):
            store.run(patient, code.verify, link, Caller(PHONE), wrong_one(right, n))
        clock.forward(minutes=5)
    with pytest.raises(LinkFrozen):
        store.run(patient, code.ask, link, PHONE)
    assert store.look(patient, states, [message.id])[message.id].status is Release.FROZEN


def test_forty_parallel_guesses_get_five_comparisons(store, sent, network):
    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    right = network.code("+447700900057")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: _quietly(store, patient, link, wrong_one(right, n)), range(1, 41)))
    row = store.look(patient, live_link, link)
    assert row.wrong_in_row == Limits().tries


def test_codes_are_texted_at_a_pace(store, sent, clock):
    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    with pytest.raises(AskLater) as later:
        store.run(patient, code.ask, link, PHONE)
    assert later.value.at == clock.at + timedelta(seconds=60)
    clock.forward(seconds=60)
    store.run(patient, code.ask, link, PHONE)
    clock.forward(seconds=119)
    with pytest.raises(AskLater):
        store.run(patient, code.ask, link, PHONE)
    clock.forward(seconds=1)
    store.run(patient, code.ask, link, PHONE)
    for _ in range(3):
        clock.forward(minutes=61)
        store.run(patient, code.ask, link, PHONE)
    clock.forward(minutes=61)
    with pytest.raises(DayLimit):
        store.run(patient, code.ask, link, PHONE)


def test_the_code_goes_to_the_number_of_the_day_the_link_was_sent(store, sent, system, amara, network):
    from core.patients import record

    _, link, patient = sent
    store.run(system, record.change, amara.id, mobile="07700 900099")
    store.run(patient, code.ask, link, PHONE)
    assert network.to("+447700900099") == []
    assert len(network.to("+447700900057")) == 1


def test_no_code_goes_to_a_number_with_twenty_wrong_codes_in_a_day(store, anna, amara, network, clock):
    patient = Who(anna.practice_id, Actor(ActorKind.PATIENT))
    for _ in range(4):
        store.run(anna, send_direct, amara, "One more")
        door = store.door(doors.link, network.link("amara@example.org").rsplit("/", 1)[1])
        store.run(patient, code.ask, door.link_id, PHONE)
        right = network.code("+447700900057")
        for n in range(1, 6):
            store.run(patient, code.verify, door.link_id, Caller(PHONE), wrong_one(right, n))
    clock.forward(minutes=5)
    with pytest.raises(NoMobile):
        store.run(patient, code.ask, door.link_id, PHONE)
    store.run(anna, contacts.correct, amara.id, amara.email, amara.mobile)  # a person checked it with its owner
    assert store.run(patient, code.ask, door.link_id, PHONE) > clock.at


@pytest.mark.s("S11", "S99")
def test_a_text_that_could_not_go_for_ten_minutes_does_not_go(store, sent, network, clock):
    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    clock.forward(seconds=601)
    assert network.to("+447700900057") == []


def test_the_text_holds_code_and_host_in_one_segment_and_no_name_or_address(store, sent, network):
    from core.delivery.segments import count

    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    text = network.to("+447700900057")[0].text
    assert count(text).segments == 1 and count(text).encoding == "GSM-7"
    assert text.splitlines()[-1].startswith("@127.0.0.1 #")
    assert "Amara" not in text and "http" not in text and "Clinic" not in text


def test_the_email_holds_the_link_and_nothing_about_the_patient(store, sent, network):
    letter = network.to("amara@example.org")[0]
    assert "Amara" not in letter.text + letter.subject + letter.html
    assert "results" not in letter.text + letter.subject + letter.html


def test_neither_token_nor_code_nor_words_stand_in_the_database(store, sent, network, settings):
    token = network.link("amara@example.org").rsplit("/", 1)[1]
    _, link, patient = sent
    store.run(patient, code.ask, link, PHONE)
    right = network.code("+447700900057")
    dump = everything(store)
    for secret in (token, right, "results are back", "amara@example.org", "Testwell", "900057"):
        assert secret not in dump


def test_taken_back_looks_like_never_was(store, sent, anna):
    message, link, patient = sent
    cookie = store.run(patient, lambda unit: sessions.start(unit, link, "a phone"))
    store.run(anna, take_back, message.id)
    with pytest.raises(LinkGone):
        store.look(patient, live_link, link)
    assert store.door(doors.patient_session, cookie, store.clock()) is None


def test_a_new_link_ends_the_old_one(store, sent, anna, network):
    message, _, _ = sent
    old = network.link("amara@example.org").rsplit("/", 1)[1]
    store.run(anna, reissue, message.id)
    new = network.link("amara@example.org").rsplit("/", 1)[1]
    assert old != new and store.door(doors.link, old) is None and store.door(doors.link, new) is not None


def test_an_expired_link_gives_the_held_credit_back(store, sent, anna, network, clock):
    _, link, patient = sent
    assert store.look(anna, credits.balance) == 99
    clock.forward(days=7)
    network.settle()
    with pytest.raises(LinkExpired):
        store.look(patient, live_link, link)
    assert store.look(anna, credits.balance) == 100


def test_a_session_sleeps_after_a_quarter_of_an_hour_and_ends_after_an_hour(store, sent, clock):
    _, link, patient = sent
    cookie = store.run(patient, lambda unit: sessions.start(unit, link, "a phone"))
    door = store.door(doors.patient_session, cookie, clock.at)
    for _ in range(5):
        clock.forward(minutes=11)
        store.run(patient, sessions.touch, door.session_id)
    assert store.door(doors.patient_session, cookie, clock.at).live
    clock.forward(minutes=6)
    assert not store.door(doors.patient_session, cookie, clock.at).live


def test_at_most_three_browsers_are_in_at_once(store, sent):
    _, link, patient = sent
    for _ in range(5):
        store.run(patient, lambda unit: sessions.start(unit, link, "a phone"))
    live = select(func.count()).select_from(PatientSession).where(PatientSession.ended_at.is_(None))
    assert store.look(patient, lambda unit: unit.db.scalar(live)) == Limits().sessions


def test_an_answer_is_in_the_conversation_and_notifies_the_sender(store, sent, anna, heard):
    from core.messages import notify
    from core.messages.find import history

    message, link, patient = sent
    store.run(patient, answer, link, "Thank you")
    assert store.look(anna, history, message.conversation_id)[-1].text == "Thank you"
    assert [one.text for one in store.look(anna, notify.listing)] == ["Thank you"]
    assert store.look(anna, states, [message.id])[message.id].status is Release.ANSWERED


def test_what_was_typed_when_the_session_ended_comes_back_once_unlocked_again(store, sent):
    _, link, patient = sent
    for typed in ("Half", "Half a sen"):
        store.run(patient, keep_words, link, typed)
    assert store.look(patient, reading, link).kept == "Half a sen"
    store.run(patient, answer, link, "Half a sentence")
    assert store.look(patient, reading, link).kept == ""


def test_saying_not_me_closes_the_link_and_tells_the_sender(store, sent, anna):
    from core.messages import notify

    _, link, patient = sent
    store.run(patient, not_me, link)
    with pytest.raises(LinkFrozen):
        store.look(patient, live_link, link)
    assert "not for them" in store.look(anna, notify.listing)[0].text


def wrong_one(right: str, n: int) -> str:
    """The n-th code that is not the right one."""
    return f"{(int(right) + n) % 10**8:08d}"


def everything(store) -> str:
    """All rows of all tables as text, bytes included as far as they read as text."""
    from core import schema

    with store.reader.connect() as db:
        rows = [str(tuple(row)) for table in schema.metadata.sorted_tables for row in db.execute(table.select())]
    return "\n".join(rows)


def _quietly(store, patient, link, typed):
    try:
        store.run(patient, code.verify, link, Caller(PHONE), typed)
    except LinkFrozen:
        return
