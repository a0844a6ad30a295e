"""`latchkey migrate`: the database to the current schema."""

import click

from core.cli.instance import folder
from core.config import load
from core.store.migrate import upgrade


@click.command(name="migrate", epilog="Example: latchkey migrate --dir /srv/latchkey")
@click.option("--dir", "directory", help="Instance folder.")
def command(directory: str | None) -> None:
    """Bring the database and the keyring to the current schema; safe to repeat."""
    upgrade(load(folder(directory)))
    click.echo("The database is up to date.")
