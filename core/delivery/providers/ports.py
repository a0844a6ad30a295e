"""What a provider is to Latchkey: it brings one parcel to one address and says one of four things (P12)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.delivery.providers.findings import Finding
from core.delivery.words import Parcel, Report
from core.errors import LatchkeyError


class Answered:
    """What a provider's no has beside its meaning: HTTP status and code for the log (P71), its own words for people."""

    answer = ""
    words = ""


class Refused(Answered, LatchkeyError):
    """Not taken, for good; `why` is a short key for staff."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TryAgain(Answered, LatchkeyError):
    """Surely not taken; `after` is seconds until it makes sense to ask again."""

    def __init__(self, after: int = 0) -> None:
        super().__init__(after)
        self.after = after


class TooFast(TryAgain):
    """Surely not taken, or not answered, because we call too often."""


class Halted(TryAgain):
    """Surely not taken, and nobody's will be: the key, the sender, the money or the address is wrong (P12)."""


class SenderRefused(Halted):
    """Surely not taken: the number it comes from is not ours. Nobody's will be that comes from the same number."""


class Unsure(Answered, LatchkeyError):
    """It may have been taken: never sent again by itself (P23)."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What is known of a parcel that may have been taken: enough to look for it. `units` is segments of a text."""

    delivery_id: UUID
    to: str
    sender: str
    units: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """The provider's names for what may be the parcel. `sure`: they carry our own mark, so they are."""

    references: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Received:
    """What a network's record says of a text that came in; `units` is segments."""

    sender: str
    to: str
    units: int


class Provider(Protocol):
    """Brings one parcel to a provider; knows no practice, patient or database."""

    name: str
    per_second: float  # calls that its account may make; infinite where nobody counts
    reads_per_second: float  # questions beside them, likewise

    def send(self, parcel: Parcel, delivery_id: UUID, reference: str) -> str:
        """Returns the provider's name for it. Raises Refused, TryAgain or Unsure, nothing else."""

    def look_up(self, reference: str) -> Report | None:
        """What became of what it took by that name; None when it knows of none. Raises TryAgain or Unsure."""

    def search(self, trace: Trace) -> Found:
        """What it has that may be this parcel. Raises TryAgain or Unsure, which prove nothing (P27)."""

    def received(self, reference: str) -> Received | None:
        """What came in by that name; None when it knows of none. Raises TryAgain or Unsure."""

    def answers(self, number: str = "") -> None:
        """One read that shows whether it is there and would take something, from that number where one is given.

        Raises TryAgain or Unsure when not.
        """

    def examine_sender(self, sender: str, countries: Collection[str]) -> list[Finding]:
        """Whether a number or name of a practice is the account's and fits these countries (P72). Raises nothing."""

    def examine(self, now: datetime) -> list[Finding]:
        """Whether it would take and report what we send: key, sender, money, webhooks, clock (P72). Raises nothing."""

    def rehearse(self, to: str) -> bool:
        """Have something to an address checked and not sent; False where that cannot be. Raises as `send` does."""
