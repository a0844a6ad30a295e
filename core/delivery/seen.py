"""What has already had its effect: nonces, and messages that a provider may tell us about twice (P33, P43, P47).

Noted in the transaction of the effect itself: a call that failed half-way can be repeated, one that succeeded cannot.
"""

import hashlib
from datetime import timedelta

from sqlalchemy import delete

from core.delivery.tables import ReportSeen
from core.store.counting import unless_there
from core.store.unit import Unit

KEPT = timedelta(hours=24)  # longer than any provider repeats (P38, P43)


def first_time(unit: Unit, kind: str, name: str) -> bool:
    """Note that something happened; whether that is new."""
    digest = hashlib.sha256(f"{kind}\0{name}".encode()).digest()
    row = {"practice_id": unit.practice_id, "digest": digest, "at": unit.now}
    return unit.db.execute(unless_there(unit.db, ReportSeen).returning(ReportSeen.digest), row).first() is not None


def forget(unit: Unit) -> int:
    """Let go of what nobody repeats any more; how many."""
    old = (ReportSeen.practice_id == unit.practice_id, ReportSeen.at < unit.now - KEPT)
    return unit.db.execute(delete(ReportSeen).where(*old)).rowcount
