"""`latchkey export patient` and `latchkey export audit`."""

import json
import os
from pathlib import Path

import click

from core.access import record
from core.cli.commands.audit import say_trail
from core.cli.instance import open_instance, practice_of
from core.cli.listing import Listing
from core.cli.words import FileThere


@click.group(cls=Listing, name="export", epilog="Example: latchkey export patient W1001 --to record.zip")
def command() -> None:
    """Take a patient's record or the audit trail out."""


@command.command(epilog="Example: latchkey export patient W1001 --to record.zip")
@click.argument("said", metavar="ID")
@click.option("--to", "file", type=click.Path(dir_okay=False, path_type=Path), help="A zip file with the files, too.")
@click.option("--without-internal", is_flag=True, help="Leave out what colleagues wrote to each other.")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
@click.option("--json", "as_json", is_flag=True, help="With --to: one JSON object.")
def patient(
    said: str,
    file: Path | None,
    without_internal: bool,
    practice: str | None,
    directory: str | None,
    as_json: bool,
) -> None:
    """A patient's whole record, as JSON; with --to as a zip that has their files in it. Noted in the audit trail.

    ID stands in the address of the patient's page; the practice's own number for them will do.
    """
    store = open_instance(directory)
    try:
        who = practice_of(store, practice)
        patient_id = store.look(who, record.whose, said)
        store.run(who, record.note, patient_id, internal=not without_internal)
        if file is None:
            click.echo(store.look(who, record.as_json, patient_id, internal=not without_internal).decode())
            return
        with os.fdopen(_new(file), "wb") as out:
            store.look(who, record.write, patient_id, out, internal=not without_internal)
    finally:
        store.close()
    click.echo(json.dumps({"file": str(file)}) if as_json else f"The record is in {file}. Only you can read it.")


@command.command(name="audit", epilog="Example: latchkey export audit --practice elm-street > trail.jsonl")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
def audit(practice: str | None, directory: str | None) -> None:
    """The audit trail as JSON lines, each with the hash of the one before."""
    say_trail(practice, directory)


def _new(file: Path) -> int:
    try:
        return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise FileThere(str(file)) from error
