"""While a provider does not answer: what waits for it says so; admins get one e-mail, and one when it is back (T17).

Only practices for which something waits are told; for all others nothing has happened. Where one number alone is
refused, what waits for it says so too (its practice hears of it in `own_number.py`).
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, or_, select, update

from core.calendar import clock
from core.delivery.notices import provider_back, provider_down
from core.delivery.providers.circuit import Open
from core.delivery.senders.own_number import REFUSED, kept_back
from core.delivery.status import tell
from core.delivery.tables import DeliveryRow, OutboxRow
from core.delivery.words import Channel, Stage, Status
from core.delivery.writing.admins import write_to_admins
from core.practice import find as practice
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

BATCH = 200


def tell_who_waits(store: Store, channel: Channel, shut: Open) -> int:
    """Let everything due say that it waits, and since when; how much was new."""
    waiting: dict[UUID, list[UUID]] = defaultdict(list)
    for row in store.door(_untold, channel, shut, store.clock()):
        waiting[row.practice_id].append(row.delivery_id)
    for practice_id, ids in waiting.items():
        store.run(Who(practice_id, SYSTEM), _mark, channel, shut, ids)
    return sum(map(len, waiting.values()))


def tell_it_is_back(store: Store, channel: Channel, shut: Open) -> None:
    """Let the admins of those who waited know."""
    for practice_id in store.door(_who_waited, shut):
        store.run(Who(practice_id, SYSTEM), _mail, channel, shut, 0)


def _mark(unit: Unit, channel: Channel, shut: Open, ids: Sequence[UUID]) -> None:
    row = DeliveryRow
    first = not shut.number and not _told_before(unit, shut)
    marked = unit.db.execute(
        update(row)
        .where(row.practice_id == unit.practice_id, row.id.in_(ids), row.status == Status.QUEUED)
        .values(waits_since=shut.since, provider=shut.provider, reason=REFUSED if shut.number else "")
        .returning(row.id, row.message_id, row.conversation_id)
    ).all()
    for one in marked:
        tell(unit, one.id, one.message_id, one.conversation_id, Status.QUEUED)
    if first and marked:
        _mail(unit, channel, shut, len(marked))


def _mail(unit: Unit, channel: Channel, shut: Open, waiting: int) -> None:
    """To every owner and admin; about e-mail itself they hear in the chat alone, where the ticks say it."""
    if channel is Channel.EMAIL:
        return
    since = clock(shut.since, practice.card(unit).time_zone)
    provider = shut.provider.capitalize()
    write_to_admins(
        unit, lambda to: provider_down(to, provider, since, waiting) if waiting else provider_back(to, provider)
    )


def _told_before(unit: Unit, shut: Open) -> bool:
    row = DeliveryRow
    waited = select(row.id).where(
        row.practice_id == unit.practice_id, row.provider == shut.provider, row.waits_since == shut.since
    )
    return unit.db.scalar(waited.limit(1)) is not None


def _untold(db: Connection, channel: Channel, shut: Open, now: datetime) -> list[AnyRow]:
    """What is due, or has been tried, and has not been told in this outage (ix_outbox_due)."""
    row, delivery = OutboxRow, DeliveryRow
    found = (
        select(row.practice_id, row.delivery_id)
        .join(delivery, (delivery.practice_id == row.practice_id) & (delivery.id == row.delivery_id))
        .where(row.stage == Stage.WAITING, row.channel == channel, or_(row.due_at <= now, row.attempts > 0))
        .where(or_(delivery.waits_since.is_(None), delivery.waits_since < shut.since), delivery.status == Status.QUEUED)
    )
    if shut.number:
        found = found.where(row.practice_id.in_(kept_back(db, [shut.number])))
    return list(db.execute(found.limit(BATCH)))


def _who_waited(db: Connection, shut: Open) -> list[UUID]:
    row = DeliveryRow
    waited = select(row.practice_id).where(row.provider == shut.provider, row.waits_since == shut.since)
    return list(db.scalars(waited.distinct()))
