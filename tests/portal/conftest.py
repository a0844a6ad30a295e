"""The patients' pages."""

import pytest

from tests.conftest import settings_on_sqlite


@pytest.fixture
def settings(tmp_path, migrated):
    """SQLite alone: what differs between the databases is below the pages, and is tried there."""
    return settings_on_sqlite(tmp_path, migrated)
