"""Colleagues who are at their desks."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser.people import open_chat, open_chat_about, sign_in
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
        if about:
            open_chat_about(page, demo, demo.patient(about))
        else:
            open_chat(page, demo)
        return page

    return sit_down
