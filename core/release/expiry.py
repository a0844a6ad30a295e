"""What happens when a link's time is over: the credit held for its code comes back, and staff see that it ended."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from core.release.link import give_back_hold, tell_change
from core.release.steps import step
from core.release.tables import LinkRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store


def expire_links(store: Store) -> int:
    """A chore of the worker: end what ended unread; how many."""
    ended = store.door(_ended, store.clock(), 50)
    return sum(store.run(Who(practice_id, SYSTEM), _expire, link_id) for practice_id, link_id in ended)


def _expire(unit: Unit, link_id: UUID) -> bool:
    """Whether it ended now: another worker may have been faster, or somebody let it live longer since it was found."""
    if not give_back_hold(unit, link_id, LinkRow.expires_at <= unit.now):
        return False
    step(unit, link_id, "expired")
    tell_change(unit, link_id)
    return True


def _ended(db: Connection, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    rows = db.execute(
        select(LinkRow.practice_id, LinkRow.id).where(LinkRow.held > 0, LinkRow.expires_at <= now).limit(limit)
    )
    return [(row.practice_id, row.id) for row in rows]
