"""`latchkey init`: configuration, keys, database, the first practice and its owner."""

from pathlib import Path

import click

from core.cli.instance import folder, make, open_instance
from core.cli.words import AlreadySetUp
from core.practice import accounts, doors, find, staff
from core.practice.add import add_practice, short_name
from core.practice.words import Plan, Role
from core.store import Store, Who
from core.store.unit import SYSTEM


@click.command(name="init", epilog="Example: latchkey init --practice 'Elm Street Clinic' --email owner@elm.example")
@click.option("--practice", prompt="Name of the practice", help="Name of the first practice.")
@click.option("--slug", default="", help="Its short name (default: made from the name).")
@click.option("--phone", prompt="Its phone number", help="Number that patients may ring.")
@click.option("--name", prompt="Your name", help="Name of the owner.")
@click.option("--email", prompt="Your e-mail", help="E-mail the owner signs in with.")
@click.option("--password", default="", help="At least 15 letters (asked for, unless you want a link).")
@click.option("--link", is_flag=True, help="Show a link, good once for 30 minutes, with which the owner chooses one.")
@click.option("--dir", "directory", help="Instance folder.")
def command(
    practice: str, slug: str, phone: str, name: str, email: str, password: str, link: bool, directory: str | None
) -> None:
    """Set up Latchkey: configuration, keys, database, first practice and owner."""
    if not link and not password:
        password = click.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    path = folder(directory)
    make(path)
    store = open_instance(str(path))
    who = _practice(store, path, slug or short_name(practice), practice, phone)
    given = "" if link else password
    owner = store.run(who, staff.add, email=email, name=name, role=Role.OWNER, password=given, groups=("admin",))
    token = store.run(who, accounts.hand_link, owner.id) if link else ""
    url = f"{store.settings.staff_url}/login/new/{token}"
    store.close()
    if link:
        click.echo(f"{owner.name} chooses a password here, once, within 30 minutes: {url}")
    click.echo(f"{practice} is set up in {path}. Next: latchkey check, then latchkey serve.")


def _practice(store: Store, path: Path, slug: str, name: str, phone: str) -> Who:
    """The first practice: a new one, or the one that was left without anybody when this was tried before."""
    there = [Who(one, SYSTEM) for one in store.door(doors.every_practice)]
    if any(store.look(who, find.staff) for who in there):
        raise AlreadySetUp(str(path))
    for who in there:
        if store.look(who, find.card).slug == slug:
            return who
    return Who(add_practice(store, slug=slug, name=name, plan=Plan.TRIAL, phone=phone).id, SYSTEM)
