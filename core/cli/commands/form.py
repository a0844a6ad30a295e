"""`latchkey form try` and `latchkey form export`."""

import json
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import click

from core.cli.files import content
from core.cli.instance import open_instance, practice_of
from core.cli.listing import Listing
from core.cli.responses import as_response
from core.forms.builder import trying
from core.forms.library import NotAForm, export_form
from core.forms.questionnaire import read
from core.forms.response import dumps


@click.group(cls=Listing, name="form", epilog="Example: latchkey form try phq-9.json answers.json")
def command() -> None:
    """See what a form does with answers; take forms out again."""


@command.command(name="try", epilog="Example: latchkey form try phq-9.json answers.json --json")
@click.argument("form")
@click.argument("response")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def try_(form: str, response: str, as_json: bool) -> None:
    """What the engine makes of a FORM and a (partial) RESPONSE; stores nothing."""
    found = read(content(form))
    if found.form is None:
        raise NotAForm(found)
    tried = trying.tried(found.form, as_response(content(response)), datetime.now(UTC))
    for link_id in tried.unsent:
        click.echo(f"“{link_id}” is not asked with these answers: what was answered there is not sent.", err=True)
    if as_json:
        click.echo(dumps(tried.told).decode())
        return
    for name in ("enabled", "calculated", "invalid"):
        click.echo(f"{name}:")
        for line in _lines(tried.told[name]):
            click.echo(f"  {line}")
    click.echo("valid" if tried.told["valid"] else "not valid")


@command.command(epilog="Example: latchkey form export phq-9 > phq-9.json")
@click.argument("key")
@click.option("--version", "number", type=click.IntRange(min=1), help="Which version (default: the current one).")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
def export(key: str, number: int | None, practice: str | None, directory: str | None) -> None:
    """The very bytes of a form as it came in."""
    store = open_instance(directory)
    try:
        data = store.look(practice_of(store, practice), export_form, key, number)
    finally:
        store.close()
    sys.stdout.buffer.write(data)


def _lines(found: Any) -> list[str]:
    if isinstance(found, dict):
        return [f"{place}: {json.dumps(value, default=_plain)}" for place, value in found.items()]
    return [one if isinstance(one, str) else f"{one['linkId']}: {one['why']}" for one in found]


def _plain(value: object) -> str:
    return str(value) if isinstance(value, Decimal) else ""
