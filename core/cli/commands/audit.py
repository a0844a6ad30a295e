"""`latchkey audit verify`: proves the audit trail unbroken, or names the first bad entry."""

import json
import sys
from pathlib import Path
from uuid import UUID

import click

from core.audit.trail import PURPOSE, entries
from core.audit.verify import verify
from core.cli.instance import open_instance, practice_of
from core.practice import doors
from core.store import Who
from core.store.unit import SYSTEM


@click.group(name="audit", epilog="Example: latchkey audit verify")
def command() -> None:
    """The audit trail."""


@command.command(name="verify", epilog="Example: latchkey audit verify trail.jsonl")
@click.argument("file", required=False)
@click.option("--dir", "directory", help="Instance folder.")
def verify_command(file: str | None, directory: str | None) -> None:
    """Prove the chain unbroken, in the database or in an exported FILE."""
    store = open_instance(directory)
    key = store.seals(UUID(int=0)).mac_key(PURPOSE)
    if file:
        lines = Path(file).read_text("utf-8").splitlines()
        verdicts = [verify(key, [json.loads(line) for line in lines])]
    else:
        every = store.door(doors.every_practice)
        verdicts = [
            verify(key, store.look(Who(one, SYSTEM), lambda unit: list(entries(unit, 0, 10**9)))) for one in every
        ]
    store.close()
    broken = next((verdict for verdict in verdicts if not verdict.unbroken), None)
    if broken:
        click.echo(f"The trail is broken at entry {broken.broken_at}.", err=True)
        sys.exit(1)
    click.echo(f"{sum(verdict.entries for verdict in verdicts)} entries, unbroken.")


@command.command(name="export", epilog="Example: latchkey audit export --practice elm-street > trail.jsonl")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
def export(practice: str | None, directory: str | None) -> None:
    """The audit trail as JSON lines, each with the hash of the one before."""
    store = open_instance(directory)
    for entry in store.look(practice_of(store, practice), lambda unit: list(entries(unit, 0, 10**9))):
        click.echo(json.dumps(entry, default=str))
    store.close()
