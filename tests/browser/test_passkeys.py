"""A passkey in the browser: added under one's account, then one press to sign in; and a code where it is not at hand."""

import shutil

import pyotp
import pytest
from playwright.sync_api import expect

from core.config import load
from core.opening import open_store
from core.practice import doors, secondfactor
from tests.browser.people import give_password, sign_in
from tests.demo_process import Demo

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def by_name(tmp_path, seeded):
    """A demonstration under a name: browsers bind passkeys to names, not to numbers."""
    shutil.copytree(seeded, tmp_path / "instance")
    running = Demo(tmp_path / "instance", host="localhost").start()
    yield running
    running.stop()


@pytest.mark.browser
def test_a_passkey_is_added_and_then_one_press_signs_in(by_name, screens):
    page = screens()
    phone = page.context.new_cdp_session(page)
    phone.send("WebAuthn.enable")
    device = phone.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    sign_in(page, by_name, by_name.user("owner"))
    page.goto(by_name.staff + "/security")
    page.get_by_label("Name, so that you know it again").fill("The desk's key")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The desk's key")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_hidden()  # a press, and the password one link away (U4)
    expect(page.get_by_role("button", name="Use a passkey")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#box[data-ready]")).to_be_visible()

    other = page.context.new_page()  # and so it does in place of a page whose session ended elsewhere (U7)
    other.goto(by_name.staff)
    other.get_by_role("button", name="Sign out").click()
    page.bring_to_front()
    expect(page.get_by_role("button", name="Use a passkey")).to_be_focused()
    phone.send("WebAuthn.setUserVerified", {**device, "isUserVerified": False})  # a finger that it does not know
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("No passkey was used. Try again, or use your password.")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_focused()
    phone.send("WebAuthn.setUserVerified", {**device, "isUserVerified": True})
    page.keyboard.press("Enter")
    expect(page.locator("#box")).to_be_focused()

    page.keyboard.type("half a thought")
    app = enrolled(by_name)
    other.bring_to_front()
    other.goto(by_name.staff)
    other.get_by_role("button", name="Sign out").click()
    page.bring_to_front()
    page.get_by_text("Use your password").click()
    give_password(page, by_name.user("owner"))
    page.get_by_label("Code from your authenticator app").fill("123")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That code did not work.")
    expect(page.get_by_label("Code from your authenticator app")).to_be_focused()
    page.keyboard.type(app.now())
    page.keyboard.press("Enter")
    expect(page.locator("#box")).to_be_focused()
    expect(page.locator("#box")).to_have_text("half a thought")


def enrolled(demo: Demo) -> pyotp.TOTP:
    """The owner's authenticator app, set up meanwhile: a demonstration asks for a code where there is one."""
    store, secret = open_store(load(demo.folder, demo=True)), pyotp.random_base32()
    store.run(store.door(doors.sign_in, demo.user("owner")["email"]).who, secondfactor.replace, secret, 0)
    store.close()
    return pyotp.TOTP(secret)
