"""Whether Plivo would take our texts: account and its money, our number, clock (P72)."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from core.config import Settings
from core.delivery.providers import wire
from core.delivery.providers.findings import Finding, Level, clock_of
from core.delivery.providers.sender_names import AS_OF, Names, among, is_name, is_well_formed
from core.patients.phone import region_of

NAME = "plivo"
LEAST = 5.0  # of the account's currency: about a hundred texts


def examine(client: Any, settings: Settings, now: datetime, unreadable: tuple[type[Exception], ...]) -> list[Finding]:
    """Read what Plivo knows about us; what its client raises for anything but a good answer is `unreadable`."""
    dates: list[str] = []
    hooks = client.session.hooks["response"]
    hooks.insert(0, note := lambda answer, *_, **__: dates.append(answer.headers.get("Date", "")))
    try:
        account = _asked(lambda: client.account.get(), unreadable)
        if isinstance(account, Exception):
            refused = getattr(account, "status", None) in (401, 403)
            return [Finding(NAME, "key" if refused else "unreachable", Level.FAILED)]
    finally:
        hooks.remove(note)
    left = float(account.cash_credits)
    return [
        Finding(NAME, "key"),
        *clock_of(NAME, dates[0] if dates else "", now),
        Finding(NAME, "funds", Level.OK if left >= LEAST else Level.FAILED, {"left": f"{left:.2f}"}),
        *examine_sender(client, settings.plivo_sender, {settings.default_country, *settings.sms_countries}, unreadable),
    ]


def examine_sender(
    client: Any, sender: str, countries: Collection[str], unreadable: tuple[type[Exception], ...]
) -> list[Finding]:
    """Whether a number is this account's and of a country that it texts, or what those countries do with a name."""
    if is_name(sender):
        return _name(sender, countries)
    own = _asked(lambda: client.numbers.get(sender.lstrip("+")), unreadable)
    if isinstance(own, Exception):
        known = getattr(own, "status", None) == 404
        return [Finding(NAME, "number" if known else "number_unread", Level.FAILED, {"sender": sender})]
    if not own.sms_enabled:
        return [Finding(NAME, "number_mute", Level.FAILED, {"sender": sender})]
    found = [Finding(NAME, "number", facts={"sender": sender})]
    if (home := region_of("+" + sender.lstrip("+"))) not in countries:
        said = {"sender": sender, "home": home or "no country", "countries": ", ".join(sorted(countries))}
        found.append(Finding(NAME, "number_abroad", Level.NOTE, said))
    return found


def _asked(question: Callable[[], Any], unreadable: tuple[type[Exception], ...]) -> Any:
    """The answer, or what was raised in its place."""
    try:
        with wire.bounded():
            return question()
    except unreadable as error:
        return error


def _name(sender: str, countries: Collection[str]) -> list[Finding]:
    said = {
        "name_refused": (Level.FAILED, among(countries, Names.NUMBER_ONLY)),
        "name_registered": (Level.NOTE, among(countries, Names.REGISTERED)),
        "name_unlisted": (Level.NOTE, among(countries, None)),
    }
    well = Level.NOTE if is_well_formed(sender) else Level.FAILED
    return [Finding(NAME, "name" if is_well_formed(sender) else "name_malformed", well, {"sender": sender})] + [
        Finding(NAME, code, level, {"sender": sender, "countries": ", ".join(found), "as_of": f"{AS_OF:%B %Y}"})
        for code, (level, found) in said.items()
        if found
    ]
