"""Catalogue B: access codes; what is counted, what is charged, and where it ends."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.audit.trail import entries
from core.live.log import newest, since
from core.messages import notify
from core.release import crowd
from core.release.find import states
from core.release.tables import LinkRow, PhoneGuard, Tally, WrongCode
from core.release.words import Release
from core.store.sealing import Place
from tests.attacks.codes import ask, asked_of, five_wrong, try_code
from tests.portal.visitor import PHONE, TOKEN, Visitor, unlock, wrong_one


@pytest.mark.attack("B07")
@pytest.mark.s("S15", "S21")
def test_five_wrong_codes_end_the_code(guest, store, l1, network):
    ask(guest, l1)
    right = network.code(PHONE)
    answers = five_wrong(guest, right)
    assert [one.status_code for one in answers] == [422] * 5 and try_code(guest, right).status_code == 422
    said = [re.findall(r"You can try (\d) more time", one.text)[:1] for one in answers]
    assert said == [[], [], ["2"], ["1"], []]
    assert store.look(l1.who, lambda unit: unit.db.scalar(select(LinkRow.wrong_in_row))) == 5


@pytest.mark.attack("B08")
@pytest.mark.s("S16")
def test_ten_in_a_row_freeze_the_link_whatever_codes_were_sent(guest, store, anna, l1, network, clock):
    for _ in range(2):
        ask(guest, l1)
        five_wrong(guest, network.code(PHONE))
        clock.forward(minutes=5)
    assert guest.get(l1.url).status_code == 410
    assert guest.get("/unlock").status_code == 410
    assert len(network.to(PHONE)) == 2
    assert store.look(anna, states, [l1.message.id])[l1.message.id].status is Release.FROZEN
    assert "closed" in store.look(anna, notify.listing)[0].text


@pytest.mark.attack("B09")
@pytest.mark.s("S16")
def test_a_right_code_ends_the_run_of_wrong_ones(app, l1, network, clock):
    for _ in range(2):
        guest = Visitor(app)
        ask(guest, l1)
        five_wrong(guest, network.code(PHONE))
        clock.forward(minutes=3)
        guest.post("/unlock/send")
        right = network.code(PHONE)
        for n in range(1, 5):
            try_code(guest, wrong_one(right, n))
        assert try_code(guest, right).status_code == 303
        clock.forward(hours=2)


@pytest.mark.attack("B10")
@pytest.mark.s("S17")
def test_twenty_wrong_codes_close_a_number_for_a_day_on_all_its_links(app, store, send, anna, amara, network, clock):
    links = [send(anna, amara, f"Letter {n}") for n in range(5)]
    for n, link in enumerate(links[:4]):
        guest = Visitor(app, f"203.0.113.{n}")
        ask(guest, link)
        five_wrong(guest, network.code(PHONE))
    clock.forward(minutes=6)
    answer = ask(Visitor(app), links[4])
    assert answer.status_code == 409 and "We could not text you" in answer.text and len(network.to(PHONE)) == 4
    clock.forward(hours=24)
    assert ask(Visitor(app), links[4]).status_code == 303


@pytest.mark.s("S17")
def test_a_hundred_wrong_codes_in_a_row_close_a_number_until_a_person_vouches_for_it(app, store, l1, network):
    from core.release import guesses

    guest = Visitor(app)
    ask(guest, l1)
    five_wrong(guest, network.code(PHONE))
    store.run(l1.who, lambda unit: unit.db.execute(update(PhoneGuard).values(wrong_in_row=100)))
    mac = store.look(l1.who, lambda unit: unit.db.scalar(select(LinkRow.phone_mac)))
    assert store.run(l1.who, guesses.closed, mac)
    store.run(l1.who, guesses.vouch, mac)
    assert not store.run(l1.who, guesses.closed, mac)


@pytest.mark.attack("B11", "F05")
@pytest.mark.s("S18", "S70")
def test_the_31st_wrong_code_of_an_address_waits_whatever_it_says_of_itself(app, send, anna, people, network):
    patients = people(7)
    links = [send(anna, one) for one in patients]
    statuses = []
    for n, link in enumerate(links):
        guest = Visitor(app, "203.0.113.9", **{"X-Forwarded-For": f"10.0.0.{n}", "X-Real-IP": f"10.0.0.{n}"})
        ask(guest, link)
        statuses += [one.status_code for one in five_wrong(guest, network.code(link.phone))]
    assert statuses == [422] * 30 + [429] * 5
    elsewhere = Visitor(app, "203.0.113.10")
    elsewhere.get(links[0].url)
    assert try_code(elsewhere, "12345678").status_code == 422


@pytest.mark.attack("B11")
@pytest.mark.s("S18", "S70")
def test_an_ipv6_network_counts_as_one_address(app, l1):
    answers = []
    for n in range(31):
        guest = Visitor(app, f"2001:db8:1:2::{n:x}")
        guest.get(l1.url)
        answers.append(try_code(guest, "nothing").status_code)
    assert answers == [422] * 30 + [429]


@pytest.mark.attack("B15")
@pytest.mark.s("S14", "S72")
def test_what_is_no_code_is_nobodys_guess_but_the_addresss(guest, store, l1, network):
    ask(guest, l1)
    right = network.code(PHONE)
    fields = [
        {"code": typed} for typed in ("1234567", "123456789", "abcdefgh", "", "١٢٣٤٥٦٧٨", "1234567\u00b2", "\0" * 8)
    ]
    fields += [{}, {"code[]": right}, {"code": [right, right]}]
    answers = [guest.post("/unlock/verify", one) for one in fields]
    assert {one.status_code for one in answers} == {422}
    assert all("The code has 8 numbers, like 4821 9037" in one.text for one in answers)
    assert store.look(l1.who, lambda unit: unit.db.scalar(select(LinkRow.wrong_in_row))) == 0
    assert try_code(guest, right).status_code == 303


@pytest.mark.attack("B17", "B18")
@pytest.mark.s("S22")
def test_codes_are_texted_after_60_120_and_240_seconds_and_three_an_hour(guest, l1, network, clock):
    sent, began = [], clock()
    for second in (*range(0, 320, 20), *range(360, 3_540, 300), 3_580, 3_600, 3_620):
        clock.at = began + timedelta(seconds=second)
        guest.get(l1.url)
        answer = guest.post("/unlock/send")
        assert answer.status_code in (303, 429)
        if answer.status_code == 303:
            sent.append(second)
            network.settle()
        else:
            assert int(answer.headers["Retry-After"]) > 0
    assert sent == [0, 60, 180, 3_600] and len(network.to(PHONE)) == 4


@pytest.mark.attack("B19")
@pytest.mark.s("S22")
def test_a_number_gets_ten_codes_a_day_over_all_its_links(app, send, anna, amara, network, clock):
    links = [send(anna, amara, f"Letter {n}") for n in range(6)]
    for _ in range(3):
        for link in links:
            ask(Visitor(app), link)
        network.settle()
        clock.forward(hours=1, minutes=5)
    assert len(network.to(PHONE)) == 10


def rung(store, who) -> list[str]:
    """The alarms that were raised, in order."""
    said = store.look(who, lambda unit: list(entries(unit)))
    return [one["facts"]["what"] for one in said if one["verb"] == "alarm raised"]


@pytest.mark.attack("B20")
@pytest.mark.s("S22", "S23")
def test_past_the_practices_budget_the_page_says_nothing_no_text_goes_and_staff_know(
    app, store, settings, send, anna, people, network, monkeypatch
):
    tight = settings.limits.model_copy(update={"practice_sends_a_day": 5})
    monkeypatch.setattr(store, "settings", settings.model_copy(update={"limits": tight}))
    patients = people(6)
    links = [send(anna, one) for one in patients]
    answers = [ask(Visitor(app), link) for link in links[:3]]
    assert rung(store, anna) == []
    answers += [ask(Visitor(app), link) for link in links[3:]]
    assert {(one.status_code, one.headers["Location"]) for one in answers} == {(303, "/unlock")}
    assert [len(network.to(one.mobile)) for one in patients] == [1] * 5 + [0]
    told = [one.text for one in store.look(anna, notify.listing)]
    assert any("access codes are used" in text for text in told)
    assert rung(store, anna) == ["nearly", "budget"]


@pytest.mark.attack("B21")
@pytest.mark.s("S22")
@pytest.mark.parametrize("number", ["+33612345678", "+449098790879", "+441632960001", "+12025550123"])
def test_no_text_goes_abroad_to_premium_numbers_or_landlines_even_if_the_database_says_so(
    app, store, l1, network, number
):
    def force(unit):
        row = unit.db.execute(select(LinkRow.id, LinkRow.patient_id)).one()
        sealed = unit.seals.seal(number.encode(), Place("link", row.id, "phone", row.patient_id), scope="links")
        unit.db.execute(update(LinkRow).values(phone=sealed))

    store.run(l1.who, force)
    assert ask(Visitor(app), l1).status_code == 409
    assert network.to(number) == [] and network.to(PHONE) == []


@pytest.mark.attack("B29")
@pytest.mark.s("S16")
def test_a_browser_that_unlocked_before_is_not_locked_out_by_a_stranger(app, send, anna, amara, l1, network, clock):
    patient, stranger = Visitor(app), Visitor(app, "203.0.113.77")
    unlock(patient, l1.url, network)
    clock.forward(minutes=2)
    second = send(anna, amara, "A second letter.")
    for _ in range(2):
        ask(stranger, second)
        five_wrong(stranger, network.code(PHONE))
        clock.forward(minutes=5)
    assert stranger.get(second.url).status_code == 410
    assert unlock(patient, second.url, network).status_code == 303
    assert "A second letter." in patient.get("/message").text


@pytest.mark.attack("B29")
@pytest.mark.s("S16")
def test_the_lane_of_a_known_browser_holds_five_wrong_codes(app, store, send, anna, amara, l1, network, clock):
    patient = Visitor(app)
    unlock(patient, l1.url, network)
    clock.forward(minutes=2)
    second = send(anna, amara, "A second letter.")
    ask(patient, second)
    five_wrong(patient, network.code(PHONE))
    clock.forward(minutes=2)
    ask(patient, second)
    assert try_code(patient, network.code(PHONE)).status_code == 422
    by_message = select(LinkRow.wrong_in_row).where(LinkRow.message_id == second.message.id)
    assert store.look(l1.who, lambda unit: unit.db.scalar(by_message)) == 0


@pytest.mark.attack("B35")
@pytest.mark.s("S19")
def test_the_breaker_makes_new_browsers_wait_tells_staff_and_lets_patients_in(
    app, store, send, anna, amara, people, network, clock
):
    known = Visitor(app)
    unlock(known, send(anna, amara, "The first.").url, network)
    clock.forward(minutes=2)
    for n, patient in enumerate(people(10)):
        guest = Visitor(app, f"198.51.100.{n}")
        ask(guest, send(anna, patient))
        five_wrong(guest, network.code(patient.mobile))
    link = send(anna, amara, "The second.")
    fresh = Visitor(app)
    fresh.get(link.url)
    hurried = fresh.post("/unlock/send")
    assert hurried.status_code == 429 and 0 < int(hurried.headers["Retry-After"]) <= 10
    assert "Wait 10 seconds" in hurried.text
    clock.forward(seconds=10)
    assert fresh.post("/unlock/send").status_code == 303
    right = network.code(PHONE)
    assert try_code(fresh, right).status_code == 303
    clock.forward(minutes=1)
    ask(known, send(anna, amara, "The third."))
    assert try_code(known, network.code(PHONE)).status_code == 303
    assert any("Many wrong codes" in one.text for one in store.look(anna, notify.listing))


@pytest.mark.s("S22")
def test_many_codes_to_numbers_alike_raise_the_alarm(app, store, send, anna, people, network):
    for n, patient in enumerate(people(21)):
        ask(Visitor(app, f"198.51.100.{n}"), send(anna, patient))
    assert any("nearly alike" in one.text for one in store.look(anna, notify.listing))


@pytest.mark.s("S22")
def test_an_address_asks_for_twenty_codes_an_hour(app, send, anna, people):
    asked = [ask(Visitor(app, "203.0.113.5"), send(anna, patient)).status_code for patient in people(21)]
    assert asked == [303] * 20 + [429]


@pytest.mark.s("S17", "S20")
def test_what_was_right_is_not_counted_as_wrong(store, guest, l1, network):
    unlock(guest, l1.url, network)
    wrong = store.look(l1.who, lambda unit: unit.db.scalars(select(WrongCode.id)).all())
    assert wrong == []
    charged = select(func.sum(Tally.count)).where(Tally.name.in_((crowd.WRONG, crowd.PORTAL_WRONG)))
    assert store.look(l1.who, lambda unit: unit.db.scalar(charged)) == 0
    assert store.look(l1.who, lambda unit: unit.db.scalar(select(PhoneGuard.wrong_in_row))) == 0


@pytest.mark.s("S21")
def test_whatever_is_wrong_with_a_code_the_database_is_asked_the_same_and_as_often_by_a_right_one(
    store, app, guest, l1, network, clock
):
    asked = asked_of(store)

    def asks(visitor, code, status=422):
        token = TOKEN.search(visitor.get("/unlock").text)[1]
        asked.clear()
        answer = visitor.post("/unlock/verify", {"code": code, "csrf_token": token}, token=False)
        assert answer.status_code == status
        return list(asked)

    never_asked = Visitor(app, "198.51.100.7")
    never_asked.get(l1.url)
    ask(guest, l1)
    right = network.code(PHONE)
    wrong = asks(guest, wrong_one(right))
    assert wrong == asks(never_asked, right)
    clock.forward(minutes=10)
    assert wrong == asks(guest, right) == asks(guest, wrong_one(right))  # it is too old now
    assert wrong == asks(guest, right) == asks(guest, right)  # the last of five, which ends the code
    guest.post("/unlock/send")
    assert len(asks(guest, network.code(PHONE), 303)) == len(wrong)


@pytest.mark.s("S21")
def test_a_wrong_code_shows_in_an_open_timeline_without_loading_it_again(store, guest, l1, network):
    ask(guest, l1)
    right = network.code(PHONE)
    before = store.look(l1.who, newest)
    try_code(guest, wrong_one(right))
    (told,) = store.look(l1.who, since, before)
    assert (told.name, told.data) == ("message.updated", {"message": str(l1.message.id)})
