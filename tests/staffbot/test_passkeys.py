"""Passkeys: what signs in, and everything that only looks like it (S44, attacks.md D23)."""

import pytest
from webauthn.helpers import base64url_to_bytes

from core.delivery.writing.account_letters import account_letters
from core.practice import doors, passkeys, secondfactor, sessions
from core.practice.passkeys import WrongPasskey
from core.practice.signin import prove_with_passkey, with_passkey
from core.store.unit import NOBODYS
from tests.staffbot.browser import BASE, token_in
from tests.staffbot.soft_passkey import PRESENT, SoftPasskey


@pytest.fixture
def phone(store, settings, anna):
    """Anna's phone, with a passkey for this site."""
    made = SoftPasskey(settings.staff_host, settings.staff_url)
    store.run(anna, passkeys.add, made.make(store.run(NOBODYS, passkeys.challenge)), "My phone")
    return made


@pytest.fixture
def challenge(store):
    return store.run(NOBODYS, passkeys.challenge)


def test_a_passkey_signs_its_owner_in(store, anna, phone, challenge):
    entered, email = with_passkey(store, phone.sign(challenge), "a browser")
    assert entered.who == anna and email == "anna@elm.example"
    assert [one.name for one in store.look(anna, passkeys.listing)] == ["My phone"]


@pytest.mark.attack("D23")
@pytest.mark.s("S44")
def test_a_challenge_is_good_once(store, phone, challenge):
    with_passkey(store, phone.sign(challenge), "")
    with pytest.raises(WrongPasskey):
        with_passkey(store, phone.sign(challenge), "")


def test_a_challenge_is_good_for_five_minutes(store, phone, challenge, clock):
    clock.forward(minutes=5)
    with pytest.raises(WrongPasskey):
        with_passkey(store, phone.sign(challenge), "")


@pytest.mark.parametrize(
    "wrong",
    [{"origin": "https://evil.example"}, {"site": "evil.example"}, {"flags": PRESENT}],
    ids=["another origin", "another site", "nobody was recognised"],
)
@pytest.mark.attack("D23")
@pytest.mark.s("S44")
def test_what_was_signed_for_elsewhere_or_by_nobody_opens_nothing(store, phone, challenge, wrong):
    with pytest.raises(WrongPasskey):
        with_passkey(store, phone.sign(challenge, **wrong), "")


def test_an_unknown_passkey_a_copied_one_and_nonsense_open_nothing(store, settings, phone, challenge):
    with_passkey(store, phone.sign(challenge), "")
    phone.count -= 1  # a copy that was left behind counts lower than the device that went on
    stranger = SoftPasskey(settings.staff_host, settings.staff_url)
    for answer in (phone.sign(store.run(NOBODYS, passkeys.challenge)), stranger.sign(challenge), "{}", "", "no json"):
        with pytest.raises(WrongPasskey):
            with_passkey(store, answer, "")


def test_a_challenge_we_did_not_make_opens_nothing(store, phone):
    with pytest.raises(WrongPasskey):
        with_passkey(store, phone.sign(bytes(32)), "")


def test_a_passkey_that_is_somebodys_is_nobody_elses(store, ben, phone, challenge):
    with pytest.raises(WrongPasskey):
        store.run(ben, passkeys.add, phone.make(challenge), "Ben's")
    assert store.look(ben, passkeys.listing) == []


def test_nobody_proves_with_a_colleagues_passkey(store, anna, ben, phone, challenge):
    session_id, _ = store.run(ben, lambda unit: sessions.start(unit, unit.staff_id, ""))
    with pytest.raises(WrongPasskey):
        prove_with_passkey(store, ben, session_id, phone.sign(challenge))


@pytest.mark.s("S48")
def test_only_its_owner_removes_a_passkey_which_ends_their_other_sessions(store, anna, ben, phone, clock):
    from core.errors import NotFound

    (mine,) = store.look(anna, passkeys.listing)
    with pytest.raises(NotFound):
        store.run(ben, passkeys.remove, mine.id, mine.id)
    begun = [store.run(anna, lambda unit: sessions.start(unit, unit.staff_id, "")) for _ in range(2)]
    store.run(anna, passkeys.remove, mine.id, begun[1][0])
    live = [store.door(doors.staff_session, cookie, clock()) is not None for _, cookie in begun]
    assert live == [False, True]
    assert store.look(anna, passkeys.listing) == []


def test_at_the_second_step_a_passkey_does_as_well_and_from_then_on_it_comes_first(browser, phone):
    browser.sign_in()
    browser.send("/logout", {}, token_in(browser.get("/security").text))
    browser.clock.forward(seconds=30)
    page = browser.get(browser.give_password().location).text
    assert "Use a passkey" in page and "Use a recovery code" in page
    token = token_in(page)
    asked = browser.client.post("/login/passkey/options", base_url=BASE, headers={"X-CSRF-Token": token}).json
    wrong = browser.send("/login/passkey", {"credential": "{}"}, token)
    assert wrong.status_code == 422 and "That passkey did not work here" in wrong.text and 'id="password"' in wrong.text
    signed = phone.sign(base64url_to_bytes(asked["challenge"]))
    assert browser.send("/login/passkey", {"credential": signed}, token).status_code == 303
    browser.send("/logout", {}, token_in(browser.get("/security").text))
    page = browser.get("/login").text
    assert page.index("Use a passkey") < page.index("<summary>Use your password</summary>") < page.index('id="email"')


@pytest.mark.s("S48")
def test_a_passkey_is_told_by_mail_and_goes_with_the_second_step_that_an_admin_resets(
    store, anna, ben, phone, clock, network
):
    _, cookie = store.run(anna, lambda unit: sessions.start(unit, unit.staff_id, ""))
    store.run(anna, secondfactor.reset, anna.actor.id)
    assert store.door(doors.staff_session, cookie, clock()) is None
    assert store.look(anna, passkeys.listing) == []
    account_letters(store)()
    told = {one.subject for one in network.to("anna@elm.example")}
    assert told == {"A passkey was added", "Your second step was reset"}


@pytest.mark.s("S50")
def test_a_passkey_in_a_browser_that_was_never_used_is_told_by_mail_like_a_password(store, phone, network):
    for known, told in ((lambda email: email == "anna@elm.example", 0), (lambda email: "", 1)):
        with_passkey(store, phone.sign(store.run(NOBODYS, passkeys.challenge)), "a browser", known)
        account_letters(store)()
        subjects = [one.subject for one in network.to("anna@elm.example")]
        assert subjects.count("New sign-in to Latchkey") == told


@pytest.mark.s("S44", "S52")
def test_another_practice_cannot_claim_a_passkey_that_is_somebodys(store, anna, tom, phone):
    """It ended as an error of ours: its name is one in the whole installation."""
    claimed = phone.make(store.run(NOBODYS, passkeys.challenge))
    with pytest.raises(WrongPasskey):
        store.run(tom, passkeys.add, claimed, "Mine")
    assert store.look(tom, passkeys.listing) == []
    assert with_passkey(store, phone.sign(store.run(NOBODYS, passkeys.challenge)), "")[0].who == anna


@pytest.mark.s("S44", "S48")
def test_a_passkey_that_is_removed_while_its_signature_is_checked_opens_nothing(store, anna, phone, challenge):
    found = store.door(doors.passkey, phone.id)
    session_id, _ = store.run(anna, lambda unit: sessions.start(unit, unit.staff_id, ""))
    store.run(anna, passkeys.remove, found.passkey_id, session_id)
    with pytest.raises(WrongPasskey):
        store.run(anna, passkeys.check, found, phone.sign(challenge), challenge)
