"""Empty databases, to be brought from one schema to the next."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from core.store.engine import open_engine


@contextmanager
def opened(url: str) -> Iterator[Connection]:
    """A database for one transaction; its connections are closed after it."""
    engine = open_engine(url, writes=True)
    with engine.begin() as db:
        yield db
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'old.db'}"
    return str(request.getfixturevalue("postgres").fresh(template="template0"))
