"""What can be wrong with an installation, looked at one after another; what one lacks does not stop the next (P72)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import requests
from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from core.config import BadSettings, Settings
from core.delivery.credits import balance
from core.delivery.providers import wire
from core.delivery.providers.circuit import open_now
from core.delivery.providers.findings import Finding, Level
from core.delivery.providers.open import Providers
from core.delivery.reference import PURPOSE
from core.delivery.senders.own_number import texting_number
from core.delivery.senders.sender_domain import LookUp, examine
from core.delivery.tables import OutboxRow
from core.delivery.words import Channel
from core.practice import doors, find
from core.seal.keyring import WrongMasterKey
from core.store import Store, Who
from core.store.migrate import is_current
from core.store.unit import SYSTEM, Unit

STUCK = timedelta(minutes=10)  # longer than any wait that ends by itself while a provider answers


def database(settings: Settings) -> Finding:
    """Whether the database answers and is at the current schema."""
    try:
        current = is_current(settings)
    except SQLAlchemyError:
        return Finding("database", "unreachable", Level.FAILED)
    return Finding("database", "schema", Level.OK if current else Level.FAILED)


def keys(store: Store) -> Finding:
    """Whether the master key opens the keyring."""
    try:
        store.seals(UUID(int=0)).mac_key(PURPOSE)
    except WrongMasterKey:
        return Finding("keys", "master", Level.FAILED)
    return Finding("keys", "master")


def portal(settings: Settings) -> Finding:
    """Whether the portal can be reached where providers will call it, and refuses a call that is not signed."""
    address = urlsplit(settings.portal_url)
    if address.scheme != "https" and not settings.sandboxed:
        return Finding("portal", "https", Level.FAILED, {"url": settings.portal_url})
    try:
        answer = requests.post(
            f"{settings.portal_url}/hooks/plivo/status", timeout=wire.CONNECT_AND_READ, allow_redirects=False
        )
    except requests.RequestException:
        return Finding("portal", "unreachable", Level.FAILED, {"url": settings.portal_url})
    level = Level.OK if answer.status_code == 403 else Level.FAILED
    return Finding("portal", "hook", level, {"url": settings.portal_url, "status": answer.status_code})


def providers(found: Providers, store: Store) -> Iterator[Finding]:
    """What each provider says about us."""
    for provider in found.by_channel.values():
        yield from provider.examine(store.clock())


def circuits(store: Store) -> Iterator[Finding]:
    """Providers, and numbers of practices, that nothing is handed over for just now, and since when."""
    for one in store.door(open_now).values():
        since = f"{one.since:%d.%m. %H:%M} UTC"
        code = "number_refused" if one.number else "circuit"
        yield Finding(one.provider, code, Level.FAILED, {"since": since, "number": one.number})


def practices(store: Store) -> Iterator[Finding]:
    """Credits of each practice."""
    for practice_id in store.door(doors.every_practice):
        yield store.look(Who(practice_id, SYSTEM), _credits)


def numbers(found: Providers, store: Store) -> Iterator[Finding]:
    """What practices text from, where that is not the installation's number: their own, and fit for their countries."""
    for practice_id in store.door(doors.every_practice):
        sender, country = store.look(Who(practice_id, SYSTEM), _texts_from)
        if sender != store.settings.plivo_sender:
            countries = {country, *store.settings.sms_countries}
            yield from found.by_channel[Channel.SMS].examine_sender(sender, countries)


def sender_domain(settings: Settings, look_up: LookUp) -> Iterator[Finding]:
    """Whether receivers can tell our letters from others' in our name; nothing while letters stay on this machine."""
    if settings.email_provider == "mailjet":
        yield from examine(settings.email_from, look_up)


def waiting(store: Store) -> Finding:
    """How long the oldest thing that is due has been waiting to leave."""
    due = store.door(_oldest)
    late = (store.clock() - due) if due else timedelta(0)
    level = Level.FAILED if late > STUCK else Level.OK
    return Finding("outbox", "waiting", level, {"minutes": int(late.total_seconds() // 60)})


def _credits(unit: Unit) -> Finding:
    card, left = find.card(unit), balance(unit)
    level = Level.FAILED if left == 0 else Level.NOTE if card.credits_low_at else Level.OK
    return Finding("credits", "left", level, {"practice": card.slug, "left": left})


def _texts_from(unit: Unit) -> tuple[str, str]:
    return texting_number(unit), find.card(unit).country


def _oldest(db: Connection) -> datetime | None:
    return db.scalar(select(OutboxRow.due_at).order_by(OutboxRow.due_at).limit(1))


def settings_found(error: BadSettings) -> list[Finding]:
    """What the configuration lacks, one finding each."""
    return [Finding("configuration", "bad", Level.FAILED, {"problem": one}) for one in error.problems]
