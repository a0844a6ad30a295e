"""Which parcels leave next: codes first, then what people write, then outreach, and practices in turn (P66).

A worker takes some at a time in one transaction, with a lease: on PostgreSQL it skips what another is just taking, on
SQLite there is one writer. Nobody has been called for what is only taken, so a dead worker's are simply taken again.
These are the installation's own reads and writes, across practices and on nobody's way; `NOBODYS` runs them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Subquery, bindparam, func, select, update

from core.delivery.tables import OutboxRow
from core.delivery.words import Channel, Stage
from core.store.types import AnyRow, AnySelect
from core.store.unit import Unit

LEASE = timedelta(seconds=60)  # from taking to the beginning of the attempt
AHEAD = 10  # how many times the parcels asked for are looked at, because others may hold the first


_ANY = (  # made once: asked many times a second
    select(OutboxRow.delivery_id)
    .where(OutboxRow.stage == Stage.WAITING, OutboxRow.channel == bindparam("by"), OutboxRow.due_at <= bindparam("now"))
    .limit(1)
)
_LAPSED = (
    select(OutboxRow.practice_id, OutboxRow.delivery_id, OutboxRow.channel)
    .where(OutboxRow.stage == bindparam("at"), OutboxRow.due_at <= bindparam("now"))
    .order_by(OutboxRow.due_at)
    .limit(bindparam("most"))
)
_TOO_LATE = (
    select(OutboxRow.practice_id, OutboxRow.delivery_id)
    .where(OutboxRow.stage == Stage.WAITING, OutboxRow.until <= bindparam("now"))
    .order_by(OutboxRow.until)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A parcel that one worker has."""

    practice_id: UUID
    delivery_id: UUID


def is_due(db: Connection, channel: Channel, now: datetime, back: Collection[UUID] = ()) -> bool:
    """Whether anything of this channel could leave now, but for practices that are kept `back` (ix_outbox_due)."""
    if not back:
        return db.scalar(_ANY, {"by": channel, "now": now}) is not None
    return db.scalar(_due(channel, now, back).with_only_columns(OutboxRow.delivery_id).limit(1)) is not None


def take(unit: Unit, channel: Channel, holder: UUID, most: int, back: Collection[UUID] = ()) -> list[Taken]:
    """Take up to so many of what is due, in the order they shall leave; nothing of practices that are kept `back`."""
    row = OutboxRow
    front = _front(channel, unit.now, most * AHEAD, back)
    chosen = (
        select(row.practice_id, row.delivery_id)
        .join(front, (front.c.practice_id == row.practice_id) & (front.c.delivery_id == row.delivery_id))
        .where(row.stage == Stage.WAITING)
        .order_by(front.c.rank, front.c.turn, front.c.due_at)
        .limit(most)
        .with_for_update(of=row, skip_locked=True)
        .cte("chosen")
    )
    taken = unit.db.execute(
        update(row)
        .where(row.practice_id == chosen.c.practice_id, row.delivery_id == chosen.c.delivery_id)
        .values(stage=Stage.TAKEN, holder=holder, due_at=unit.now + LEASE)
        .returning(row.practice_id, row.delivery_id, row.rank)
    ).all()
    return [Taken(one.practice_id, one.delivery_id) for one in sorted(taken, key=lambda one: one.rank)]


def let_go(unit: Unit) -> int:
    """What dead workers had taken waits again; how many."""
    row = OutboxRow
    lapsed = (row.stage == Stage.TAKEN, row.due_at <= unit.now)
    return unit.db.execute(
        update(row).where(*lapsed).values(stage=Stage.WAITING, holder=None, due_at=unit.now)
    ).rowcount


def lapsed(db: Connection, stage: Stage, now: datetime, limit: int) -> list[AnyRow]:
    """Parcels of a stage that somebody must look at, oldest first."""
    return list(db.execute(_LAPSED, {"at": stage, "now": now, "most": limit}))


def too_late(db: Connection, now: datetime, limit: int) -> list[AnyRow]:
    """Parcels that nobody should bring any more (ix_outbox_until)."""
    return list(db.execute(_TOO_LATE, {"now": now, "most": limit}))


def _due(channel: Channel, now: datetime, back: Collection[UUID]) -> AnySelect:
    row = OutboxRow
    due = select(row).where(row.stage == Stage.WAITING, row.channel == channel, row.due_at <= now)
    return due.where(row.practice_id.notin_(back)) if back else due


def _front(channel: Channel, now: datetime, limit: int, back: Collection[UUID]) -> Subquery:
    """The front of the line: within a rank the first of every practice, then the second of every practice, …"""
    row = OutboxRow
    turn = func.row_number().over(partition_by=(row.rank, row.practice_id), order_by=(row.due_at, row.delivery_id))
    line = (
        _due(channel, now, back)
        .with_only_columns(row.practice_id, row.delivery_id, row.rank, row.due_at, turn.label("turn"))
        .subquery()
    )
    return select(line).order_by(line.c.rank, line.c.turn, line.c.due_at).limit(limit).subquery()
