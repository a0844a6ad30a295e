"""The staff's app, and browsers at it."""

import pytest

from staffbot import create_app
from tests.conftest import settings_on
from tests.staffbot.browser import Browser, signed_in
from tests.standing import attacks_on_both


def pytest_generate_tests(metafunc):
    attacks_on_both(metafunc)


@pytest.fixture
def settings(request, tmp_path, migrated):
    """SQLite alone: what differs between the databases is below the pages, and is tried there; attacks meet both."""
    return settings_on(getattr(request, "param", "sqlite"), request, tmp_path, migrated)


@pytest.fixture
def app(settings, store):
    return create_app(settings, store)


@pytest.fixture
def browser(app, clock):
    return Browser(app.test_client(), clock, {})


@pytest.fixture
def another_browser(app, clock, browser):
    """A second browser; its owner has the same phone."""
    return Browser(app.test_client(), clock, browser.apps)


@pytest.fixture
def ben_at_work(app, store, ben, clock):
    """A browser of Ben, who is signed in."""
    return signed_in(app, store, ben, clock)
