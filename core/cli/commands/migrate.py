"""`latchkey migrate`: the database to the current schema."""

import click

from core.cli.instance import folder, open_instance
from core.cli.words import NotSetUp
from core.compose.template import seal_all
from core.config import load
from core.messages.indexing import enter_all
from core.store.migrate import upgrade


@click.command(name="migrate", epilog="Example: latchkey migrate --dir /srv/latchkey")
@click.option("--dir", "directory", help="Instance folder.")
def command(directory: str | None) -> None:
    """Bring the database and the keyring to the current schema; safe to repeat."""
    settings = load(folder(directory))
    if not settings.master_key:
        raise NotSetUp
    upgrade(settings)
    store = open_instance(directory)
    enter_all(store)
    seal_all(store)
    store.close()
    click.echo("The database is up to date.")
