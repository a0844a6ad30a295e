"""`latchkey backup`: the database as one encrypted file, the keyring as another."""

from datetime import timedelta
from pathlib import Path

import click

from core.backup.save import KEYRING_SUFFIX, save
from core.cli.instance import open_instance
from core.cli.words import FileThere

KEYRING_LIVES = timedelta(days=35)  # S105


@click.command(name="backup", epilog="Example: latchkey backup /backups/2026-11-24.latchkey")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dir", "directory", help="Instance folder.")
def command(file: Path, directory: str | None) -> None:
    """Write the database to FILE and the keyring to FILE.keys, both encrypted; safe while serving.

    Keep the two apart. With `backup_key` set (`latchkey keys backup-key`) only its private half opens them.
    """
    store = open_instance(directory)
    try:
        rows = save(store.settings, store.clock, file)
    except FileExistsError as error:
        raise FileThere(str(error.filename)) from error
    until = (store.clock() + KEYRING_LIVES).date()
    store.close()
    click.echo(f"{rows} rows in {file}. Keep {file.name}{KEYRING_SUFFIX} elsewhere, and delete it by {until}.")
