"""`latchkey promise check URL`: the security promises that can be seen from outside, pass or fail by number."""

import json
import sys

import click

from core.cli.link_promises import promises
from core.cli.promises import Portal, check


@click.group(name="promise", epilog="Example: latchkey promise check https://messages.elm.example")
def command() -> None:
    """What is promised about security."""


@command.command(name="check", epilog="Example: latchkey promise check https://messages.elm.example")
@click.argument("url")
@click.option("--link", default="", help="A link of this portal that nobody opened yet; it stays as it was.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def check_command(url: str, link: str, as_json: bool) -> None:
    """Try at a live portal what anybody can see of the promises. Nothing is sent, used or changed."""
    if link and not link.startswith(f"{url.rstrip('/')}/l/"):
        raise click.BadParameter("it is no link of this portal", param_hint="--link")
    found = list(check(Portal(url), promises(link) if link else ()))
    if as_json:
        click.echo(
            json.dumps(
                [
                    {"number": one.number, "promise": one.words, "kept": not one.problems, "problems": one.problems}
                    for one in found
                ]
            )
        )
    else:
        for one in found:
            click.echo(f"{'FAIL' if one.problems else 'pass'}  {one.number:5} {one.words}")
            for problem in one.problems:
                click.echo(f"            {problem}")
        kept = sum(not one.problems for one in found)
        click.echo(f"{kept} of {len(found)} promises kept.")
    if any(one.problems for one in found):
        sys.exit(1)
