"""Catalogue B31: a sensitive message asks for the patient's PIN; mailbox and phone alone open nothing (S26)."""

import pytest
from sqlalchemy import select

from core.compose.draft import prepare
from core.compose.words import Command, Order
from core.errors import Forbidden, Invalid
from core.release import pin
from core.release.pin import MissingPin
from core.release.tables import LinkRow, PatientPin
from tests.attacks.codes import asked_of
from tests.portal.visitor import PHONE, TOKEN, Visitor, wrong_one

CHOSEN = "brass lantern"


@pytest.fixture
def sensitive(store, send, anna, amara):
    pin.choose(store, anna, amara.id, CHOSEN)
    return send(anna, amara, "Something private.", sensitive=True)


def wrong_ones(store, link) -> int:
    return store.look(link.who, lambda unit: unit.db.scalar(select(LinkRow.wrong_in_row)))


@pytest.mark.attack("B31")
@pytest.mark.s("S26", "S21")
def test_neither_code_nor_pin_alone_opens_and_nobody_learns_which_was_wrong(app, store, sensitive, network):
    guest = Visitor(app)
    guest.get(sensitive.url)
    guest.post("/unlock/send")
    assert "Your PIN" in guest.get("/unlock").text
    right = network.code(PHONE)
    tries = [
        {"code": right, "pin": "copper lantern"},
        {"code": wrong_one(right), "pin": CHOSEN},
        {"code": wrong_one(right), "pin": "copper lantern"},
        {"code": right, "pin": CHOSEN[:-1]},
    ]
    answers = [guest.post("/unlock/verify", fields) for fields in tries]
    assert {one.status_code for one in answers} == {422}
    assert answers[0].data == answers[1].data and answers[2].data != answers[1].data  # only the tries left are told
    assert "You can try 1 more time" in answers[3].text
    assert all(
        "Check each thing that you typed" in one.text for one in answers
    )  # else only the code would be tried anew
    assert all("PIN" not in one.text.split('role="alert"')[1].split("</div>")[0] for one in answers)
    assert wrong_ones(store, sensitive) == 4 and guest.get("/message").status_code == 400
    opened = guest.post("/unlock/verify", {"code": right, "pin": CHOSEN})
    assert opened.status_code == 303 and "Something private." in guest.get("/message").text
    assert wrong_ones(store, sensitive) == 0


@pytest.mark.attack("B31")
@pytest.mark.s("S14", "S26")
def test_a_pin_that_was_not_typed_is_nobodys_guess_and_the_code_stays_in_its_field(app, store, sensitive, network):
    guest = Visitor(app)
    guest.get(sensitive.url)
    guest.post("/unlock/send")
    right = network.code(PHONE)
    wrong = wrong_one(right)
    tries = [{"code": right}, {"code": wrong}, {"code": wrong, "pin": "  "}, {"code": wrong, "pin": [CHOSEN, CHOSEN]}]
    answers = [guest.post("/unlock/verify", fields) for fields in tries]
    assert {one.status_code for one in answers} == {422} and "Type your PIN, too." in answers[0].text
    assert {one.text.replace(right, "").replace(wrong, "") for one in answers[1:]} == {
        answers[0].text.replace(right, "")
    }
    assert f'value="{right}"' in answers[0].text and wrong_ones(store, sensitive) == 0
    assert guest.post("/unlock/verify", {"code": right, "pin": CHOSEN}).status_code == 303


@pytest.mark.s("S21", "S26")
def test_how_often_the_database_is_asked_does_not_tell_which_was_wrong(app, store, sensitive, network):
    guest = Visitor(app)
    guest.get(sensitive.url)
    guest.post("/unlock/send")
    right, asked = network.code(PHONE), asked_of(store)
    token = TOKEN.search(guest.get("/unlock").text)[1]
    seen = []
    for code, typed in ((right, "copper lantern"), (wrong_one(right), CHOSEN), (wrong_one(right), "copper lantern")):
        asked.clear()
        fields = {"code": code, "pin": typed, "csrf_token": token}
        assert guest.post("/unlock/verify", fields, token=False).status_code == 422
        seen.append(list(asked))
    assert seen[0] == seen[1] == seen[2]


@pytest.mark.attack("B31")
@pytest.mark.s("S26")
def test_a_pin_taken_away_opens_nothing(app, store, anna, amara, sensitive, network):
    store.run(anna, pin.take_away, amara.id)
    guest = Visitor(app)
    guest.get(sensitive.url)
    guest.post("/unlock/send")
    for typed in (CHOSEN, ""):
        assert guest.post("/unlock/verify", {"code": network.code(PHONE), "pin": typed}).status_code == 422


@pytest.mark.s("S26")
def test_a_message_that_is_not_sensitive_asks_for_no_pin(app, store, anna, amara, l1, network):
    pin.choose(store, anna, amara.id, CHOSEN)
    guest = Visitor(app)
    guest.get(l1.url)
    guest.post("/unlock/send")
    assert "Your PIN" not in guest.get("/unlock").text
    assert guest.post("/unlock/verify", {"code": network.code(PHONE)}).status_code == 303


@pytest.mark.s("S26")
def test_a_sensitive_message_is_not_even_drafted_for_a_patient_without_a_pin(store, anna, amara):
    order = Order(Command.DIRECT, (amara.id,), "Something private.", sensitive=True)
    with pytest.raises(MissingPin):
        store.run(anna, prepare, order)
    pin.choose(store, anna, amara.id, CHOSEN)
    assert store.run(anna, prepare, order).sensitive


@pytest.mark.s("S26")
@pytest.mark.parametrize("typed", ["", "12345", "1234567", "seven77", "111111", "121212", "123456", "987654", "x" * 65])
def test_a_pin_that_is_short_long_or_easy_is_refused(typed):
    if typed == "1234567":
        typed = "234567"
    with pytest.raises(Invalid):
        pin.check(typed)


@pytest.mark.s("S26", "S36")
def test_a_pin_is_kept_as_a_slow_hash_set_only_by_who_may_change_patients(store, anna, carl, amara):
    with pytest.raises(Forbidden):
        pin.choose(store, carl, amara.id, CHOSEN)
    pin.choose(store, anna, amara.id, CHOSEN)
    kept = store.look(anna, lambda unit: unit.db.scalar(select(PatientPin.hash)))
    assert kept.startswith("$argon2id$") and CHOSEN not in kept
