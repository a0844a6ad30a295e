"""Who signs in proves it twice: the authenticator app, recovery codes, tickets, and once more before what matters."""

import re
from datetime import UTC, datetime

import pytest
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import select

from core.delivery.writing.account_letters import account_letters
from core.practice import doors, secondfactor, sessions
from core.practice.tables import RecoveryCode, SecondFactor
from core.web.cookies import STAFF
from staffbot.pages.signin import TICKET
from tests.conftest import PASSWORD
from tests.staffbot.browser import BASE, Authenticator, token_in

WRONG = "That code did not work."
OVER = "That took too long or too many tries. Sign in again."
ANNA = "anna@elm.example"


@pytest.fixture
def app_of(browser, anna):
    """Anna's authenticator app, enrolled; she is signed in."""
    browser.sign_in()
    return browser.apps[ANNA]


def codes_in(page):
    return re.findall(r"<code>([0-9A-Z-]+)</code>", page)


@pytest.mark.attack("D04")
@pytest.mark.s("S40")
def test_a_password_alone_opens_nothing(browser, anna):
    assert browser.give_password().location == "/login/enrol?to=/"
    for path in ("/", "/patients", "/security"):
        assert browser.get(path).location.startswith("/login"), path


def test_enrolling_shows_ten_codes_and_the_session_begins_once_they_are_kept(browser, anna):
    assert browser.sign_in().location == "/"
    assert browser.get("/patients").status_code == 200
    assert "10 of your 10 recovery codes are left" in browser.get("/security").text


def test_the_code_is_asked_for_from_then_on(app_of, another_browser):
    assert another_browser.give_password().location == "/login/2fa?to=/"
    assert WRONG in another_browser.post("/login/2fa", {"code": "12345"}).text
    assert another_browser.get("/patients").status_code == 303
    another_browser.clock.forward(seconds=30)
    assert another_browser.post("/login/2fa", {"code": app_of.code()}).status_code == 303
    assert another_browser.get("/patients").status_code == 200


@pytest.mark.parametrize(("steps", "right"), [(-2, False), (-1, False), (0, False), (1, True), (2, False)])
@pytest.mark.attack("D05", "D06")
@pytest.mark.s("S41")
def test_a_code_is_good_once_and_near_its_time(app_of, another_browser, steps, right):
    """The code of enrolling was step 0, so only later ones are left: -1 and 0 would be used again."""
    another_browser.give_password()
    answer = another_browser.post("/login/2fa", {"code": app_of.code(steps)})
    assert (answer.status_code == 303) is right


@pytest.mark.attack("D07")
@pytest.mark.s("S42")
def test_five_wrong_codes_end_the_ticket(app_of, another_browser):
    another_browser.give_password()
    for _ in range(5):
        assert another_browser.post("/login/2fa", {"code": "000000"}).status_code == 422
    another_browser.clock.forward(seconds=30)
    answer = another_browser.post("/login/2fa", {"code": app_of.code()})
    assert answer.location == "/login?to=/"
    assert OVER in another_browser.get(answer.location).text


@pytest.mark.s("S42")
def test_ten_wrong_codes_in_a_quarter_of_an_hour_make_one_wait(app_of, another_browser):
    for _ in range(2):
        another_browser.give_password()
        for _ in range(5):
            another_browser.post("/login/2fa", {"code": "000000"})
    another_browser.give_password()
    another_browser.clock.forward(seconds=30)
    assert another_browser.post("/login/2fa", {"code": app_of.code()}).status_code == 429


@pytest.mark.attack("D08")
@pytest.mark.s("S42", "S48")
def test_a_hundred_wrong_codes_in_a_row_close_the_factor_until_it_is_reset(store, anna, clock):
    store.run(anna, secondfactor.replace, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", 0)
    for _ in range(100):
        assert not store.run(anna, secondfactor.try_app, "000000")
        clock.forward(minutes=2)
    with pytest.raises(secondfactor.FactorClosed):
        store.run(anna, secondfactor.try_app, "000000")
    _, cookie = store.run(anna, lambda unit: sessions.start(unit, unit.staff_id, ""))
    store.run(anna, secondfactor.reset, anna.actor.id)
    assert store.door(doors.staff_session, cookie, clock()) is None
    assert not store.look(anna, secondfactor.enrolled, anna.actor.id)


def test_a_ticket_dies_after_five_minutes_and_cannot_be_used_twice(app_of, another_browser):
    another_browser.give_password()
    another_browser.clock.forward(minutes=5)
    assert another_browser.get("/login/2fa").location == "/login?to=/"
    assert OVER in another_browser.get("/login").text
    another_browser.sign_in()
    another_browser.send("/logout", {}, token_in(another_browser.get("/patients").text))
    assert OVER not in another_browser.get("/login").text


def test_who_gave_no_password_is_not_told_that_it_took_too_long(another_browser, anna):
    assert another_browser.get("/login/2fa").location == "/login?to=/"
    assert OVER not in another_browser.get("/login").text


@pytest.mark.attack("D14")
@pytest.mark.s("S46")
def test_ids_that_somebody_fixed_before_are_never_adopted(browser, anna):
    fixed = "A" * 43
    for name in (TICKET, STAFF):
        browser.client.set_cookie(name, fixed, domain="127.0.0.1", secure=True)
    browser.give_password()
    ticket = browser.client.get_cookie(TICKET, domain="127.0.0.1").value
    assert browser.sign_in().status_code == 303
    session = browser.client.get_cookie(STAFF, domain="127.0.0.1").value
    assert len({fixed, ticket, session}) == 3


@pytest.mark.attack("D09")
@pytest.mark.s("S43")
def test_each_recovery_code_opens_once_under_its_own_number_and_its_owner_and_the_admins_hear_of_it(
    browser, another_browser, anna, clock, store, network
):
    browser.give_password()
    page = browser.get("/login/enrol").text
    shown = browser.post("/login/enrol", {"code": Authenticator(page, clock).code()}).text
    codes = codes_in(shown)
    assert len(codes) == len(set(codes)) == 10
    for number, code, opens in (
        (4, codes[2], False),
        (3, codes[2].lower().replace("-", " "), True),
        (3, codes[2], False),
    ):
        another_browser.give_password()
        answer = another_browser.post("/login/2fa", {"number": str(number), "recovery": code})
        assert (answer.status_code == 303) is opens, (number, opens)
        another_browser.client.delete_cookie("__Host-lk_s", domain="127.0.0.1")
    account_letters(store)()
    used = [one.text for one in network.to("anna@elm.example") if one.subject == "A recovery code was used"]
    assert len(used) == 2 and any("9 are left" in text for text in used)
    assert any("Anna Sample signed in with a recovery code" in text for text in used)


@pytest.mark.s("S40", "S43")
def test_what_is_kept_opens_nothing_to_a_thief_of_the_database(store, app_of):
    with store.reader.connect() as db:
        seed = db.scalar(select(SecondFactor.seed))
        hashes = db.scalars(select(RecoveryCode.hash)).all()
    assert app_of.totp.secret.encode() not in seed
    assert len(hashes) == 10 and all(one.startswith("$argon2id$") for one in hashes)


@pytest.mark.attack("D02")
@pytest.mark.s("S38")
def test_a_known_browser_still_gets_in_while_a_stranger_guesses(app_of, browser, another_browser):
    for _ in range(6):
        another_browser.give_password(password="not the right password")
    assert another_browser.give_password().status_code == 429
    browser.send("/logout", {}, token_in(browser.get("/patients").text))
    assert browser.give_password().status_code == 303


@pytest.mark.attack("D03")
@pytest.mark.s("S38")
def test_twenty_one_different_names_from_one_address_have_to_wait(browser, anna):
    for number in range(20):
        assert browser.give_password(email=f"someone{number}@elm.example").status_code == 422
    assert browser.give_password(email="someone20@elm.example").status_code == 429


@pytest.mark.s("S46", "S47")
def test_before_what_matters_one_proves_it_again_and_gets_a_new_cookie(app_of, browser, clock):
    before = browser.client.get_cookie("__Host-lk_s", domain="127.0.0.1").value
    clock.forward(minutes=11)
    assert browser.post("/security/recovery", {}, on="/security").status_code == 403
    wrong = browser.send(
        "/login/again", {"password": PASSWORD, "code": "000000"}, token_in(browser.get("/security").text)
    )
    assert WRONG in wrong.text and "Sign out, and sign in with a recovery code." in wrong.text
    right = {"password": PASSWORD, "code": app_of.code(), "to": "/security"}
    assert browser.send("/login/again", right, token_in(browser.get("/security").text)).location == "/security"
    after = browser.client.get_cookie("__Host-lk_s", domain="127.0.0.1").value
    assert after != before
    assert len(codes_in(browser.post("/security/recovery", {}, on="/security").text)) == 10
    browser.client.set_cookie("__Host-lk_s", before, domain="127.0.0.1")
    assert browser.get("/security").location == "/login?to=/security"


@pytest.mark.s("S50")
def test_one_sees_where_one_is_signed_in_and_ends_what_one_does_not_know(app_of, browser, another_browser):
    another_browser.sign_in()
    page = browser.get("/security").text
    assert page.count("Last used") >= 2 and "This one" in page
    browser.post("/security/sessions/end-others", {}, on="/security")
    assert another_browser.get("/patients").status_code == 303
    assert browser.get("/patients").status_code == 200


@pytest.mark.s("S50")
def test_one_sees_whether_a_session_is_used_from_the_connection_one_sits_at(app_of, browser, another_browser):
    another_browser.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    another_browser.sign_in()
    page = browser.get("/security").text
    assert "from the connection you use now" in page and "from another internet connection" in page


def test_whoever_is_asked_to_sign_in_again_reads_why(app_of, browser, another_browser, clock):
    another_browser.sign_in()
    browser.post("/security/sessions/end-others", {}, on="/security")
    assert "Your session was ended" in another_browser.get("/login").text
    clock.forward(minutes=31)
    assert "You were signed out after 30 minutes" in browser.get("/login").text
    late = browser.send("/settings", {"undo_seconds": "5"}, "")
    assert late.status_code == 401 and "You were signed out after 30 minutes" in late.text
    assert 'role="status"' not in another_browser.send("/logout", {}, "").text


def test_after_twelve_hours_it_says_twelve_hours_though_somebody_worked_all_the_time(app_of, browser, clock):
    browser.get("/patients")
    for _ in range(24):
        clock.forward(minutes=29)
        assert browser.get("/security").status_code == 200
    clock.forward(minutes=25)
    asked = browser.get("/patients")
    assert asked.location == "/login?to=/patients"  # the reason is found by the cookie, it does not stand in an address
    assert "You were signed out after 12 hours. Sign in again: what you typed is kept." in browser.get("/login").text
    clock.forward(hours=30)
    assert "You were signed out after 12 hours" in browser.get("/login").text
    browser.client.delete_cookie(STAFF, domain="127.0.0.1")
    assert "signed out" not in browser.get("/login").text


@pytest.mark.s("S46", "S47", "S48")
def test_another_phone_takes_the_place_of_the_old_one_once_it_shows_its_first_code(
    app_of, browser, another_browser, store, network, clock
):
    another_browser.sign_in()
    clock.forward(minutes=11)
    asked = browser.post("/security/phone", {}, on="/security", Referer=f"{BASE}/security")
    assert asked.status_code == 403 and 'href="/login/again?to=/security"' in asked.text
    right = {"password": PASSWORD, "code": app_of.code(), "to": "/security"}
    browser.send("/login/again", right, token_in(browser.get("/security").text))
    before = browser.client.get_cookie(STAFF, domain="127.0.0.1").value
    assert browser.post("/security/phone", {}, on="/security").location == "/security/phone"
    new = Authenticator(page := browser.get("/security/phone").text, clock)
    assert new.totp.secret != app_of.totp.secret
    assert (
        browser.get("/security/phone").text.count(" ".join(re.findall("....", new.totp.secret))) == 1
    )  # still that one
    clock.forward(seconds=30)
    assert WRONG in browser.send("/security/phone/confirm", {"code": app_of.code()}, token_in(page)).text
    another_browser.send("/logout", {}, token_in(another_browser.get("/patients").text))
    assert another_browser.sign_in().location == "/"  # meanwhile the old one works
    moved = browser.send("/security/phone/confirm", {"code": new.code()}, token_in(page))
    assert len(codes_in(moved.text)) == 10
    assert browser.client.get_cookie(STAFF, domain="127.0.0.1").value != before
    assert browser.get("/patients").status_code == 200 and another_browser.get("/patients").status_code == 303
    assert (
        browser.send("/logout", {}, token_in(moved.text)).location == "/login"
    )  # the page's forms are of the new cookie
    clock.forward(seconds=30)
    browser.give_password()
    assert WRONG in browser.post("/login/2fa", {"code": app_of.code()}).text
    assert browser.post("/login/2fa", {"code": new.code()}).location == "/"
    account_letters(store)()
    assert "Your second step is on another phone" in [one.subject for one in network.to(ANNA)]


def test_what_is_wrong_is_said_of_what_was_typed(app_of, browser, another_browser):
    assert "use Forgotten password" in another_browser.give_password(password="not the right password").text
    another_browser.give_password()
    assert (
        "That recovery code did not work" in another_browser.post("/login/2fa", {"number": "1", "recovery": "7"}).text
    )
    again = browser.send("/login/again", {"password": "another"}, token_in(browser.get("/security").text))
    assert "That is not your password" in again.text


def test_nobody_ends_a_colleagues_session(browser, another_browser, anna, ben, store):
    browser.sign_in()
    another_browser.sign_in(email="ben@elm.example")
    from core.practice import sessions

    bens = store.look(ben, sessions.listing)[0].id
    assert browser.post(f"/security/sessions/{bens}/end", {}, on="/security").status_code == 404
    assert another_browser.get("/patients").status_code == 200


@pytest.mark.s("S46")
def test_a_cookie_of_flask_s_own_is_not_even_read_though_it_was_signed_with_our_key(browser, anna):
    signer = SecureCookieSessionInterface().get_signing_serializer(browser.client.application)
    forged = signer.dumps({"_user_id": str(anna.actor.id), "_fresh": True, "_remember": "set"})
    browser.client.set_cookie("session", forged, domain="127.0.0.1", secure=True)
    answer = browser.get("/patients")
    assert answer.status_code == 303 and answer.location.startswith("/login")
    assert "Set-Cookie" not in answer.headers


def test_in_a_demonstration_a_password_is_enough(store, settings, anna, clock):
    from core.practice.signin import SignedIn, sign_in

    store.settings = settings.model_copy(update={"demo": True})
    assert isinstance(sign_in(store, ANNA, PASSWORD, "a browser"), SignedIn)


def test_the_app_agrees_with_the_published_vector():
    """RFC 6238 appendix B: the seed `12345678901234567890` at 59 s shows 94287082, of which apps show six digits."""
    import pyotp

    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert pyotp.TOTP(seed).at(datetime.fromtimestamp(59, UTC)) == "287082"
