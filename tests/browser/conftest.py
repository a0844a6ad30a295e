"""Colleagues who are at their desks."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.people import sign_in
from tests.demo_process import Demo
from tests.screens import Screens, new_context


@pytest.fixture(scope="session")
def signed_in(browser: Any, demo: Demo) -> Iterator[Callable[[str], Any]]:
    """The browsers of colleagues who signed in this morning, by role. To sign in and fetch the chat with nothing kept
    takes two seconds of a processor, so who does so is for the tests that are about it.
    """
    theirs: dict[str, Any] = {}

    def browser_of(role: str) -> Any:
        if role not in theirs:
            context = new_context(browser)
            sign_in(context.new_page(), demo, demo.user(role)).close()
            theirs[role] = context
        return theirs[role]

    yield browser_of
    for context in theirs.values():
        context.close()


@pytest.fixture
def desk(demo: Demo, screens: Screens, signed_in: Callable[[str], Any]) -> Callable[..., Any]:
    """The chat of a colleague, by role, who has long signed in: where they left off, or `about` a patient by name."""

    def sit_down(role: str, about: str = "") -> Any:
        page = screens.another(signed_in(role))
        chat = f"{demo.staff}/patients/{demo.patient(about)['id']}/chat" if about else f"{demo.staff}/"
        page.goto(chat)
        if "/login" in page.url:  # the sixth session of a person ends their first (S45), and other tests sign in, too
            sign_in(page, demo, demo.user(role)).goto(chat)
        expect(page.locator("#box[data-ready]")).to_be_visible()
        return page

    return sit_down
