"""A server that goes away and comes back: what was typed goes once, what was missed comes once and in order (U97, U98)."""

import pytest
from playwright.sync_api import expect

from tests.browser.people import open_chat_about, sign_in, type_line

pytestmark = pytest.mark.browser
TYPED = ["First while away", "Second while away"]


def test_what_is_typed_while_the_server_is_away_goes_once_and_others_get_it_in_order(demo, screens):
    anna, ben = (sign_in(screens(), demo, demo.user(role)) for role in ("practitioner", "admin"))
    for page in (anna, ben):
        open_chat_about(page, demo, demo.patient("Lena Fictionova"))
        expect(page.locator("#box[data-ready]")).to_be_visible()
    demo.stop()
    expect(anna.locator("#offline")).to_be_visible()
    for text in TYPED:
        type_line(anna, text)
    expect(anna.locator(".msg.waiting")).to_have_count(len(TYPED))
    demo.start()
    for page in (anna, ben):
        page.evaluate("dispatchEvent(new Event('online'))")  # as a browser says it; else within fifteen seconds
        expect(page.locator(".msg.waiting")).to_have_count(0)
        expect(page.locator(".msg .text", has_text="while away")).to_have_text(TYPED)
