"""What people are told by mail about signing in as them, after wrong tries (S50). Wrong passwords: `test_wrong_sign_ins.py`."""

import pytest
from sqlalchemy import select
from webauthn.helpers import base64url_to_bytes

from core.delivery.writing.account_letters import account_letters
from core.delivery.writing.wrong_sign_ins import tell_of_wrong_sign_ins
from core.practice import passkeys
from core.practice.tables import StaffLetter
from core.store.unit import NOBODYS
from tests.conftest import PASSWORD
from tests.staffbot.browser import BASE, token_in
from tests.staffbot.soft_passkey import SoftPasskey
from tests.standing import BOTH

WRONG_CODES, AFTER = "Wrong codes for your account", "Sign-in after wrong tries"
NO_CODE, NO_RECOVERY = {"code": "000000"}, {"number": "1", "recovery": "7K3M-7K3M-7K3M-7K3M"}
both = pytest.mark.parametrize("settings", BOTH, indirect=True)


@pytest.fixture
def mails(store, network):
    """The subjects of Anna's letters of these two kinds, after the worker's turn."""

    def written():
        tell_of_wrong_sign_ins(store)
        account_letters(store)()
        return [one.subject for one in network.to("anna@elm.example") if one.subject in (WRONG_CODES, AFTER)]

    return written


@pytest.fixture
def known(browser, anna):
    """The browser in which Anna has signed in, and out again."""
    browser.sign_in()
    out(browser)
    return browser


def out(browser):
    browser.send("/logout", {}, token_in(browser.get("/patients").text))


def refused_passkey(browser):
    token = token_in(browser.get("/login/2fa").text)
    return browser.send("/login/passkey", {"credential": "{}"}, token)


@both
@pytest.mark.s("S39", "S50")
def test_five_wrong_tries_at_the_second_step_are_told_once_a_day_whatever_was_tried(
    known, another_browser, mails, clock, store
):
    another_browser.give_password()
    for wrong in (NO_CODE, NO_RECOVERY):
        another_browser.post("/login/2fa", wrong)
    refused_passkey(another_browser)
    another_browser.give_password()
    refused_passkey(another_browser)
    assert mails() == []
    another_browser.post("/login/2fa", NO_CODE)
    with store.reader.connect() as db:
        assert db.scalars(select(StaffLetter.id)).all() == []  # not by the request: what it costs tells nothing
    assert mails() == mails() == [WRONG_CODES]

    known.sign_in()  # the count begins anew, the day does not
    out(known)
    for _ in range(2):
        clock.forward(hours=2)
        another_browser.give_password()
        for _ in range(5):
            another_browser.post("/login/2fa", NO_CODE)
    assert mails().count(WRONG_CODES) == 1
    clock.forward(hours=24)
    assert mails().count(WRONG_CODES) == 1  # nobody tried meanwhile
    another_browser.give_password()
    another_browser.post("/login/2fa", NO_CODE)
    assert mails().count(WRONG_CODES) == 2


@pytest.mark.s("S50")
def test_a_refused_passkey_without_a_password_is_nobodys_wrong_code(known, mails):
    token = token_in(known.get("/login").text)
    for _ in range(6):
        assert known.send("/login/passkey", {"credential": "{}"}, token).status_code == 422
    assert mails() == []


@both
@pytest.mark.s("S50")
def test_a_right_sign_in_after_three_wrong_tries_is_told_in_a_known_browser_too(known, mails, clock, network):
    def tries_wrongly(passwords, codes):
        clock.forward(minutes=20)
        for _ in range(passwords):
            known.give_password(password="not the right password")
        known.give_password()
        for _ in range(codes):
            known.post("/login/2fa", NO_CODE)
        clock.forward(seconds=30)
        assert known.post("/login/2fa", {"code": known.apps["anna@elm.example"].code()}).status_code == 303
        out(known)
        return mails()

    assert tries_wrongly(2, 0) == tries_wrongly(0, 2) == tries_wrongly(1, 1) == []  # a slip of the fingers
    assert tries_wrongly(3, 0) == [AFTER]
    assert tries_wrongly(0, 0) == [AFTER]  # it was told of
    assert tries_wrongly(0, 3) == [AFTER] * 2
    assert tries_wrongly(2, 1) == [AFTER] * 3
    words = [one.text for one in network.to("anna@elm.example") if one.subject == AFTER]
    assert all("after 3 wrong passwords or codes" in text and "/security" in text for text in words)
    assert not any(PASSWORD in text for text in words)


@both
@pytest.mark.s("S50")
def test_so_is_one_with_a_passkey_after_wrong_passwords(known, mails, clock, store, settings, anna):
    phone = SoftPasskey(settings.staff_host, settings.staff_url)
    store.run(anna, passkeys.add, phone.make(store.run(NOBODYS, passkeys.challenge)), "My phone")

    def with_passkey(token):
        asked = known.client.post("/login/passkey/options", base_url=BASE, headers={"X-CSRF-Token": token}).json
        signed = phone.sign(base64url_to_bytes(asked["challenge"]))
        assert known.send("/login/passkey", {"credential": signed}, token).status_code == 303
        out(known)
        return mails()

    for _ in range(3):
        page = known.give_password(password="not the right password").text
    clock.forward(hours=1)
    assert with_passkey(token_in(page)) == []  # an hour ago is another time
    for _ in range(3):
        page = known.give_password(password="not the right password").text
    assert with_passkey(token_in(page)) == [AFTER]
    for _ in range(2):
        known.give_password(password="not the right password")
    known.give_password()
    known.post("/login/2fa", NO_CODE)
    assert with_passkey(token_in(known.get("/login/2fa").text)) == [AFTER] * 2
    assert with_passkey(token_in(known.get("/login").text)) == [AFTER] * 2
