"""What the whole portal counts: wrong codes and asked codes of an address, and the breaker over all links (S18, S19).

Runs before a practice is known. Addresses are kept as keyed hashes.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from core.errors import LatchkeyError, TooMany
from core.release import tally
from core.store.unit import Unit
from core.store.writer import Store

HOUR = timedelta(hours=1)
LATELY = timedelta(minutes=10)
ENOUGH = 50  # tries before a share of failures says anything (S19)
WRONG, ASKED = "wrong codes of an address", "codes asked by an address"
PORTAL_TRIES, PORTAL_WRONG = "tries of the portal", "wrong codes of the portal"


class Busy(LatchkeyError):
    """Many wrong codes are being typed everywhere: a new browser has to wait `wait` seconds between its steps (S19)."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Guess:
    """A try that was charged to its address. `alarm`: the breaker is on; `key` is what is charged."""

    key: bytes
    minute: bytes
    alarm: bool


def guess(store: Store, address: str) -> Guess:
    """Charge a try to its address and to the portal before it is compared. Raises TooMany."""
    return store.run(tally.ANYONE, _guess, address)


def settle(unit: Unit, charged: Guess, right: bool) -> None:
    """Take the charge back, in the transaction that opens: only what was wrong counts. Asks the same either way."""
    of = (charged.key, charged.minute) if right else (None, None)
    tally.refund_to_anyone(unit, zip((WRONG, PORTAL_WRONG), of, strict=True))


def ask(store: Store, address: str) -> None:
    """Charge an asked code to its address. Raises TooMany."""
    store.run(tally.ANYONE, _ask, address)


def alarmed(unit: Unit) -> bool:
    """Whether too many guesses of the last ten minutes were wrong, over all links of the portal."""
    tries, wrong = tally.totals(unit, (PORTAL_TRIES, PORTAL_WRONG), LATELY)
    limits = unit.settings.limits
    return wrong > limits.portal_wrong or (tries >= ENOUGH and wrong * 100 > limits.portal_share * tries)


def _guess(unit: Unit, address: str) -> Guess:
    most = unit.settings.limits.address_wrong_an_hour
    key, minute = _key(unit, address), tally.digest(f"{unit.now:%Y-%m-%d %H:%M}")
    _or_wait(unit, WRONG, key, most)
    alarm = alarmed(unit)
    tally.note(unit, (PORTAL_TRIES, PORTAL_WRONG), minute, HOUR)
    return Guess(key, minute, alarm)


def _ask(unit: Unit, address: str) -> None:
    _or_wait(unit, ASKED, _key(unit, address), unit.settings.limits.address_sends_an_hour)


def _or_wait(unit: Unit, name: str, key: bytes, most: int) -> None:
    if tally.charge(unit, name, key, most, HOUR) is None:
        raise TooMany(name, most, tally.wait(unit, name, key, HOUR))


def _key(unit: Unit, address: str) -> bytes:
    return hmac.digest(unit.seals.mac_key("addresses"), address.encode(), "sha256")
