"""Catalogue C, first part: the patient's session, and what may stand behind it."""

import re
import uuid
from datetime import timedelta

import pytest

from core.messages import notify
from core.practice import doors
from core.release.find import states
from core.release.link import take_back
from core.release.words import Release
from staffbot import create_app as staff_app
from tests.portal.visitor import HTTPS, PHONE, Visitor, unlock
from tests.staffbot.browser import Browser

SESSION = "__Host-lk_p"


@pytest.fixture
def inside(app, l1, network) -> Visitor:
    """A browser that unlocked L1."""
    guest = Visitor(app)
    assert unlock(guest, l1.url, network).status_code == 303
    return guest


@pytest.mark.attack("C01")
@pytest.mark.s("S29")
def test_unlocking_makes_a_fresh_session_and_invented_ones_open_nothing(app, l1, network):
    guest = Visitor(app)
    guest.client.set_cookie(SESSION, "A" * 43, domain="127.0.0.1", secure=True)
    unlock(guest, l1.url, network)
    assert re.fullmatch(r"[\w-]{43}", guest.cookie(SESSION)) and guest.cookie(SESSION) != "A" * 43
    assert guest.cookie("__Host-lk_pre") == ""
    forged = app.test_client(use_cookies=False)
    for value in ("A" * 43, "", "x", "../../etc"):
        answer = forged.get("/message", base_url=HTTPS, headers={"Cookie": f"{SESSION}={value}"})
        assert answer.status_code == 400 and "results" not in answer.text


@pytest.mark.attack("C02")
@pytest.mark.s("S30")
def test_a_session_sleeps_after_15_minutes_and_ends_after_60(inside, clock):
    clock.forward(minutes=15)
    asleep = inside.get("/message")
    assert asleep.status_code == 401 and "Get a new code" in asleep.text and "results" not in asleep.text


@pytest.mark.attack("C02")
@pytest.mark.s("S30")
def test_being_active_does_not_stretch_a_session_past_the_hour(inside, clock):
    for _ in range(5):
        clock.forward(minutes=11)
        assert inside.get("/message").status_code == 200
    clock.forward(minutes=6)
    assert inside.get("/message").status_code == 401


@pytest.mark.attack("C02")
@pytest.mark.s("S30")
def test_a_message_that_is_read_is_written_down_but_not_right_after_it_was_unlocked(inside, store, clock):
    def ends():
        return store.door(doors.patient_session, inside.cookie(SESSION), clock.at).ends_at

    first = ends()
    clock.forward(seconds=4)
    assert inside.get("/message").status_code == 200 and ends() == first
    clock.forward(seconds=1)
    assert inside.get("/message").status_code == 200 and ends() == first + timedelta(seconds=5)


@pytest.mark.attack("C03")
@pytest.mark.s("S31")
def test_the_session_cookie_is_bound_to_host_and_browser(app, l1, network):
    set_cookies = unlock(Visitor(app), l1.url, network).headers.getlist("Set-Cookie")
    cookie = next(one for one in set_cookies if one.startswith(f"{SESSION}="))
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert parts == {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"}


@pytest.mark.attack("C04")
@pytest.mark.s("S32")
def test_locking_ends_the_session_and_leaves_nothing_behind(app, inside):
    kept = inside.cookie(SESSION)
    assert inside.get("/message/lock").status_code == 405 and inside.get("/message").status_code == 200
    answer = inside.post("/message/lock")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    replayed = app.test_client(use_cookies=False).get(
        "/message", base_url=HTTPS, headers={"Cookie": f"{SESSION}={kept}"}
    )
    assert replayed.status_code == 400 and "results" not in replayed.text


@pytest.mark.attack("C05")
@pytest.mark.s("S33", "S52", "S82")
def test_anothers_file_looks_like_one_that_never_was(inside, l2, l3):
    files = [link.message.attachments[0].id for link in (l2, l3)]
    near = uuid.UUID(int=files[0].int + 1)
    nothing = inside.get(f"/message/files/{uuid.uuid4()}")
    assert nothing.status_code == 404
    for file_id in (*files, near):
        answer = inside.get(f"/message/files/{file_id}")
        assert (answer.status_code, answer.data) == (404, nothing.data)


@pytest.mark.attack("C06")
@pytest.mark.s("S34")
def test_taking_back_stops_an_open_page_at_its_next_request(inside, store, anna, l1):
    store.run(anna, take_back, l1.message.id)
    for path in ("/message", "/message/sent"):
        answer = inside.get(path)
        assert answer.status_code in (400, 404) and "results" not in answer.text


@pytest.mark.attack("C07")
@pytest.mark.s("S34")
def test_not_me_freezes_the_link_ends_the_session_and_tells_staff(inside, app, store, anna, l1):
    assert "We have closed this link" in inside.post("/message/not-me").text
    assert inside.get("/message").status_code == 400 and Visitor(app).get(l1.url).status_code == 410
    assert (
        inside.get(l1.url).status_code == 410
    )  # nor does it open where it was open: only wrong codes spare who is known
    assert store.look(anna, states, [l1.message.id])[l1.message.id].status is Release.FROZEN
    assert "not for them" in store.look(anna, notify.listing)[0].text


@pytest.mark.attack("C08")
@pytest.mark.s("S34")
def test_the_fourth_browser_signs_the_first_out(app, l1, network, clock):
    browsers = []
    for _ in range(4):
        browsers.append(Visitor(app))
        assert unlock(browsers[-1], l1.url, network).status_code == 303
        clock.forward(seconds=1)
        clock.forward(hours=1) if len(browsers) == 3 else clock.forward(minutes=4)
    assert browsers[0].get("/message").status_code == 400


@pytest.mark.attack("C09")
@pytest.mark.s("S74")
def test_nothing_behind_the_lock_is_kept_by_a_cache(inside):
    for path in ("/message", "/message/sent", "/unlock", "/unlock/not-me", "/form/start", "/nothing"):
        assert inside.get(path).headers["Cache-Control"] == "no-store", path
    assert inside.post("/message/reply", {"text": "Thank you"}).headers["Cache-Control"] == "no-store"


@pytest.mark.attack("C25")
@pytest.mark.s("S63", "S90")
def test_what_a_patient_writes_is_shown_as_written_on_both_sides(inside, settings, store, anna, l1, clock):
    nasty = "<script>alert(1)</script> <img src=x onerror=alert(1)> {{7*7}} ${7*7}"
    assert inside.post("/message/reply", {"text": nasty}).status_code == 303
    shown = "&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt; {{7*7}} ${7*7}"
    assert shown in inside.get("/message").text
    colleague = Browser(staff_app(settings, store).test_client(), clock, {})
    colleague.sign_in()
    page = colleague.get(f"/patients/{l1.patient.id}/messages").text
    assert "<script>alert" not in page and "<img src=x" not in page and "{{7*7}}" in page


@pytest.mark.attack("C26")
@pytest.mark.s("S90")
def test_the_eleventh_answer_in_an_hour_waits_and_keeps_its_words(inside):
    answers = [inside.post("/message/reply", {"text": f"Answer {n}"}).status_code for n in range(11)]
    assert answers == [303] * 10 + [429]
    assert "Answer 10" in inside.post("/message/reply", {"text": "Answer 10"}).text


@pytest.mark.s("S31")
def test_a_session_cookie_that_stands_there_twice_is_none(app, inside):
    kept = inside.cookie(SESSION)
    answer = app.test_client(use_cookies=False).get(
        "/message", base_url=HTTPS, headers={"Cookie": f"{SESSION}={kept}; {SESSION}=planted"}
    )
    assert answer.status_code == 400 and "results" not in answer.text


@pytest.mark.s("S30", "S91")
def test_what_was_typed_when_time_ran_out_comes_back_after_a_new_code(app, inside, l1, network, clock):
    token = re.search(r'csrf_token" value="([0-9a-f]+)', inside.get("/message").text)[1]
    clock.forward(minutes=16)
    late = inside.post("/message/reply", {"text": "Half a sentence", "csrf_token": token}, token=False)
    assert late.status_code == 401
    assert unlock(Visitor(app), l1.url, network).status_code == 303
    again = Visitor(app)
    clock.forward(minutes=5)
    unlock(again, l1.url, network)
    assert "Half a sentence" in again.get("/message").text and PHONE not in again.get("/message").text
