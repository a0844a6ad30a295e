"""`latchkey audit verify`: proves the audit trail unbroken, or names the first bad entry."""

import json
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from core.audit import offline
from core.audit.checkpoint import checkpoints as signed_heads
from core.audit.checkpoint import heads, origin, take_head, verifier_key
from core.audit.trail import PURPOSE, entries
from core.audit.verify import first_unlike_heads, verify
from core.cli.files import content
from core.cli.instance import open_instance, practice_of
from core.cli.listing import Listing
from core.cli.words import NotATrail
from core.practice import doors
from core.store import Unit, Who
from core.store.unit import SYSTEM

Trail = tuple[list[dict[str, Any]], list[tuple[int, bytes]]]  # entries, and the heads noted of them


@click.group(cls=Listing, name="audit", epilog="Example: latchkey audit verify")
def command() -> None:
    """The audit trail."""


@command.command(name="verify", epilog="Example: latchkey audit verify trail.jsonl")
@click.argument("file", required=False)
@click.option("--dir", "directory", help="Instance folder.")
def verify_command(file: str | None, directory: str | None) -> None:
    """Prove the chain unbroken, in the database or in an exported FILE."""
    store = open_instance(directory)
    key = store.seals(UUID(int=0)).mac_key(PURPOSE)
    trails: list[Trail]
    if file:
        trails = [(_exported(file), [])]
    else:
        trails = [store.look(Who(one, SYSTEM), _trail) for one in store.door(doors.every_practice)]
    store.close()
    for found, noted in trails:
        verdict = verify(key, found)
        broken = verdict.broken_at or first_unlike_heads(found, noted)
        if broken:
            click.echo(f"The trail is broken at entry {broken}.", err=True)
            sys.exit(1)
    click.echo(f"{sum(len(found) for found, _ in trails)} entries, unbroken.")


@command.command(epilog="Example: latchkey audit checkpoints --practice elm-street > checkpoints.txt")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
def checkpoints(practice: str | None, directory: str | None) -> None:
    """The key and every signed checkpoint: keep them elsewhere, and nobody can rewrite what they cover."""
    store = open_instance(directory)
    who = practice_of(store, practice)
    store.run(who, take_head)
    click.echo(store.look(who, lambda unit: verifier_key(unit.seals, origin(unit))))
    for note in store.look(who, signed_heads):
        click.echo(note, nl=False)
    store.close()


@command.command(epilog="Example: latchkey audit verifier > verify.py")
def verifier() -> None:
    """A program in one file that checks an exported trail against checkpoints, without Latchkey."""
    click.echo(Path(offline.__file__).read_text("utf-8"), nl=False)


@command.command(name="export", epilog="Example: latchkey audit export --practice elm-street > trail.jsonl")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
def export(practice: str | None, directory: str | None) -> None:
    """The audit trail as JSON lines, each with the hash of the one before."""
    say_trail(practice, directory)


def say_trail(practice: str | None, directory: str | None) -> None:
    """Write the trail to standard output, a JSON object a line."""
    store = open_instance(directory)
    for entry in store.look(practice_of(store, practice), lambda unit: list(entries(unit, 0, 10**9))):
        click.echo(json.dumps(entry, default=str))
    store.close()


def _exported(file: str) -> list[dict[str, Any]]:
    try:
        found = [json.loads(line) for line in content(file).decode().splitlines() if line.strip()]
    except ValueError as error:
        raise NotATrail(file) from error
    if not all(isinstance(entry, dict) and entry.keys() >= {*offline.FIELDS, "before", "hash"} for entry in found):
        raise NotATrail(file)
    return found


def _trail(unit: Unit) -> Trail:
    return list(entries(unit, 0, 10**9)), [(head.size, head.root) for head in heads(unit)]
