"""The portal from outside: links that change nothing, pages that tell nothing, headers on every answer."""

import re

import pytest
from sqlalchemy.exc import OperationalError

from core.messages.conversations import of_patient
from core.messages.find import history
from core.messages.words import Direction
from core.practice import administer
from core.release.link import send_direct, take_back
from core.web.agents import by_a_person
from portal import create_app
from staffbot import shapes
from tests.portal.visitor import BASE, IPHONE, TOKEN, Visitor, state, unlock


@pytest.fixture
def app(settings, store):
    return create_app(settings, store)


@pytest.fixture
def browser(app):
    return Visitor(app)


@pytest.fixture
def link(store, anna, amara, network):
    store.run(anna, send_direct, amara, "Your results are back.")
    return network.link("amara@example.org").removeprefix(BASE)


def test_a_link_followed_a_hundred_times_changes_nothing_and_texts_nobody(store, browser, link, network):
    before = state(store)
    for method in ("get", "head", "options"):
        for _ in range(20):
            answer = getattr(browser.client, method)(link, base_url="https://127.0.0.1:8001")
            assert answer.status_code in (200, 303)
    browser.get("/unlock")
    browser.get("/unlock/not-me")
    assert state(store) == before
    assert network.to("+447700900057") == []


def test_what_to_do_is_said_even_where_the_database_does_not_answer(store, browser, link, monkeypatch):
    browser.get(link)

    def gone(*_args, **_kwargs):
        raise OperationalError("", {}, Exception())

    for way in ("look", "door", "run"):
        monkeypatch.setattr(store, way, gone)
    for path, status, what in (("/unlock", 500, "Versuchen Sie es"), ("/nowhere", 404, "Dieser Link öffnet")):
        answer = browser.get(path, **{"Accept-Language": "de"})
        assert answer.status_code == status and what in answer.text and "Rufen Sie" in answer.text
    assert "Noch einmal versuchen" in browser.get("/unlock", **{"Accept-Language": "de"}).text


def test_the_token_leaves_the_address_at_once(browser, link):
    answer = browser.get(link)
    assert answer.status_code == 303 and answer.headers["Location"] == "/unlock"
    assert answer.headers["Referrer-Policy"] == "no-referrer" and answer.headers["Cache-Control"] == "no-store"
    token = link.rsplit("/", 1)[1]
    page = browser.get("/unlock")
    assert token not in page.text and token not in str(page.headers)
    assert "Amara" not in page.text and "57" in page.text and "900057" not in page.text


def test_a_prefetch_is_given_no_cookie(browser, link):
    assert "Set-Cookie" not in browser.get(link, **{"Sec-Purpose": "prefetch"}).headers


@pytest.mark.parametrize("token", ["x" * 43, "x" * 42, "x" * 44, "%00" * 5, "..%2f..%2fetc", "😀" * 11, "A" * 3000])
def test_unknown_and_malformed_links_all_look_alike(browser, token):
    answer = browser.get(f"/l/{token}")
    assert answer.status_code == 404
    assert answer.data == browser.get("/l/" + "y" * 43).data


def test_taken_back_looks_exactly_like_unknown(store, anna, browser, link, amara):
    message = store.look(anna, history, store.run(anna, of_patient, amara.id))[0]
    store.run(anna, take_back, message.id)
    assert browser.get(link).data == browser.get("/l/" + "y" * 43).data


def test_an_expired_link_says_whom_to_ring_and_no_more(store, browser, link, clock):
    clock.forward(days=8)
    answer = browser.get(link)
    assert answer.status_code == 410 and "01632 960001" in answer.text and "Set-Cookie" not in answer.headers
    assert "Amara" not in answer.text


def test_the_way_in_and_the_answer_back(store, browser, link, network, anna):
    from core.messages import notify

    answer = unlock(browser, link, network)
    assert answer.status_code == 303 and answer.headers["Location"] == "/message"
    page = browser.get("/message").text
    assert "Your results are back." in page and "This message has no files." in page
    assert browser.post("/message/reply", {"text": ""}).status_code == 422
    assert browser.post("/message/reply", {"text": "Thank you"}).status_code == 303
    assert store.look(anna, notify.listing)[0].text == "Thank you"
    assert "locked" in browser.post("/message/lock").text
    back = browser.get("/message")  # the browser's own Back, or an address that was kept
    assert back.status_code == 400 and "Your message is locked" in back.text and "cookie" not in back.text
    assert 'href="/unlock"' not in back.text


def test_who_followed_the_link_and_is_not_in_yet_is_led_to_a_code(browser, link):
    browser.get(link)
    page = browser.get("/message")
    assert page.status_code == 400 and "Get a new code" in page.text and 'href="/unlock"' in page.text
    for posted, back in (
        ("/unlock/verify", "/unlock"),
        ("/message/reply", "/message"),
        ("/form/submit", "/form/start"),
    ):
        page = browser.get(posted)  # a tab that was put away and comes back
        assert page.status_code == 405 and f'href="{back}"' in page.text and "does not open" not in page.text


def test_a_code_asked_for_too_soon_is_no_fault_of_the_code(browser, link):
    browser.get(link)
    browser.post("/unlock/send")
    early = browser.post("/unlock/send")
    assert early.status_code == 429 and "You can ask for another one at" in early.text
    assert (
        "aria-invalid" not in early.text
        and "There is a problem" not in early.text
        and "<title>Enter your code" in early.text
    )


def test_whoever_asked_for_a_code_elsewhere_is_told_that_it_works_only_there_and_from_when_on_here(
    app, browser, link, network, clock
):
    """A code belongs to the browser that asked (S12): another one has no field for it, and says what to do (U75)."""
    clock.forward(seconds=20)  # so that a new code may be asked for in the midst of a minute: the next is named
    browser.get(link)
    browser.post("/unlock/send")
    network.settle()  # the first text arrives before the second is asked for
    other = Visitor(app)
    other.get(link)
    page = other.get("/unlock").text
    assert "on another device or in another app? It only works there" in page and 'name="code"' not in page
    early = other.post("/unlock/send")
    assert early.status_code == 429 and "Go back there and type it" in early.text and 'name="code"' not in early.text
    here = re.findall(r"here at (?:<b>)?(\d+:\d\d)", page + early.text)
    assert here == ["10:02", "10:02"]
    clock.forward(minutes=1)
    assert "another device" not in other.get("/unlock").text
    assert other.post("/unlock/send").status_code == 303
    assert other.post("/unlock/verify", {"code": network.code("+447700900057")}).location == "/message"


def test_a_page_of_one_message_sends_nothing_once_another_is_open_and_gives_the_words_back(
    store, browser, link, network, anna, idris, amara
):
    """Two tabs, two links: nothing typed for one person's message may land with another's."""
    unlock(browser, link, network)
    token = TOKEN.search(browser.get("/message").text)[1]
    store.run(anna, send_direct, idris, "For Idris alone.")
    unlock(browser, network.link("idris@example.org").removeprefix(BASE), network, "+447700900058")
    typed = {"csrf_token": token, "text": "My <b>words</b>"}
    for headers in ({"Origin": BASE}, {"Sec-Fetch-Site": "same-origin"}, {"Referer": f"{BASE}/message"}):
        late = browser.post("/message/reply", typed, token=False, **headers)
        assert late.status_code == 400 and "nothing goes to the wrong place" in late.text
        assert "My &lt;b&gt;words&lt;/b&gt;" in late.text
    for headers in (
        {},
        {"Referer": f"{BASE}.evil.example/"},
        {"Origin": "null", "Referer": f"{BASE}/"},
        {"Origin": "https://evil.example"},
        {"Origin": BASE, "Sec-Fetch-Site": "same-site"},
    ):
        assert "words" not in browser.post("/message/reply", typed, token=False, **headers).text  # who knows whose
    for patient in (amara, idris):
        said = store.look(anna, history, store.run(anna, of_patient, patient.id))
        assert [one for one in said if one.direction is Direction.INBOUND] == []


def test_it_takes_two_steps_to_close_a_link_behind_the_lock(browser, link, network):
    unlock(browser, link, network)
    assert 'href="/message/not-me"' in browser.get("/message").text
    asked = browser.get("/message/not-me").text
    assert "Opened Monday 23 November at 10:00" in asked and 'action="/message/not-me" method="post"' in asked
    assert "results are back" in browser.get("/message").text


def test_who_writes_while_a_message_is_taken_back_is_given_their_words_back_and_nobody_elses_site_is(
    store, anna, browser, link, network, amara
):
    unlock(browser, link, network)
    token = TOKEN.search(browser.get("/message").text)[1]
    message = store.look(anna, history, store.run(anna, of_patient, amara.id))[0]
    store.run(anna, take_back, message.id)
    words = {"text": "What I <b>wrote</b>", "csrf_token": token}
    refused = browser.post("/message/reply", words, token=False, **{"Sec-Fetch-Site": "same-origin"})
    assert refused.status_code == 400 and "Your message is locked" in refused.text
    assert "What I &lt;b&gt;wrote&lt;/b&gt;" in refused.text and "Copy it before you go on" in refused.text
    foreign = browser.post("/message/reply", words, token=False, **{"Sec-Fetch-Site": "cross-site"})
    assert "What I" not in foreign.text


def test_a_call_that_was_asked_for_is_confirmed_as_one_in_the_patients_language(store, anna, browser, link, network):
    unlock(browser, link, network)
    asked = browser.post("/message/reply", {"call": "1"}).headers["Location"]
    assert "You asked us to call you" in browser.get(asked).text
    assert "within 2 working days" in browser.get(asked).text
    store.run(anna, administer.set_hours, "Monday to Friday, 8 to 6", 120, 1)  # what the practice says, not we
    assert "We try to read it within 1 working day." in browser.get("/message").text
    assert "innerhalb von 1 Werktag zu lesen" in browser.get(f"{asked}&language=de").text
    german = browser.get("/message?language=de").text
    assert "Bitte rufen Sie mich zurück." in german and "Please call me back." not in german


def test_the_warning_comes_before_the_hours_end_too_and_what_was_typed_waits_behind_the_next_code(
    browser, link, network, clock
):
    unlock(browser, link, network)
    assert '<div class="soon"><p>' in browser.get("/message").text
    for _ in range(4):
        clock.forward(minutes=12)
        page = browser.get("/message").text
    # 12 of 60 minutes are left: the notice comes after 10, and no more time is to be had.
    assert '<div class="soon in-10"><p>' in page and "You can stay for an hour at most" in page
    assert "I need more time" not in page
    clock.forward(minutes=10)
    kept = browser.post("/message/reply", {"text": "half a thought", "more_time": "1"})
    assert '<div class="soon in-0"><p>' in kept.text and "half a thought</textarea>" in kept.text
    token = TOKEN.search(kept.text)[1]
    clock.forward(minutes=3)
    assert browser.get("/message").status_code == 401
    assert browser.post("/message/again", {"csrf_token": token}, token=False).location == "/unlock"
    browser.post("/unlock/send")
    assert browser.post("/unlock/verify", {"code": network.code("+447700900057")}).location == "/message"
    assert "half a thought</textarea>" in browser.get("/message").text


def test_who_is_writing_is_asked_and_told(store, browser, link, network, anna, amara):
    unlock(browser, link, network)
    page = browser.get("/message").text
    assert re.search('value="patient" checked', page) and not re.search('value="proxy" checked', page)
    assert page.index("In an emergency call 999.") < page.index("<textarea"), (
        "what to do when it is urgent stands before the box"
    )
    refused = browser.post("/message/reply", {"text": "", "writer": "proxy"})
    assert refused.status_code == 422 and 'value="proxy" checked' in refused.text
    browser.post("/message/reply", {"text": "She is asleep. Her son.", "writer": "proxy"})
    browser.post("/message/reply", {"text": "I am awake now."})
    assert browser.get("/message").text.count("written by somebody for you") == 1
    by = {one.text: one.by_proxy for one in answers(store, anna, amara)}
    assert by == {"She is asleep. Her son.": True, "I am awake now.": False}
    told = {one.text: shapes.message(one)["kind_words"] for one in answers(store, anna, amara)}
    assert told["She is asleep. Her son."] == "Direct Message, written by somebody for them"
    assert told["I am awake now."] == "Direct Message"


def test_an_answer_is_never_refused_for_being_late_second_or_long_while_the_link_lives(
    store, browser, link, network, anna, amara, clock
):
    clock.forward(days=6, hours=23)
    unlock(browser, link, network)
    for text in ("First.", "Second.", "x" * 4000):
        assert browser.post("/message/reply", {"text": text}).status_code == 303
    too_long = browser.post("/message/reply", {"text": "y" * 4212})
    assert too_long.status_code == 422
    assert "Your answer is 212 letters too long. Make it shorter, or send it in two parts." in too_long.text
    assert "y" * 4212 in too_long.text
    assert [len(one.text) for one in answers(store, anna, amara)] == [6, 7, 4000]


def answers(store, who, patient):
    """What a patient wrote, in order, as staff read it."""
    about = store.look(who, history, store.run(who, of_patient, patient.id))
    return [one for one in about if one.direction is Direction.INBOUND]


def test_a_second_link_asks_for_its_own_code_though_the_first_is_open_here(
    store, browser, link, network, anna, amara, clock
):
    unlock(browser, link, network)
    store.run(anna, send_direct, amara, "And one thing more.")
    second = network.link("amara@example.org").removeprefix(BASE)
    browser.get(second)
    assert "Text me a code" in browser.get("/unlock").text
    clock.forward(minutes=2)
    answer = unlock(browser, second, network)
    assert answer.status_code == 303 and "And one thing more." in browser.get("/message").text
    browser.get(second)
    assert browser.get("/unlock").headers["Location"] == "/message"


def test_who_asked_for_the_days_last_code_reads_when_there_are_more_and_keeps_the_field_of_the_newest(
    browser, link, clock
):
    """U76, E36: a page of its own, and the text that was slow is not in vain."""
    for wait in (0, 61, 61, 61, 61, 61):
        clock.forward(minutes=wait)
        browser.get(link)
        assert browser.post("/unlock/send").status_code == 303
    clock.forward(minutes=5)
    enough = browser.post("/unlock/send")
    assert enough.status_code == 429 and "<h1>No more codes today</h1>" in enough.text
    assert "You have asked for 6 codes today. Try again tomorrow, or call" in enough.text and "tel:" in enough.text
    assert '<a href="/unlock">Type my code</a>' in enough.text and 'name="code"' in browser.get("/unlock").text


def test_wrong_expired_used_and_never_sent_codes_get_one_answer(app, store, link, network, clock):
    pages = []
    for kind in ("wrong", "old", "none"):
        guest = Visitor(app)
        guest.get(link)
        if kind != "none":
            clock.forward(minutes=33)
            guest.post("/unlock/send")
        right = network.code("+447700900057") if kind != "none" else "12345678"
        if kind == "old":
            clock.forward(minutes=10)
        typed = right if kind == "old" else f"{(int(right) + 1) % 10**8:08d}"
        answer = guest.post("/unlock/verify", {"code": typed})
        assert answer.status_code == 422
        told = re.sub(r'csrf_token" value="[0-9a-f]+| You can ask for another one at <b>[\d:]+</b>\.', "", answer.text)
        pages.append(re.sub(r"\s+", " ", told))
    assert pages[0] == pages[1] == pages[2]


def test_a_press_by_script_gets_the_button_once_more_and_no_text(browser, link, network):
    browser.get(link)
    page = browser.post("/unlock/send", **{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"})
    assert "press the button once more" in page.text and network.to("+447700900057") == []
    browser.post("/unlock/send", {"again": "1"}, **{"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"})
    assert len(network.to("+447700900057")) == 1


def test_safari_says_how_it_fetches_and_never_who_pressed_and_gets_the_text_at_once(app, link, network, clock):
    navigates = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document", "User-Agent": IPHONE}
    patient = Visitor(app, **navigates)
    clock.forward(minutes=2)
    patient.get(link, **{"Sec-Fetch-Site": "cross-site"})
    assert patient.post("/unlock/send", **{"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert len(network.to("+447700900057")) == 1


@pytest.mark.parametrize(
    ("headers", "person"),
    [
        ({}, None),
        ({"Sec-Fetch-Mode": "navigate"}, False),
        ({"Sec-Fetch-Mode": "navigate", "Sec-Fetch-User": "?1"}, True),
        ({"Sec-Fetch-Mode": "navigate", "User-Agent": IPHONE}, None),
        ({"Sec-Fetch-Mode": "cors", "User-Agent": IPHONE}, False),
        ({"Sec-Fetch-Mode": "navigate", "User-Agent": IPHONE.replace("Version/", "Chrome/")}, False),
    ],
)
def test_what_browsers_say_of_who_pressed(headers, person):
    assert by_a_person(headers) is person


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_post_from_elsewhere_changes_nothing(store, browser, link, headers):
    browser.get(link)
    before = state(store)
    assert browser.post("/unlock/send", **headers).status_code == 400
    assert browser.post("/unlock/send", token=False).status_code == 400
    assert state(store) == before


def test_a_file_opens_only_behind_its_own_link(app, store, anna, amara, idris, network):
    from core.messages.files import store_upload

    file = store.run(anna, store_upload, "a.pdf", "application/pdf", b"%PDF-1.4 hello", uploaded_by=anna.actor.id)
    store.run(anna, send_direct, idris, "Yours", attachments=(file.id,))
    store.run(anna, send_direct, amara, "No file here")
    guest = Visitor(app)
    unlock(guest, network.link("amara@example.org").removeprefix(BASE), network)
    assert guest.get(f"/message/files/{file.id}").status_code == 404
    owner = Visitor(app)
    owner.get(network.link("idris@example.org").removeprefix(BASE))
    owner.post("/unlock/send")
    owner.post("/unlock/verify", {"code": network.code("+447700900058")})
    answer = owner.get(f"/message/files/{file.id}")
    assert answer.data == b"%PDF-1.4 hello"
    assert (
        answer.headers["Content-Disposition"].startswith("attachment")
        and answer.headers["Content-Type"] == "application/pdf"
    )
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    "path", ["/", "/genuine", "/unlock", "/message", "/l/" + "x" * 43, "/nothing", "/healthz", "/form/p/1"]
)
def test_every_answer_carries_the_headers(browser, path):
    answer = browser.get(path)
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert (
        policy["script-src"] == "'none'" and policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert int(re.search(r"max-age=(\d+)", answer.headers["Strict-Transport-Security"])[1]) >= 31_536_000
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_foreign_host_is_refused(app, link):
    answer = app.test_client().get(link, base_url="https://evil.example")
    assert answer.status_code == 400 and "evil.example" not in answer.text


def test_the_sixty_first_unknown_link_of_an_address_has_to_wait(browser):
    answers = [browser.get("/l/" + f"{n:043d}").status_code for n in range(62)]
    assert answers[:60] == [404] * 60 and answers[61] == 429


def test_a_cookie_that_stands_there_twice_opens_nothing(app, link, network):
    guest = Visitor(app)
    cookie = unlock(guest, link, network).headers.getlist("Set-Cookie")[0].split(";")[0]
    planted = app.test_client(use_cookies=False).get(
        "/message", base_url="https://127.0.0.1:8001", headers={"Cookie": f"{cookie}; __Host-lk_p=planted"}
    )
    assert planted.status_code == 400 and "results" not in planted.text
