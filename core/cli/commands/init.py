"""`latchkey init`: configuration, keys, database, the first practice and its owner."""

import click

from core.cli.instance import folder, make, open_instance
from core.practice import accounts, staff
from core.practice.add import add_practice
from core.practice.words import Plan, Role
from core.store import Who
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
    short = slug or "-".join(practice.casefold().split())
    card = add_practice(store, slug=short, name=practice, plan=Plan.TRIAL, phone=phone)
    who = Who(card.id, SYSTEM)
    given = "" if link else password
    owner = store.run(who, staff.add, email=email, name=name, role=Role.OWNER, password=given, groups=("admin",))
    token = store.run(who, accounts.hand_link, owner.id) if link else ""
    url = f"{store.settings.staff_url}/login/new/{token}"
    store.close()
    if link:
        click.echo(f"{owner.name} chooses a password here, once, within 30 minutes: {url}")
    click.echo(f"{practice} is set up in {path}. Next: latchkey check, then latchkey serve.")
