"""`latchkey user`: adding, listing and deactivating staff without the UI."""

import json

import click

from core.cli.instance import open_instance, practice_of
from core.cli.listing import Listing
from core.errors import NotFound
from core.messages import leaver, newcomer
from core.practice import find, secondfactor, staff
from core.practice.words import Role, StaffCard
from core.store import Unit


@click.group(cls=Listing, name="user", epilog="Example: latchkey user list")
def command() -> None:
    """Staff: add, list, deactivate."""


@command.command(epilog="Example: latchkey user add anna@elm.example --name 'Anna Sample' --role practitioner")
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What they are.")
@click.option("--title", default="", help="What patients read under the name.")
@click.option("--group", "groups", multiple=True, help="Group to be in; may be repeated.")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.password_option(help="At least 15 letters.")
@click.option("--dir", "directory", help="Instance folder.")
def add(
    email: str, name: str, role: str, title: str, groups: tuple[str, ...], practice: str | None, password: str,
    directory: str | None,
) -> None:  # fmt: skip
    """Let a person sign in."""
    store = open_instance(directory)
    who = practice_of(store, practice)
    member = store.run(
        who, newcomer.add, email=email, name=name, role=Role(role), password=password, title=title, groups=groups
    )
    store.close()
    click.echo(f"{member.name} can sign in as {member.email}.")


@command.command(name="list", epilog="Example: latchkey user list --json")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def listing(practice: str | None, directory: str | None, as_json: bool) -> None:
    """Everyone who works here or did."""
    store = open_instance(directory)
    members = store.look(practice_of(store, practice), find.staff_names)
    store.close()
    if as_json:
        said = [{"email": m.email, "name": m.name, "role": m.role.value, "active": m.active} for m in members]
        click.echo(json.dumps(said))
        return
    for member in members:
        click.echo(f"{member.email:<36} {member.role.value:<14} {'' if member.active else 'stopped  '}{member.name}")


@command.command(epilog="Example: latchkey user deactivate anna@elm.example")
@click.argument("email")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
def deactivate(email: str, practice: str | None, directory: str | None) -> None:
    """End a person's access at once; what they wrote stays."""
    store = open_instance(directory)
    store.run(practice_of(store, practice), _deactivate, email)
    store.close()
    click.echo(f"{email} cannot sign in any more.")


@command.command(name="reset-2fa", epilog="Example: latchkey user reset-2fa anna@elm.example")
@click.argument("email")
@click.option("--practice", help="Short name of the practice (default: the first).")
@click.option("--dir", "directory", help="Instance folder.")
def reset_2fa(email: str, practice: str | None, directory: str | None) -> None:
    """Take a person's second factor away: they enrol anew when they next sign in."""
    store = open_instance(directory)
    store.run(practice_of(store, practice), lambda unit: secondfactor.reset(unit, _member(unit, email).id))
    store.close()
    click.echo(f"{email} enrols a second factor anew at the next sign-in.")


def _deactivate(unit: Unit, email: str) -> None:
    leaver.deactivate(unit, _member(unit, email).id)


def _member(unit: Unit, email: str) -> StaffCard:
    wanted = staff.normal_email(email)
    member = next((one for one in find.staff(unit) if one.email == wanted), None)
    if member is None:
        raise NotFound("staff member")
    return member
