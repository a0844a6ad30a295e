"""`latchkey import patients`, `latchkey import form` and `latchkey import response`."""

import json
import sys
from collections.abc import Callable
from typing import Any
from uuid import UUID

import click

from core.cli.files import content
from core.cli.instance import open_instance, practice_of
from core.cli.listing import Listing
from core.cli.responses import as_response
from core.cli.wording import reason
from core.forms.importing import wording
from core.forms.importing.outcome import Import
from core.forms.library import Added, NeedsAccepting, NotAForm, add_form
from core.forms.waiting.bringing import AnswersRefused, bring_in
from core.patients.intake import Intake, import_csv
from core.release import contacts

SHOWN = 100  # problems (F6)


@click.group(cls=Listing, name="import", epilog="Example: latchkey import patients patients.csv")
def command() -> None:
    """Bring in patients or forms."""


@command.command(epilog="Example: latchkey import patients patients.csv --dry-run")
@click.argument("file")
@click.option("--dry-run", is_flag=True, help="Check everything, keep nothing.")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def patients(file: str, dry_run: bool, practice: str | None, directory: str | None, as_json: bool) -> None:
    """Import patients from a CSV file; bad lines are named, the rest goes in, twice is the same as once."""
    data = content(file)
    store = open_instance(directory)
    try:
        with Progressing(max(1, data.count(b"\n"))) as step:
            result = import_csv(
                store, practice_of(store, practice), data, moved=contacts.moved, dry_run=dry_run, progress=step
            )
    finally:
        store.close()
    _say_intake(result, as_json)


@command.command(epilog="Example: latchkey import form phq-9.json --accept")
@click.argument("file")
@click.option("--key", help="What staff will type after /form.")
@click.option("--accept", is_flag=True, help="Import what can be asked, though not all can.")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def form(file: str, key: str | None, accept: bool, practice: str | None, directory: str | None, as_json: bool) -> None:
    """Import a FHIR R4 Questionnaire as a Smart Form."""
    data = content(file)
    store = open_instance(directory)
    try:
        added = store.run(practice_of(store, practice), add_form, data, key=key or "", accept=accept, file=file)
    except (NotAForm, NeedsAccepting) as error:
        if as_json:
            click.echo(json.dumps(told(error.found)))
            sys.exit(1)
        _say_problems(error.found)
        raise
    finally:
        store.close()
    if as_json:
        click.echo(json.dumps({**told(added.found), "key": added.key, "version_number": added.version}))
    else:
        _say_problems(added.found)
        click.echo(_added(added))


@command.command(epilog="Example: latchkey import response answers.json --form phq-9 --patient 0190…")
@click.argument("file")
@click.option("--form", "key", required=True, help="Which form: what staff type after /form.")
@click.option("--patient", required=True, type=click.UUID, help="The id of the patient with whom it waits.")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def response(file: str, key: str, patient: UUID, practice: str | None, directory: str | None, as_json: bool) -> None:
    """Bring in a QuestionnaireResponse given elsewhere, for a form that waits with a patient; all or nothing."""
    given = as_response(content(file))
    store = open_instance(directory)
    try:
        message = bring_in(store, practice_of(store, practice), patient, key, given)
    except AnswersRefused as error:
        if not as_json:
            raise
        click.echo(json.dumps({"taken": False, "faults": [{"linkId": o.place, "why": o.why} for o in error.faults]}))
        sys.exit(1)
    finally:
        store.close()
    click.echo(json.dumps({"taken": True, "message": str(message.id)}) if as_json else "The answers are in the thread.")


def _added(added: Added) -> str:
    if added.new:
        return f"/form {added.key} is ready (version {added.version})."
    return f"You already have this form (version {added.version}, {added.since:%Y-%m-%d}). Nothing was changed."


def _say_problems(found: Import) -> None:
    for one in found.problems[:SHOWN]:
        at = f"{one.link_id}: " if one.link_id else ""  # what is said of the form as a whole stands at no question
        click.echo(f"{at}{wording.problem(one)} {wording.effect(one)}", err=True)
    if len(found.problems) > SHOWN:
        click.echo(f"… and {len(found.problems) - SHOWN} more.", err=True)
    for note in found.notes:
        click.echo(f"Note: {wording.note(note)}", err=True)


def told(found: Import) -> dict[str, Any]:
    """The result of an import as scripts read it (forms.md F3); at most 100 problems, the rest is counted (F6)."""
    problems = [
        {
            "link_id": one.link_id,
            "text": one.text,
            "extension": one.extension,
            "why": wording.problem(one),
            "effect": wording.effect(one),
        }
        for one in found.problems[:SHOWN]
    ]
    more = {"more_problems": len(found.problems) - SHOWN} if len(found.problems) > SHOWN else {}
    return {
        "result": found.result.value,
        "title": found.title,
        "version": found.version,
        "items": found.count,
        "problems": problems,
        "notes": [wording.note(one) for one in found.notes],
        **more,
    }


def _say_intake(result: Intake, as_json: bool) -> None:
    for line, typed, meant in result.hints:
        click.echo(f"Line {line}: the email ends in {typed}. Did you mean {meant}? It was taken as it is.", err=True)
    if result.ignored:
        click.echo(f"Nothing was taken from the columns {', '.join(result.ignored)}.", err=True)
    rejected = [{"line": line, "reason": reason(error)} for line, error in result.rejected]
    if as_json:
        counts = {"added": result.added, "updated": result.updated, "unchanged": result.unchanged}
        click.echo(json.dumps({**counts, "rejected": rejected}))
        return
    for one in rejected:
        click.echo(f"Line {one['line']}: {one['reason']}.", err=True)
    click.echo(
        f"{result.added} added, {result.updated} updated, {result.unchanged} unchanged, {len(rejected)} left out."
    )


class Progressing:
    """A bar on a terminal, plain lines otherwise."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._bar: Any = None

    def __enter__(self) -> Callable[[int], None]:
        if not sys.stderr.isatty():
            return lambda done: click.echo(f"{done} of about {self._total} lines", err=True)
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True))
        self._bar.start()
        task = self._bar.add_task("Importing", total=self._total)
        return lambda done: self._bar.update(task, completed=done)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
