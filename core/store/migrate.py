"""Bringing a database to the current schema, with Alembic: the rows here, the keyring beside them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from core.config import Settings
from core.errors import LatchkeyError
from core.store.engine import open_engine

ROWS = Path(__file__).parent / "migrations"
KEYS = Path(__file__).parent.parent / "seal" / "migrations"


class OldSchema(LatchkeyError):
    """The database is not at the schema this version needs."""


def upgrade(settings: Settings) -> None:
    """Bring the database and the keyring to the current schema; safe to repeat."""
    upgrade_to(KEYS, settings.keyring, "head")
    upgrade_to(ROWS, settings.database, "head")


def is_current(settings: Settings) -> bool:
    """Whether the database is at the schema this version needs."""
    engine = open_engine(settings.database, writes=False)
    try:
        with engine.connect() as db:
            found = MigrationContext.configure(db).get_current_revision()
    finally:
        engine.dispose()
    return found == ScriptDirectory(str(ROWS)).get_current_head()


def revision(engine: Engine) -> str:
    """The schema a database is at; empty when it has none."""
    with engine.connect() as db:
        return MigrationContext.configure(db).get_current_revision() or ""


def knows(scripts: Path, name: str) -> bool:
    """Whether a schema is one that this version has, or had."""
    return name in {one.revision for one in ScriptDirectory(str(scripts)).walk_revisions()}


def upgrade_to(scripts: Path, url: str, to: str) -> None:
    """Bring one database to a schema."""
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    engine = open_engine(url, writes=True)
    try:
        with engine.begin() as db:
            config.attributes["connection"] = db
            command.upgrade(config, to)
    finally:
        engine.dispose()
