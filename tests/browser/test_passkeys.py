"""A passkey in the browser: added under one's account, then one press to sign in."""

import shutil

import pytest
from playwright.sync_api import expect

from tests.browser.people import sign_in
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
    phone.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
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
    page.keyboard.press("Enter")
    expect(page.locator("#box")).to_be_focused()
