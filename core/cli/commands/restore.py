"""`latchkey restore`: the database as it was when a backup was made."""

from pathlib import Path

import click

from core.audit.trail import append
from core.backup.restore import restore
from core.cli.instance import folder, open_instance
from core.cli.words import NoSuchFile, NotSetUp
from core.clock import now
from core.compose.template import seal_all
from core.config import load
from core.messages.indexing import enter_all
from core.practice import doors
from core.store import Unit, Who
from core.store.unit import SYSTEM


@click.command(name="restore", epilog="Example: latchkey restore /backups/2026-11-24.latchkey --key private.txt")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--key", "key_file", type=click.Path(dir_okay=False, path_type=Path), help="File with the private half.")
@click.option("--dir", "directory", help="Instance folder.")
def command(file: Path, key_file: Path | None, directory: str | None) -> None:
    """Replace the database by the backup FILE. Links, codes and sessions from before are void then."""
    settings = load(folder(directory))
    if not settings.master_key:
        raise NotSetUp
    for path in (file, key_file):
        if path is not None and not path.exists():
            raise NoSuchFile(str(path))
    private = bytes.fromhex(key_file.read_text("ascii").strip()) if key_file else b""
    rows = restore(settings, now, file, private)
    store = open_instance(directory)
    for practice_id in store.door(doors.every_practice):
        store.run(Who(practice_id, SYSTEM), _record, rows)
    enter_all(store)
    seal_all(store)
    store.close()
    click.echo(f"{rows} rows are back. Start again what serves; patients need new links.")


def _record(unit: Unit, rows: int) -> None:
    append(unit, "restored from a backup", unit.practice_id, rows=rows)
