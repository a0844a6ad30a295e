"""Catalogue A: the link and the page before the lock."""

import re
from collections import Counter

import pytest
from sqlalchemy import select

from core.practice import doors
from core.practice.sessions import hash_of
from core.release.link import reissue, take_back
from core.release.record import one
from core.release.steps import visits_of
from core.release.tables import LinkRow
from portal import create_app
from staffbot.shapes import status_of
from tests.portal.visitor import IPHONE, PHONE, TOKEN, Visitor, state, unlock

UNKNOWN = "/l/" + "u" * 43
SCANNERS = ("Mozilla/5.0 (compatible; Proofpoint URL Defense)", "Barracuda Sentinel", "python-requests/2.32", "")


@pytest.mark.attack("A01")
@pytest.mark.s("S4", "S9")
def test_fifty_fetches_by_mail_filters_text_nobody_and_change_nothing(app, store, anna, l1, network):
    def shown():
        return status_of(store.look(anna, one, l1.message.id))["words"]

    before = state(store)
    for n in range(50):
        answer = Visitor(app, **{"User-Agent": SCANNERS[n % 4]}).get(l1.url)
        assert answer.status_code == 303 and answer.headers["Location"] == "/unlock"
    assert state(store) == before and network.to(PHONE) == []
    assert {row.what for row in store.look(l1.who, visits_of, l1.message.id)} == {"filter"}
    assert shown() == "Link opened by a mail filter"  # a word of its own (U61)
    assert unlock(Visitor(app), l1.url, network).status_code == 303
    assert shown() == "Read"


def test_safari_which_never_says_who_pressed_is_no_mail_filter(app, store, l1, clock):
    clock.forward(minutes=2)  # filters look within the first
    Visitor(app, **{"User-Agent": IPHONE, "Sec-Fetch-Mode": "navigate"}).get(l1.url)
    assert {row.what for row in store.look(l1.who, visits_of, l1.message.id)} == {"person"}


@pytest.mark.attack("A02")
@pytest.mark.s("S4", "S69")
def test_head_and_options_change_nothing_and_have_no_body(guest, store, l1, network):
    before = state(store)
    head = guest.head(l1.url)
    options = guest.client.options(l1.url, base_url="https://127.0.0.1:8001")
    assert (head.status_code, head.data) == (303, b"")
    assert options.status_code in (200, 204) and options.data == b""
    assert state(store) == before and network.to(PHONE) == []


@pytest.mark.attack("A03")
@pytest.mark.s("S2", "S6")
@pytest.mark.parametrize("kind", ["unknown", "revoked", "42", "44", "nul", "path", "long", "emoji", "unicode digits"])
def test_whatever_opens_nothing_looks_alike(guest, store, anna, l1, kind):
    store.run(anna, take_back, l1.message.id)
    tokens = {"unknown": "k" * 43, "42": "k" * 42, "44": "k" * 44, "nul": l1.token + "%00", "path": "..%2f" * 5,
              "long": "k" * 10_000, "emoji": "😀" * 11, "unicode digits": "١" * 43}  # fmt: skip
    before = state(store)
    answer = guest.get(l1.url if kind == "revoked" else f"/l/{tokens[kind]}")
    if kind == "long":
        assert answer.status_code in (404, 414)
    else:
        assert (answer.status_code, answer.data) == (404, guest.get(UNKNOWN).data)
    assert state(store) == before and "Set-Cookie" not in answer.headers


@pytest.mark.attack("A04")
@pytest.mark.s("S3", "S6")
def test_an_expired_link_says_whom_to_ring_and_nothing_else(guest, l1, clock):
    clock.forward(days=7, seconds=1)
    answer = guest.get(l1.url)
    assert answer.status_code == 410 and "01632 960001" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert not re.search("Amara|Testwell|900057|results", answer.text)


@pytest.mark.attack("A05")
@pytest.mark.s("S5")
def test_the_token_is_nowhere_after_the_first_hop(guest, l1):
    hop = guest.get(l1.url)
    assert hop.headers["Referrer-Policy"] == "no-referrer" and hop.headers["Cache-Control"] == "no-store"
    assert hop.data == b""
    page = guest.get(hop.headers["Location"])
    assert page.status_code == 200
    assert l1.token not in page.text + str(page.headers) + hop.headers["Location"]
    before = next(one for one in hop.headers.getlist("Set-Cookie") if one.startswith("__Host-lk_pre="))
    parts = {part.strip() for part in before.split(";")[1:]}
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=900"} <= parts


@pytest.mark.attack("A06")
@pytest.mark.s("S7", "S93")
def test_the_email_has_one_link_of_ours_and_nothing_about_the_patient(network, l1, settings):
    letter = network.to("amara@example.org")[0]
    links = set(re.findall(r"https?://[^\s\"<]+", letter.text + letter.html))
    assert {link.rsplit("/", 1)[0] for link in links} == {f"{settings.portal_url}/l"} and len(links) == 1
    assert not re.search(r"Amara|Testwell|results|\b\d{8}\b", letter.text + letter.html + letter.subject)
    assert letter.text


@pytest.mark.attack("A07")
@pytest.mark.s("S7")
def test_a_foreign_host_never_comes_back(app, l1):
    direct = app.test_client().get(l1.url, base_url="https://evil.example")
    assert direct.status_code == 400 and b"evil.example" not in direct.data
    forwarded = Visitor(app).get(l1.url, **{"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    assert "evil.example" not in forwarded.text + str(forwarded.headers)


@pytest.mark.attack("A08")
@pytest.mark.s("S8")
@pytest.mark.parametrize("mark", ["Sec-Purpose", "Purpose", "X-Moz"])
def test_a_prefetch_gets_no_cookie_and_changes_nothing(guest, store, l1, mark):
    before = state(store)
    assert "Set-Cookie" not in guest.get(l1.url, **{mark: "prefetch;prerender"}).headers
    assert state(store) == before


@pytest.mark.attack("A09")
@pytest.mark.s("S3", "S34")
def test_a_new_link_ends_the_old_one_and_who_is_inside(app, store, ben, l1, network):
    inside = Visitor(app)
    unlock(inside, l1.url, network)
    store.run(ben, reissue, l1.message.id)
    assert inside.get("/message").status_code == 400
    assert Visitor(app).get(l1.url).status_code == 404
    assert Visitor(app).get("/l/" + network.link("amara@example.org").rsplit("/", 1)[1]).status_code == 303


@pytest.mark.attack("A10")
@pytest.mark.s("S1")
def test_the_token_itself_is_not_kept(store, l1):
    row = store.look(l1.who, lambda unit: unit.db.execute(select(LinkRow.token_hash)).one())
    assert row.token_hash == hash_of(l1.token) and len(row.token_hash) == 32
    assert store.door(doors.link, l1.token) is not None


@pytest.mark.attack("A11")
@pytest.mark.s("S1")
def test_links_are_43_letters_all_different_and_no_letter_is_favoured():
    from core.release.link import make_token

    made = [make_token() for _ in range(1_000)]
    assert len(set(made)) == 1_000 and all(doors.TOKEN.fullmatch(one) for one in made)
    letters = Counter("".join(one[:-1] for one in made))  # the last letter carries four bits only
    expected = 42_000 / 64
    chi = sum((letters[letter] - expected) ** 2 / expected for letter in letters)
    assert len(letters) == 64 and chi < 121  # 63 degrees of freedom: p > 0.00001


@pytest.mark.attack("A12")
@pytest.mark.s("S18")
def test_the_61st_unknown_link_of_an_address_waits_and_others_do_not(app, l1, settings, store):
    guesser = Visitor(app, "203.0.113.7")
    answers = [guesser.get(f"/l/{n:043d}") for n in range(61)]
    assert [one.status_code for one in answers] == [404] * 60 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert Visitor(app, "203.0.113.8").get(l1.url).status_code == 303
    another_process = Visitor(create_app(settings, store), "203.0.113.7").get(f"/l/{61:043d}")
    assert another_process.status_code == (429 if settings.redis_url else 404)  # Valkey counts for all of them


@pytest.mark.attack("A13")
@pytest.mark.s("S5", "S29")
def test_another_browser_without_the_link_is_told_what_to_do_and_nothing_else(app, l1, network):
    unlock(Visitor(app), l1.url, network)
    for path in ("/unlock", "/message", "/form/start"):
        answer = Visitor(app).get(path)
        assert answer.status_code == 400 and "open the link from your email" in answer.text.lower()
        assert "results" not in answer.text


@pytest.mark.s("S5", "S68")
def test_a_page_of_one_link_guesses_at_no_other_that_was_opened_since(guest, store, anna, l1, l2):
    guest.get(l1.url)
    old = TOKEN.search(guest.get("/unlock").text)[1]
    guest.get(l2.url)
    answer = guest.post("/unlock/verify", {"code": "12345678", "csrf_token": old}, token=False)
    assert answer.status_code == 400
    assert set(store.look(anna, lambda unit: unit.db.scalars(select(LinkRow.wrong_in_row)).all())) == {0}


@pytest.mark.attack("A14")
@pytest.mark.s("S4", "S65")
def test_the_page_before_the_lock_has_no_script_and_needs_a_press(guest, l1):
    guest.get(l1.url)
    page = guest.get("/unlock").text
    assert not re.search(r"<script|\son[a-z]+=|http-equiv|javascript:", page, re.IGNORECASE)
    assert page.count('action="/unlock/send"') == 1
