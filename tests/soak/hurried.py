"""A clock that runs faster, so that doubts of ten minutes end in half a minute; providers keep their own time."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.delivery.providers.ports import Found, Trace
from core.delivery.words import Parcel, Report


@dataclass(frozen=True, slots=True)
class Hurried:
    """`factor` seconds pass in one, from `start` on."""

    start: datetime
    factor: float

    def __call__(self) -> datetime:
        return self.start + (datetime.now(UTC) - self.start) * self.factor

    def in_real_time(self, at: datetime) -> datetime:
        """When it really was."""
        return self.start + timedelta(seconds=(at - self.start).total_seconds() / self.factor)


class InItsOwnTime:
    """A provider that is asked about moments of its own clock."""

    def __init__(self, provider: Any, clock: Hurried) -> None:
        self._provider = provider
        self._sent = 0
        self._clock = clock
        self.name = provider.name
        self.per_second = provider.per_second
        self.reads_per_second = provider.reads_per_second

    def send(self, parcel: Parcel, delivery_id: UUID, reference: str) -> str:
        """As the provider does; every twentieth time whoever started us hears of it."""
        self._sent += 1
        if self._sent % 20 == 0:
            os.write(1, b".")
        return str(self._provider.send(parcel, delivery_id, reference))

    def look_up(self, reference: str) -> Report | None:
        """As the provider does."""
        found: Report | None = self._provider.look_up(reference)
        return found

    def answers(self, number: str = "") -> None:
        """As the provider does."""
        self._provider.answers(number)

    def search(self, trace: Trace) -> Found:
        """At the moment as the provider counts it."""
        found: Found = self._provider.search(replace(trace, at=self._clock.in_real_time(trace.at)))
        return found
