"""What an operator watches: how much waits to leave and how long the oldest has waited. For all practices at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from core.delivery.tables import OutboxRow
from core.store.types import AnyRow


def waiting(db: Connection, now: datetime) -> Sequence[AnyRow]:
    """By channel: how much is due (`due`) and since when (`since`)."""
    row = OutboxRow
    return db.execute(
        select(row.channel, func.count().label("due"), func.min(row.due_at).label("since"))
        .where(row.due_at <= now)
        .group_by(row.channel)
    ).all()
