"""The patients' pages."""

import pytest

from tests.conftest import settings_on
from tests.standing import attacks_on_both


def pytest_generate_tests(metafunc):
    attacks_on_both(metafunc)


@pytest.fixture
def settings(request, tmp_path, migrated):
    """SQLite alone: what differs between the databases is below the pages, and is tried there; attacks meet both."""
    return settings_on(getattr(request, "param", "sqlite"), request, tmp_path, migrated)
