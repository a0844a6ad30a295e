"""The staff's pages over HTTP: who gets in, what every answer carries, what a newcomer sees."""

import functools
import io
import re
import threading

import pytest
from PIL import Image

from core.compose import scheduled
from core.delivery import find as deliveries
from core.delivery import reports
from core.delivery.suppression import suppress
from core.delivery.words import Bar, Report, Status
from core.messages import conversations, notify
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice import passwords, sessions
from core.release.link import link_of, send_direct
from core.release.steps import step
from staffbot import create_app
from tests.conftest import PASSWORD
from tests.core.compose.test_scheduled import plan
from tests.portal.visitor import state
from tests.staffbot.browser import BASE, Browser, signed_in, token_in


def test_signing_in_opens_the_chat_and_a_newcomer_is_told_what_to_do(browser, anna):
    answer = browser.sign_in()
    assert answer.status_code == 303
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if one.startswith("__Host-lk_s="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")[1:]}
    assert "Domain" not in cookie and "Max-Age" not in cookie
    page = browser.get("/").text
    assert "Nobody here yet" in page and "Add a passkey" in page and "Add a patient" in page


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.s("S36")
def test_when_too_many_sign_in_at_once_it_says_so_and_when_to_come_again(browser, anna, monkeypatch):
    monkeypatch.setattr(passwords, "_waiting", threading.Semaphore(0))
    answer = browser.give_password()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_five_wrong_passwords_make_one_wait_and_the_wait_ends(browser, anna, clock):
    for _ in range(5):
        assert browser.give_password(password="not the right password").status_code == 422
    waits = browser.give_password()
    assert waits.status_code == 429 and 0 < int(waits.headers["Retry-After"]) <= 31
    clock.forward(seconds=31)
    assert browser.give_password().status_code == 303


def test_a_post_from_elsewhere_does_not_sign_in(browser, anna):
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        assert browser.give_password(**headers).status_code == 403


def test_a_form_that_another_tab_made_too_old_comes_again_with_the_address_typed(browser, anna):
    """Each tab asks for the form; the cookie to which it is bound is that of the last."""
    typed = {"email": "anna@elm.example", "password": PASSWORD}
    without = browser.send("/login", typed, "of a page whose cookie was not kept", **{"Sec-Fetch-Site": "same-origin"})
    assert without.status_code == 403 and "Your browser sent no cookie." in without.text
    again = browser.send("/login", typed, "of an older page", **{"Sec-Fetch-Site": "same-origin"})
    assert "This page was too old." in again.text
    assert again.status_code == 403 and 'value="anna@elm.example"' in again.text and "once more" in again.text
    elsewhere = browser.send("/login", typed, "of an older page")
    assert elsewhere.status_code == 403 and "anna@elm.example" not in elsewhere.text  # not said by one of our pages
    assert browser.send("/login", typed, token_in(again.text)).status_code == 303


def test_a_page_learns_whose_session_it_is_and_asking_keeps_nobody_signed_in(browser, anna, clock):
    """U7, S45."""
    head = functools.partial(browser.client.head, "/login/here", base_url=BASE)
    assert head().status_code == 401
    browser.sign_in()
    mine = meta(browser.get("/patients").text, "session")
    clock.forward(minutes=20)
    assert (head().status_code, head().headers["Session-Id"]) == (200, mine)
    assert meta(browser.get("/login/here").text, "person") == f"{anna.actor.id} owner"
    clock.forward(minutes=11)
    assert head().status_code == 401
    typed = {"email": "anna@elm.example", "password": PASSWORD, "to": "/login/here"}
    step = browser.post("/login", typed).location
    code = {"code": browser.apps["anna@elm.example"].code(), "to": "/login/here"}
    assert browser.send("/login/2fa", code, token_in(browser.get(step).text)).location == "/login/here"
    assert head().headers["Session-Id"] != mine


def meta(page, name):
    return re.search(rf'<meta name="{name}" content="([^"]*)">', page)[1]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/patients",
        "/notifications",
        "/credits",
        "/forms",
        "/sandbox/",
        "/c/" + "0" * 8 + "-0000-7000-8000-" + "0" * 12,
    ],
)
def test_every_page_needs_a_session_and_comes_back_to_it(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 303 and answer.headers["Location"] == f"/login?to={path}"


def test_no_route_is_open_that_was_not_meant_to_be(app, browser):
    public = {
        "/login",
        "/login/forgotten",
        "/login/new",
        "/healthz",
        "/readyz",
        "/metrics",
        "/static/<name>.css",
        "/static/<mark>/<path:name>",
        "/ws",
    }
    for rule in app.url_map.iter_rules():
        if rule.rule in public or "GET" not in rule.methods:
            continue
        plain = re.sub(r"<int:[^>]+>", "1", rule.rule)
        path = re.sub(r"<[^>]+>", "00000000-0000-7000-8000-000000000000", plain)
        assert browser.get(path).status_code == 303, rule.rule


@pytest.mark.s("S45")
def test_half_an_hour_of_rest_or_twelve_hours_of_work_end_a_session(browser, anna, clock):
    browser.sign_in()
    clock.forward(minutes=31)
    assert browser.get("/patients").status_code == 303
    browser.sign_in()
    for _ in range(26):
        clock.forward(minutes=28)
        browser.get("/patients")
    assert browser.get("/patients").status_code == 303


@pytest.mark.s("S45")
def test_a_page_that_asks_whether_one_is_signed_in_keeps_nobody_so(browser, anna, clock):
    browser.sign_in()
    for _ in range(2):
        clock.forward(minutes=14)
        assert browser.client.head("/settings", base_url=BASE).status_code == 200
    clock.forward(minutes=2)
    assert browser.get("/settings").status_code == 303


def test_ending_all_sessions_ends_them_now(browser, store, system, anna):
    browser.sign_in()
    store.run(system, sessions.end_all, anna.actor.id)
    assert browser.get("/patients").status_code == 303


@pytest.mark.attack("D22")
@pytest.mark.s("S76")
def test_a_return_address_is_a_path_of_ours(browser, anna):
    for to in ("https://evil.example", "//evil.example", "/\\evil.example", "//patients", "patients"):
        answer = browser.post("/login", {"email": "anna@elm.example", "password": PASSWORD, "to": to})
        assert answer.headers["Location"] == "/login/enrol?to=/"


@pytest.mark.s("S72", "S76")
def test_where_to_go_on_and_where_one_came_from_may_be_anything(browser, anna, clock):
    browser.sign_in()
    for to in ("/patients%3Fx=1%0D%0ASet-Cookie:%20a=b", "/patients%3Fx=%00", "/patients%3Fx=%E2%80%A8"):
        answer = browser.get(f"/login?to={to}")
        assert answer.status_code == 303 and answer.headers["Location"] == "/", to
    clock.forward(minutes=11)
    answer = browser.post("/security/recovery", {}, Referer="https://[x")
    assert answer.status_code == 403 and "/login/again" in answer.text


@pytest.mark.parametrize("path", ["/login", "/nothing", "/patients", "/static/none/x.js"])
@pytest.mark.s("S66")
def test_every_answer_carries_the_headers(browser, anna, path):
    browser.sign_in()
    answer = browser.get(path)
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["trusted-types"] == "'none'" and policy["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"] and "'nonce-" in policy["script-src"]
    assert answer.headers["Referrer-Policy"] == "same-origin" and answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_assistant_cannot_take_a_message_back(browser, store, carl, amara, network):
    message = store.run(carl, send_direct, amara, "Hello")
    browser.sign_in(email="carl@elm.example")
    answer = browser.post(f"/messages/{message.id}/take-back", {})
    assert answer.status_code == 403 and "Your role (assistant) cannot take messages back" in answer.text


@pytest.mark.s("S45")
def test_a_messages_page_that_makes_itself_anew_keeps_nobody_signed_in_and_is_no_second_look(
    browser, store, anna, amara, clock
):
    message = store.run(anna, send_direct, amara, "Hello")
    browser.sign_in()
    assert "What happened" in browser.get(f"/messages/{message.id}").text
    clock.forward(minutes=20)
    before = state(store)
    again = browser.get(f"/messages/{message.id}/now")
    assert again.status_code == 200 and "What happened" in again.text and state(store) == before
    clock.forward(minutes=11)
    assert browser.get(f"/messages/{message.id}/now").headers["Location"].startswith("/login")


def test_the_pretend_network_is_gone_once_providers_are_real(settings, store, anna, clock):
    real = settings.model_copy(update={"email_provider": "mailjet", "sms_provider": "plivo"})
    browser = Browser(create_app(real, store).test_client(), clock, {})
    browser.sign_in()
    assert browser.get("/sandbox/").status_code == 404


@pytest.mark.attack("D19")
@pytest.mark.s("S47", "S103")
def test_erasing_a_message_for_good_asks_once_more_who_one_is(browser, store, anna, amara, clock):
    message = store.run(anna, send_direct, amara, "Something to be erased.")
    browser.sign_in()
    page, path = f"/messages/{message.id}", f"/messages/{message.id}/erase"
    assert f'href="{path}"' in browser.get(page).text
    unsaid = browser.post(path, {"reason": " "}, on=path)
    assert unsaid.status_code == 422 and "Say why" in unsaid.text and "Erase it now" in unsaid.text
    clock.forward(minutes=11)
    assert browser.post(path, {"reason": "the patient asked"}).status_code == 403
    assert "/login/again" in browser.get(path).location
    assert "Something to be erased." in browser.get(page).text


@pytest.mark.attack("D24")
@pytest.mark.s("S45")
def test_a_sixth_sign_in_ends_the_first(app, store, anna, clock):
    browsers = [signed_in(app, store, anna, clock) for _ in range(6)]
    assert [one.get("/patients").status_code for one in browsers] == [303, *[200] * 5]


@pytest.mark.s("S71")
def test_a_body_larger_than_its_page_needs_is_refused(browser, anna):
    for page in ("2fa", "enrol", "kept"):  # before there is a ticket the answer is that there is none
        assert (
            browser.client.post(f"/login/{page}", data={"to": "x" * (20 << 10)}, base_url=BASE).location
            == "/login?to=/"
        )
    browser.sign_in()
    assert browser.post("/login/again", {"password": "x" * (20 << 10)}, on="/security").status_code == 413
    assert browser.post("/settings", {"more": "x" * (300 << 10)}).status_code == 413


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_patients_language_is_chosen_on_their_page(settings, store, anna, carl, amara, clock):
    app, page = create_app(settings, store), f"/patients/{amara.id}"
    owner, details = signed_in(app, store, anna, clock), f"{page}/details"
    assert "Until you ask, we write in English." in owner.get(details).text
    assert owner.post(f"{page}/language", {"language": "de"}, on=details).location == f"{details}?done=language"
    assert "The language is kept" in owner.get(f"{details}?done=language").text
    assert '<option value="de" lang="de" selected>Deutsch</option>' in owner.get(details).text
    assert "Choose one of the list" in owner.post(f"{page}/language", {"language": "tlh"}, on=details).text
    assistant = signed_in(app, store, carl, clock)
    said = assistant.get(details).text
    assert "Language: Deutsch" in said and "Ask a practitioner, admin or owner to correct it" in said
    assert assistant.post(f"{page}/language", {"language": "en"}, on="/patients").status_code == 403


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_admin_takes_a_picture_as_logo_and_hears_what_is_none(settings, store, anna, clock):
    admin = signed_in(create_app(settings, store), store, anna, clock)
    page = "/admin/lock"

    def upload(data):
        given = {"csrf_token": token_in(admin.get(page).text), "logo": (io.BytesIO(data), "logo.png")}
        return admin.client.post(f"{page}/logo", data=given, base_url=BASE, content_type="multipart/form-data")

    assert "That is no PNG or JPEG picture" in upload(b"<svg/>").text
    out = io.BytesIO()
    Image.new("RGB", (40, 20)).save(out, "PNG")
    assert admin.get(f"{page}/logo.png").status_code == 404
    assert upload(out.getvalue()).status_code == 303
    assert "/admin/lock/logo.png" in admin.get(page).text and admin.get(f"{page}/logo.png").content_type == "image/png"
    assert admin.post(f"{page}/logo/remove", {}, on=page).status_code == 303
    assert admin.get(f"{page}/logo.png").status_code == 404


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_an_admin_chooses_when_unopened_messages_are_chased_and_each_person_what_they_hear(
    settings, store, anna, clock
):
    admin, page = signed_in(create_app(settings, store), store, anna, clock), "/admin/lock"
    assert "choose more days" in admin.post(f"{page}/chase", {"remind": "3", "call": "2"}, on=page).text
    assert "in the list" in admin.post(f"{page}/chase", {"remind": "²", "call": "2"}, on=page).text
    assert admin.post(f"{page}/chase", {"remind": "1", "call": "0"}, on=page).location == f"{page}?done=days"
    shown = admin.get(f"{page}?done=days").text
    assert 'role="status"' in shown and "It is kept, also for what waits already." in shown
    assert '<option value="1" selected>After 1 day</option>' in shown and "ask the sender to call" in shown
    assert 'name="heads_up" value="1" aria' in shown and 'name="reminder" value="1" aria' in shown
    assert admin.post(f"{page}/texts", {"heads_up": "1"}, on=page).location == f"{page}?done=texts"
    shown = admin.get(f"{page}?done=texts").text
    assert 'name="heads_up" value="1" checked' in shown and 'name="reminder" value="1" aria' in shown
    assert "Elm Clinic has sent you a secure message by email. Please open it by Mon 30 Nov." in shown
    assert 'name="opened" value="1" checked' in admin.get("/settings").text
    admin.post("/settings", {"undo": "10", "notice": "15", "mail": "patients"}, on="/settings")
    assert admin.get("/settings").text.count('name="mail"') == 3
    assert re.findall(r'name="mail" value="(\w+)" checked', admin.get("/settings").text) == ["patients"]
    assert 'name="opened" value="1">' in admin.get("/settings").text


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_admins_read_what_providers_keep(settings, store, anna, clock, monkeypatch):
    admin = signed_in(create_app(settings, store), store, anna, clock)
    assert "Texts and emails go to the pretend network" in admin.get("/admin/webhooks").text
    monkeypatch.setattr(store, "settings", settings.model_copy(update={"sms_provider": "plivo"}))
    page = admin.get("/admin/webhooks").text
    assert "Plivo keeps no words of a text" in page and "Emails go to the pretend network" in page
    assert "without its last three digits" in page and "without its last three digits" in admin.get("/admin/lock").text
    whole = {"sms_provider": "plivo", "plivo_log": "number_only"}
    monkeypatch.setattr(store, "settings", settings.model_copy(update=whole))
    assert "the whole number, for 90 days" in admin.get("/admin/webhooks").text
    assert "your whole number for 90 days" in admin.get("/admin/lock").text


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.s("S28")
def test_the_page_of_the_lock_says_what_a_texted_code_is_worth_and_what_else_there_is(settings, store, anna, clock):
    page = signed_in(create_app(settings, store), store, anna, clock).get("/admin/lock").text
    help_text, contract = page.split("Words for your privacy notice and contract")
    for said in (help_text, contract):
        for word in ("AAL1", "SIM", "PIN", "unlock card"):
            assert word in said, word


def test_other_words_for_what_is_planned_are_asked_about_and_nothing_typed_is_lost(store, ben, amara, ben_at_work):
    place = f"/scheduled/{plan(store, ben, amara).id}"
    other = {"at": "2026-11-24T10:00", "text": "Your HIV test\r\nis positive"}
    asked = ben_at_work.post(place, other, on="/scheduled")
    assert asked.status_code == 422 and "say why not" in asked.text and "is positive</textarea>" in asked.text
    assert 'name="clinical" value="urgent"' in asked.text
    assert ben_at_work.post(place, other | {"clinical": "urgent"}, on="/scheduled").status_code == 303
    assert store.look(ben, scheduled.listing)[0].text == "Your HIV test\nis positive"


def test_light_or_dark_is_chosen_for_a_browser_and_stands_in_the_page_before_it_is_drawn(browser, anna):
    browser.sign_in()
    assert "data-theme" not in browser.get("/settings").text
    for wanted, said in (("dark", 'data-theme="dark"'), ("light", 'data-theme="light"')):
        browser.post("/settings", {"undo": "10", "notice": "15", "colours": wanted}, on="/settings")
        assert all(f'<html lang="en" {said}>' in browser.get(path).text for path in ("/patients", "/", "/settings"))
    browser.client.set_cookie("__Host-lk_c", 'dark"><script>', domain="127.0.0.1", secure=True)
    assert "data-theme" not in browser.get("/patients").text


def test_the_chat_begins_with_what_was_open_last_if_it_may_still_be_seen(browser, store, clock, anna, ben, carl):
    left, newest = (store.run(anna, conversations.open_with_staff, one.actor.id) for one in (ben, carl))
    clock.forward(minutes=1)
    store.run(anna, post, newest.id, Writing(Kind.INTERNAL, Direction.INTERNAL, "Room 3 is free."))
    browser.sign_in()

    def begins() -> str:
        return browser.get("/").headers["Location"]

    assert begins() == f"/c/{newest.id}"
    browser.get(f"/c/{left.id}")
    assert begins() == f"/c/{left.id}"
    cookie = browser.client.get_cookie("__Host-lk_o", domain="127.0.0.1")
    assert cookie.secure and cookie.http_only and cookie.max_age is None
    others = store.run(ben, conversations.open_with_staff, carl.actor.id)
    of_another = cookie.value.replace(str(anna.actor.id), str(ben.actor.id))
    for value in (of_another, f"{anna.actor.id}.{others.id}", f"{anna.actor.id}.x", "x"):
        browser.client.set_cookie("__Host-lk_o", value, domain="127.0.0.1", secure=True)
        assert begins() == f"/c/{newest.id}", value


def test_each_step_shows_its_address_masked_and_what_the_provider_said_in_a_fold(
    browser, store, anna, amara, worker, providers, clock
):
    """U65: strangers' words are read as words, and a report that moved nothing stands with the step it is about."""
    message = store.run(anna, send_direct, amara, "Hello")
    worker.turn()
    (delivery,) = store.look(anna, deliveries.of_messages, [message.id])[message.id]
    for status, words in ((Status.BOUNCED, 'bounce · "full" & <b>closed</b>'), (Status.SENT, "deferred")):
        clock.forward(minutes=1)
        store.run(anna, reports.hear, delivery.id, Report("", status, "full", proven=False, words=words))
    browser.sign_in()
    page = browser.get(f"/messages/{message.id}").text
    steps = page[page.index("What happened") :].split('<li class="step')
    sent, returned = (next(one for one in steps if f"Link by email: {what}" in one) for what in ("sent", "returned"))
    assert "to a•••@" in returned and amara.email not in page and "deferred" in sent
    assert "<summary>What the pretend network said</summary>" in returned
    assert "bounce · &#34;full&#34; &amp; &lt;b&gt;closed&lt;/b&gt;" in returned
    chat = browser.get(f"/c/{message.conversation_id}").text
    assert f'href="/messages/{message.id}#can">Why, and try again</a>' in chat  # U25: one press from what can be done


def test_what_one_person_says_within_minutes_stands_under_one_head(browser, store, clock, anna, ben):
    thread = store.run(anna, conversations.open_with_staff, ben.actor.id).id
    for who, minutes in ((anna, 0), (anna, 5), (anna, 6), (ben, 0), (ben, 0), (anna, 0)):
        clock.forward(minutes=minutes)
        store.run(who, post, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, "Room 3 is free."))
    browser.sign_in()
    rows = re.findall(r'<article[^>]*aria-label="([^",]*)[^>]*data-seq="\d+"([^>]*)>', browser.get(f"/c/{thread}").text)
    assert [(name, "data-run" in more) for name, more in rows] == [
        ("You", False), ("You", True), ("You", False), ("Ben Example", False), ("Ben Example", True), ("You", False)
    ]  # fmt: skip


def tell(unit, thread, text):
    notify.tell_colleagues(unit, post(unit, thread, Writing(Kind.INTERNAL, Direction.INTERNAL, text)), ())


def test_lists_say_when_in_words_before_any_script_ran(browser, store, clock, anna, ben):
    """U17, U53."""
    thread = store.run(ben, conversations.open_with_staff, anna.actor.id).id
    store.run(ben, tell, thread, "Coffee?")
    said = []
    for minutes in (3, 120, 2 * 1440, 7 * 1440):
        clock.forward(minutes=minutes)
        browser.sign_in()
        times = [
            re.search(r"<time[^>]+>([^<]+)", browser.get(page).text) for page in (f"/c/{thread}", "/notifications")
        ]
        said.append([found[1] for found in times if found])
    assert said == [["10:00", "3 minutes ago"], ["10:00", "10:00"], ["Mon", "Mon"], ["23 Nov", "23 Nov"]]


def test_what_the_patient_does_is_said_in_words_and_after_days_unopened_the_timeline_offers_to_remind(
    browser, store, anna, amara, clock, network
):
    """U67, U68: the reminder stands where one sees that it is stuck, and once on the page."""
    message = store.run(anna, send_direct, amara, "Hello")
    link = store.look(anna, link_of, message.id)
    store.run(anna, step, link, "code_sent")
    browser.sign_in()

    def page():
        page = browser.get(f"/messages/{message.id}").text
        return page[page.index('id="way"') : page.index('id="tx"')], page.count("Remind by email")

    way, buttons = page()
    assert 'data-says="Amara asked for a code, 10:00"' in way and "Remind by email" not in way and buttons == 1
    clock.forward(days=3)
    browser.sign_in()
    way, buttons = page()
    assert "Not opened for 3 days." in way and "Remind by email" in way and buttons == 1
    (delivery,) = store.look(anna, deliveries.of_messages, [message.id])[message.id]
    store.run(anna, suppress, delivery.id, Bar.HARD_BOUNCE)
    way, buttons = page()
    assert buttons == 0  # nothing can reach that mailbox; the page says so, and where to mend it
    assert "mailbox does not exist" in browser.get(f"/messages/{message.id}").text
