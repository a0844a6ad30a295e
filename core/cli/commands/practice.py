"""`latchkey practice`: adding one, its plan, its credits."""

import json
from datetime import timedelta

import click

from core.cli.instance import open_instance, practice_of
from core.cli.listing import Listing
from core.delivery import credits as ledger
from core.delivery.billing import purchase
from core.practice import doors, find
from core.practice.add import add_practice
from core.practice.choices import take_word_documents
from core.practice.plans import TRIAL, change
from core.practice.words import Plan
from core.store import Who
from core.store.unit import SYSTEM


@click.group(cls=Listing, name="practice", epilog="Example: latchkey practice list")
def command() -> None:
    """Practices: add, list, plan, credits, Word documents."""


@command.command(epilog="Example: latchkey practice add 'Elm Street Clinic' --slug elm-street --phone '01632 960001'")
@click.argument("name")
@click.option("--slug", required=True, help="Short name.")
@click.option("--phone", required=True, help="Number that patients may ring.")
@click.option("--dir", "directory", help="Instance folder.")
def add(name: str, slug: str, phone: str, directory: str | None) -> None:
    """Add a practice, on trial."""
    store = open_instance(directory)
    add_practice(store, slug=slug, name=name, plan=Plan.TRIAL, phone=phone)
    store.close()
    click.echo(f"{slug} was added.")


@command.command(name="list", epilog="Example: latchkey practice list --json")
@click.option("--dir", "directory", help="Instance folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def listing(directory: str | None, as_json: bool) -> None:
    """The practices of this installation."""
    store = open_instance(directory)
    cards = [store.look(Who(one, SYSTEM), find.card) for one in store.door(doors.every_practice)]
    store.close()
    if as_json:
        said = [{"slug": c.slug, "name": c.name, "plan": c.plan.value, "credits": c.credits} for c in cards]
        click.echo(json.dumps(said))
    else:
        for card in cards:
            click.echo(f"{card.slug:<24} {card.plan.value:<12} {card.credits:>6} credits  {card.name}")


@command.command(epilog="Example: latchkey practice plan elm-street subscribed")
@click.argument("slug")
@click.argument("plan", type=click.Choice([plan.value for plan in Plan]))
@click.option(
    "--days", type=click.IntRange(1, 365), default=TRIAL.days, show_default=True, help="Of a trial, from now."
)
@click.option("--dir", "directory", help="Instance folder.")
def plan(slug: str, plan: str, days: int, directory: str | None) -> None:
    """Change a practice's plan, or let its trial go on."""
    store = open_instance(directory)
    store.run(practice_of(store, slug), change, Plan(plan), timedelta(days=days))
    store.close()
    click.echo(f"{slug} is on {plan} now{f', for {days} days' if plan == Plan.TRIAL.value else ''}.")


@command.command(epilog="Example: latchkey practice credits --practice elm-street --add 500")
@click.option("--practice", required=True, help="Short name of the practice.")
@click.option("--add", type=click.IntRange(1, 10_000_000), help="Credits to add; without it, shows the balance.")
@click.option("--paid", metavar="INVOICE", help="An order that was paid: its credits appear.")
@click.option("--dir", "directory", help="Instance folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def credits(practice: str, add: int | None, paid: str | None, directory: str | None, as_json: bool) -> None:
    """Show or top up a practice's SMS credits, and what it ordered and has not paid."""
    store = open_instance(directory)
    who = practice_of(store, practice)
    if paid:
        store.run(who, purchase.paid, paid)
    balance = store.run(who, ledger.top_up, add) if add else store.look(who, ledger.balance)
    unpaid = store.look(who, purchase.unpaid)
    store.close()
    if as_json:
        orders = [{"invoice": one.invoice, "credits": one.credits} for one in unpaid]
        click.echo(json.dumps({"balance": balance, "unpaid": orders}))
        return
    click.echo(f"{practice}: {balance} credits")
    for one in unpaid:
        click.echo(f"Invoice {one.invoice}: {one.credits} credits, ordered {one.ordered_at:%d.%m.%Y}, not paid yet")


@command.command(epilog="Example: latchkey practice word-documents elm-street on")
@click.argument("slug")
@click.argument("wanted", type=click.Choice(["on", "off"]))
@click.option("--dir", "directory", help="Instance folder.")
def word_documents(slug: str, wanted: str, directory: str | None) -> None:
    """Let Word documents be sent and received, or not; those with macros never are."""
    store = open_instance(directory)
    store.run(practice_of(store, slug), take_word_documents, wanted == "on")
    store.close()
    click.echo(f"{slug}: Word documents are {wanted}.")
