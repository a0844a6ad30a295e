"""`latchkey promise check URL`: the security promises that can be seen from outside, pass or fail by number."""

import json
import sys

import click

from core.cli import link_promises, staff_promises
from core.cli.listing import Listing
from core.cli.promises import PROMISES, Live, Portal, Verdict, check


@click.group(cls=Listing, name="promise", epilog="Example: latchkey promise check https://messages.elm.example")
def command() -> None:
    """What is promised about security."""


@command.command(
    name="check",
    epilog="Example: latchkey promise check https://messages.elm.example --staff https://chat.elm.example",
)
@click.argument("url")
@click.option("--link", default="", help="A link of this portal that nobody opened yet; it stays as it was.")
@click.option("--staff", default="", help="Where the staff's app is, to be tried as well; nobody signs in.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def check_command(url: str, link: str, staff: str, as_json: bool) -> None:
    """Try at a live portal what anybody can see of the promises. Nothing is sent, used or changed."""
    if link and not link.startswith(f"{url.rstrip('/')}/l/"):
        raise click.BadParameter("it is no link of this portal", param_hint="--link")
    portal = Portal(url)
    tried: list[tuple[Live, list[Verdict]]] = [
        (portal, list(check(portal, (*PROMISES, *(link_promises.promises(link) if link else ())))))
    ]
    if staff:
        app = staff_promises.Staff(staff)
        tried.append((app, list(check(app, staff_promises.PROMISES))))
    found = [(face, one) for face, verdicts in tried for one in verdicts]
    if as_json:
        click.echo(json.dumps([_as_json(face, one) for face, one in found]))
    else:
        for face, verdicts in tried:
            if staff:
                click.echo(f"{face.url}:")
            for one in verdicts:
                _say(one)
        click.echo(f"{sum(not one.problems for _, one in found)} of {len(found)} promises kept.")
    if any(one.problems for _, one in found):
        sys.exit(1)


def _as_json(face: Live, one: Verdict) -> dict[str, object]:
    said = {"number": one.number, "promise": one.words, "kept": not one.problems, "problems": one.problems}
    return {**said, "at": face.url}


def _say(one: Verdict) -> None:
    click.echo(f"{'FAIL' if one.problems else 'pass'}  {one.number:5} {one.words}")
    for problem in one.problems:
        click.echo(f"            {problem}")
