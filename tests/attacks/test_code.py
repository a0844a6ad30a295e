"""Catalogue B: access codes; what is sent, and what opens."""

import re
from collections import Counter

import pytest
from sqlalchemy import select

from core.delivery.segments import count
from core.patients import record
from core.release import code
from core.release.steps import steps_of
from core.release.tables import CodeRow, LinkRow
from tests.attacks.codes import BY_HAND, NAVIGATION, ask, five_wrong, try_code
from tests.portal.visitor import PHONE, Visitor, state, wrong_one


@pytest.mark.attack("B01", "B23")
@pytest.mark.s("S9", "S10", "S23", "S24")
def test_the_text_is_one_segment_with_code_and_host_and_the_page_shows_two_digits(guest, l1, network, settings):
    assert ask(guest, l1).status_code == 303
    texts = network.to(PHONE)
    assert len(texts) == 1
    said = texts[0].text
    assert count(said).segments == 1 and count(said).encoding == "GSM-7" and len(said) <= 160
    assert re.fullmatch(r"@127\.0\.0\.1 #\d{8}", said.splitlines()[-1])
    assert not re.search(r"Amara|Testwell|Clinic|http|results", said)
    page = guest.get("/unlock").text
    assert "57" in page and "0057" not in page and "900057" not in page


@pytest.mark.attack("B02")
@pytest.mark.s("S10")
def test_codes_are_eight_digits_and_no_digit_is_favoured_anywhere():
    made = [code.make_code() for _ in range(20_000)]
    assert all(re.fullmatch("[0-9]{8}", one) for one in made)
    for place in range(8):
        seen = Counter(one[place] for one in made)
        chi = sum((seen[digit] - 2_000) ** 2 / 2_000 for digit in "0123456789")
        assert chi < 45, place  # 9 degrees of freedom: p > 0.000001 for each


@pytest.mark.attack("B03")
@pytest.mark.s("S12")
def test_a_right_code_opens_once(app, guest, l1, network):
    second = Visitor(app)
    ask(guest, l1)
    right = network.code(PHONE)
    second.client._cookies = dict(guest.client._cookies)  # the very same browser, in another tab
    second.get("/unlock")
    assert try_code(guest, right).headers["Location"] == "/message"
    assert try_code(second, right).status_code == 422


@pytest.mark.attack("B04", "B05")
@pytest.mark.s("S11")
@pytest.mark.parametrize(("age", "opens"), [(599, True), (600, False), (-61, False)])
def test_a_code_lives_600_seconds_and_never_comes_from_the_future(guest, l1, network, clock, age, opens):
    ask(guest, l1)
    right = network.code(PHONE)
    clock.forward(seconds=age)
    assert try_code(guest, right).status_code == (303 if opens else 422)


@pytest.mark.attack("B06")
@pytest.mark.s("S12")
@pytest.mark.parametrize("typed", [0, 1, 2])
def test_of_three_codes_the_last_two_open_and_either_kills_all(guest, l1, network, clock, typed):
    codes = []
    guest.get(l1.url)
    for wait in (61, 121, 0):
        guest.post("/unlock/send")
        codes.append(network.code(PHONE))
        clock.forward(seconds=wait)
    assert try_code(guest, codes[typed]).status_code == (422 if typed == 0 else 303)


@pytest.mark.attack("B06b")
@pytest.mark.s("S12", "S22")
def test_a_machine_that_presses_twenty_times_neither_texts_nor_blocks_the_patient(app, store, l1, network, clock):
    patient, machine = Visitor(app), Visitor(app)
    ask(patient, l1, **BY_HAND)
    machine.get(l1.url)
    for n in range(20):
        again = {"again": "1"} if n % 2 else {}
        machine.post("/unlock/send", again, **NAVIGATION)
    machine.post("/unlock/send", **BY_HAND)
    assert len(network.to(PHONE)) == 1
    what = [row.what for row in store.look(l1.who, steps_of, l1.message.id)]
    assert "machine_press" in what and what.count("code_sent") == 1
    assert try_code(patient, network.code(PHONE)).status_code == 303


@pytest.mark.attack("B06b")
@pytest.mark.s("S22")
def test_a_press_within_two_seconds_of_delivery_and_fetching_gets_the_button_once_more(app, l1, network, clock):
    hasty = Visitor(app, **{"User-Agent": "Mozilla/5.0 (Windows NT 10.0) like a browser"})
    page = ask(hasty, l1)
    assert page.status_code == 200 and "press the button once more" in page.text and network.to(PHONE) == []
    clock.forward(seconds=3)
    assert hasty.post("/unlock/send").status_code == 303 and len(network.to(PHONE)) == 1


@pytest.mark.attack("B12")
@pytest.mark.s("S12")
def test_a_code_is_for_the_browser_that_asked_and_anothers_try_is_charged(app, store, guest, l1, network):
    other = Visitor(app)
    ask(guest, l1)
    right = network.code(PHONE)
    other.get(l1.url)
    assert try_code(other, right).status_code == 422
    assert store.look(l1.who, lambda unit: unit.db.scalar(select(LinkRow.wrong_in_row))) == 1
    assert try_code(guest, right).status_code == 303


@pytest.mark.attack("B13")
@pytest.mark.s("S12", "S33")
def test_another_links_code_opens_nothing_here(app, guest, l1, l2, network):
    ask(Visitor(app), l2)
    ask(guest, l1)
    assert try_code(guest, network.code("+447700900058")).status_code == 422


@pytest.mark.attack("B14")
@pytest.mark.s("S14")
@pytest.mark.parametrize("shape", ["{0}{1} {2}{3}", "{0}-{1}-{2}-{3}", " {0} {1} {2} {3} "])
def test_spaces_and_dashes_are_forgiven(guest, l1, network, shape):
    ask(guest, l1)
    right = network.code(PHONE)
    typed = shape.format(*(right[n : n + 2] for n in (0, 2, 4, 6)))
    assert try_code(guest, typed).status_code == 303


@pytest.mark.attack("B16")
@pytest.mark.s("S21")
def test_wrong_old_superseded_used_up_and_never_sent_codes_get_one_answer(app, send, anna, people, network, clock):
    pages = []
    for patient, kind in zip(people(5), ("wrong", "old", "superseded", "used up", "none"), strict=True):
        link, guest = send(anna, patient), Visitor(app)
        guest.get(link.url)
        typed = "12345678"
        if kind != "none":
            guest.post("/unlock/send")
            typed = network.code(link.phone)
        if kind == "superseded":
            for seconds in (61, 121):
                clock.forward(seconds=seconds)
                guest.post("/unlock/send")
        if kind == "used up":
            five_wrong(guest, typed)
        clock.forward(hours=2)
        answer = try_code(guest, wrong_one(typed) if kind == "wrong" else typed)
        text = re.sub(r'csrf_token" value="[0-9a-f]+|ends in <bdi dir="ltr">\d\d', "", answer.text)
        headers = {k: v for k, v in answer.headers.items() if k not in ("Date", "Content-Length")}
        pages.append((answer.status_code, re.sub(r"\s+", " ", text), headers))
    assert pages[0][0] == 422 and all(one == pages[0] for one in pages)


@pytest.mark.attack("B22")
@pytest.mark.s("S23")
def test_the_page_after_the_press_does_not_wait_for_the_network(guest, store, l1, network):
    """The text is queued; whatever becomes of it later, the answer was given before anybody was called."""
    from core.delivery.tables import OutboxRow

    answer = ask(guest, l1)
    waiting = store.look(l1.who, lambda unit: unit.db.scalars(select(OutboxRow.attempts)).all())
    assert answer.status_code == 303 and waiting == [0]
    page = guest.get("/unlock").text
    network.settle()
    assert guest.get("/unlock").text == page


@pytest.mark.attack("B24")
@pytest.mark.s("S13")
def test_a_code_is_kept_as_a_keyed_hash_bound_to_its_link(store, guest, l1, network):
    ask(guest, l1)
    right = network.code(PHONE)
    row = store.look(l1.who, lambda unit: unit.db.execute(select(CodeRow.id, CodeRow.mac, CodeRow.link_id)).one())
    here = store.look(l1.who, code._mac, row.link_id, row.id, right)
    there = store.look(l1.who, code._mac, row.id, row.id, right)
    assert row.mac == here != there and right.encode() not in row.mac


@pytest.mark.attack("B27", "F11")
@pytest.mark.s("S68")
@pytest.mark.parametrize(
    "forged",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"token": False},
        {"token": "another"},
    ],
)
def test_a_post_that_is_not_from_our_page_is_refused(app, guest, store, l1, network, forged):
    other = Visitor(app)
    for one in (guest, other):
        one.get(l1.url)
    before = state(store)
    for path in ("/unlock/send", "/unlock/verify", "/unlock/not-me"):
        if forged.get("token") == "another":
            foreign = re.search(r'csrf_token" value="([0-9a-f]+)', other.get("/unlock").text)[1]
            answer = guest.post(path, {"csrf_token": foreign}, token=False)
        elif "token" in forged:
            answer = guest.post(path, token=False)
        else:
            answer = guest.post(path, **forged)
        assert answer.status_code in (400, 403)
    assert state(store) == before and network.to(PHONE) == []


@pytest.mark.attack("B28")
@pytest.mark.s("S5", "S107")
@pytest.mark.parametrize("change", ["edited", "truncated", "old", "twice"])
def test_a_changed_old_or_doubled_cookie_is_none(app, guest, l1, change):
    guest.get(l1.url)
    kept = guest.cookie("__Host-lk_pre")
    sent = {
        "edited": f"__Host-lk_pre=x{kept[1:]}",
        "truncated": f"__Host-lk_pre={kept[:-3]}",
        "twice": f"__Host-lk_pre={kept}; __Host-lk_pre={kept}",
        "old": f"__Host-lk_pre={_aged(app, kept)}",
    }[change]
    answer = app.test_client(use_cookies=False).get(
        "/unlock", base_url="https://127.0.0.1:8001", headers={"Cookie": sent}
    )
    assert answer.status_code == 400 and "Open the link from your email" in answer.text


def _aged(app, value: str) -> str:
    """The same cookie as if it had been signed sixteen minutes ago."""
    import time
    from unittest.mock import patch

    signed = app.extensions["latchkey"].before
    said = signed.read(value)
    with patch("itsdangerous.timed.time.time", return_value=time.time() - 16 * 60):
        return signed.write(said)


@pytest.mark.attack("B33")
@pytest.mark.s("S27")
def test_a_changed_number_never_gets_an_old_links_code(guest, store, system, amara, l1, network):
    store.run(system, record.change, amara.id, mobile="07700 900099")
    ask(guest, l1)
    assert network.to("+447700900099") == [] and len(network.to(PHONE)) == 1
