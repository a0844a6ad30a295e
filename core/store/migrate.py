"""Bringing a database to the current schema, with Alembic: the rows here, the keyring beside them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.config import Settings
from core.errors import LatchkeyError
from core.store.engine import open_engine

ROWS = Path(__file__).parent / "migrations"
KEYS = Path(__file__).parent.parent / "seal" / "migrations"


class OldSchema(LatchkeyError):
    """The database is not at the schema this version needs."""


def upgrade(settings: Settings) -> None:
    """Bring the database and the keyring to the current schema; safe to repeat."""
    _upgrade(KEYS, settings.keyring)
    _upgrade(ROWS, settings.database)


def is_current(settings: Settings) -> bool:
    """Whether the database is at the schema this version needs."""
    engine = open_engine(settings.database, writes=False)
    try:
        with engine.connect() as db:
            found = MigrationContext.configure(db).get_current_revision()
    finally:
        engine.dispose()
    return found == ScriptDirectory(str(ROWS)).get_current_head()


def _upgrade(scripts: Path, url: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    engine = open_engine(url, writes=True)
    try:
        with engine.begin() as db:
            config.attributes["connection"] = db
            command.upgrade(config, "head")
    finally:
        engine.dispose()
