"""Each report of a provider as it came, once: what it said, when it says that it happened, and as which one (P31, P33).

Kept for a person who has to argue with a provider, its own words sealed. Nothing here decides anything: that is
`status.py`.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select

from core.delivery.tables import ProviderReport
from core.delivery.words import Report, Status
from core.store.counting import unless_there
from core.store.sealing import Place
from core.store.unit import Unit

KEPT = timedelta(days=90)  # as long as providers keep the number of a text in their own records (P24)


@dataclass(frozen=True, slots=True)
class Said:
    """One report: what it says became of the delivery, when we heard it, and the provider's own words."""

    status: Status
    heard_at: datetime
    words: str


def keep(unit: Unit, delivery_id: UUID, given: Report) -> None:
    """Keep a report; the same one of the same moment is there once."""
    marks = (given.reference, given.status, given.reason, given.at.isoformat() if given.at else "")
    digest = hashlib.sha256("\0".join(marks).encode()).digest()
    row = {
        "practice_id": unit.practice_id,
        "delivery_id": delivery_id,
        "digest": digest,
        "status": given.status,
        "reason": given.reason,
        "sequence": given.sequence,
        "happened_at": given.at,
        "at": unit.now,
        "words": sealed_words(unit, given.words, _place(delivery_id, digest)),
    }
    unit.db.execute(unless_there(unit.db, ProviderReport), row)


def said(unit: Unit, delivery_ids: Iterable[UUID]) -> dict[UUID, list[Said]]:
    """What providers reported about these deliveries in their own words, oldest first (its primary key)."""
    row = ProviderReport
    found = unit.db.execute(
        select(row.delivery_id, row.digest, row.status, row.at, row.words)
        .where(row.practice_id == unit.practice_id, row.delivery_id.in_(list(delivery_ids)), row.words.is_not(None))
        .order_by(row.at)
    )
    told: dict[UUID, list[Said]] = defaultdict(list)
    for one in found:
        words = unit.seals.open(one.words, _place(one.delivery_id, one.digest)).decode()
        told[one.delivery_id].append(Said(one.status, one.at, words))
    return told


def sealed_words(unit: Unit, words: str, place: Place) -> bytes | None:
    """A provider's own words as they are kept; None where it said none."""
    return unit.seals.seal(words.encode(), place, scope=f"reports:{unit.now:%Y-%m}") if words else None


def _place(delivery_id: UUID, digest: bytes) -> Place:
    return Place("provider_report", delivery_id, "words", part=digest.hex())


def forget(unit: Unit) -> int:
    """Let go of what nobody argues about any more (ix_provider_report_at); how many."""
    row = ProviderReport
    return unit.db.execute(delete(row).where(row.practice_id == unit.practice_id, row.at < unit.now - KEPT)).rowcount
