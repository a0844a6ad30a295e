"""`latchkey check`: what is wrong with configuration, keys, database, clock, credits and providers, a sentence each."""

import json
import sys
from typing import Any

import click

from core.cli import checking
from core.cli.dns_texts import dns_texts
from core.cli.found import sentence
from core.cli.instance import folder
from core.cli.words import NotSetUp
from core.config import BadSettings, Settings, load
from core.delivery.providers.findings import Finding, Level
from core.delivery.providers.open import Providers, open_providers
from core.delivery.providers.ports import Refused, TryAgain, Unsure
from core.delivery.words import Channel, Parcel
from core.ids import new_id
from core.opening import open_store

MARKS = {Level.OK: "ok  ", Level.NOTE: "note", Level.FAILED: "FAIL"}


@click.command(name="check", epilog="Example: latchkey check --send-test you@elm.example")
@click.option("--send-test", "address", metavar="ADDRESS", help="Try a letter or text to this address or number.")
@click.option("--really", is_flag=True, help="Send the test; without it, the provider only looks at it.")
@click.option("--dir", "directory", help="Instance folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def command(address: str | None, really: bool, directory: str | None, as_json: bool) -> None:
    """Say what is wrong with configuration, keys, database, clock, credits and providers."""
    found = examine(directory, address, really)
    if as_json:
        click.echo(json.dumps([_told(one) for one in found]))
    else:
        for one in found:
            click.echo(f"{MARKS[one.level]}  {sentence(one)}")
    if any(one.level is Level.FAILED for one in found):
        sys.exit(1)


def examine(directory: str | None, address: str | None = None, really: bool = False) -> list[Finding]:
    """Everything that can be looked at; where the ground is missing, nothing that stands on it. Raises NotSetUp."""
    try:
        settings = load(folder(directory))
    except BadSettings as error:
        return checking.settings_found(error)
    if not settings.master_key:
        raise NotSetUp
    found = [checking.database(settings)]
    if found[0].level is Level.FAILED:
        return found
    store = open_store(settings)
    try:
        found.append(checking.keys(store))
        found += [checking.portal(settings), checking.waiting(store), *checking.circuits(store)]
        found += checking.practices(store)
        providers = open_providers(settings, store.clock)
        found += [*checking.providers(providers, store), *checking.numbers(providers, store)]
        found += checking.sender_domain(settings, dns_texts)
        if address:
            found.append(tried(providers, settings, address, really=really))
    except BadSettings as error:
        found += checking.settings_found(error)
    finally:
        store.close()
    return found


def tried(providers: Providers, settings: Settings, address: str, *, really: bool) -> Finding:
    """A letter to an e-mail address or a text to a number: sent, or only looked at by its provider."""
    provider = providers.by_channel[Channel.EMAIL if "@" in address else Channel.SMS]
    facts = {"to": address}
    try:
        if really:
            delivery = new_id()
            provider.send(_test(address, settings.plivo_sender), delivery, f"{delivery.hex}.test")
            return Finding(provider.name, "sent", facts=facts)
        looked = provider.rehearse(address)
    except Refused as refused:
        return Finding(provider.name, "test_refused", Level.FAILED, {**facts, "why": refused.why})
    except (TryAgain, Unsure):
        return Finding(provider.name, "test_failed", Level.FAILED, facts)
    return Finding(provider.name, "rehearsed" if looked else "needs_really", Level.OK if looked else Level.NOTE, facts)


def _test(address: str, number: str) -> Parcel:
    sender = "" if "@" in address else number
    return Parcel(address, "A message to try Latchkey out.", "Latchkey", sender=sender, sender_name="Latchkey")


def _told(one: Finding) -> dict[str, Any]:
    return {"about": one.about, "code": one.code, "level": one.level.value, "sentence": sentence(one), **one.facts}
