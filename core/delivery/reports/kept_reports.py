"""Each report of a provider as it came, once: what it said, when it says that it happened, and as which one (P31, P33).

Kept for a person who has to argue with a provider. Nothing here decides anything: that is `status.py`.
"""

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete

from core.delivery.tables import ProviderReport
from core.delivery.words import Report
from core.store.counting import unless_there
from core.store.unit import Unit

KEPT = timedelta(days=90)  # as long as providers keep the number of a text in their own records (P24)


def keep(unit: Unit, delivery_id: UUID, given: Report) -> None:
    """Keep a report; the same one of the same moment is there once."""
    marks = (given.reference, given.status, given.reason, given.at.isoformat() if given.at else "")
    row = {
        "practice_id": unit.practice_id,
        "delivery_id": delivery_id,
        "digest": hashlib.sha256("\0".join(marks).encode()).digest(),
        "status": given.status,
        "reason": given.reason,
        "sequence": given.sequence,
        "happened_at": given.at,
        "at": unit.now,
    }
    unit.db.execute(unless_there(unit.db, ProviderReport), row)


def forget(unit: Unit) -> int:
    """Let go of what nobody argues about any more (ix_provider_report_at); how many."""
    row = ProviderReport
    return unit.db.execute(delete(row).where(row.practice_id == unit.practice_id, row.at < unit.now - KEPT)).rowcount
