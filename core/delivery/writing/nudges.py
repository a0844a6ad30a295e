"""The e-mail about an unread message: once a thread until it is read; it says only that there is one (U56, T1)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select, update

from core.audit.trail import append
from core.delivery import outbox
from core.delivery.notices import nudge
from core.delivery.words import Channel, Purpose
from core.errors import NotFound
from core.messages.tables import NotificationRow
from core.patients.phone import masked_email
from core.practice import find as practice
from core.store.unit import Unit


def due_nudges(db: Connection, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Notifications whose e-mail is due, in all practices (ix_notification_due)."""
    rows = db.execute(
        select(NotificationRow.practice_id, NotificationRow.id)
        .where(NotificationRow.mail_due_at <= now)
        .order_by(NotificationRow.mail_due_at)
        .limit(limit)
    )
    return [(row.practice_id, row.id) for row in rows]


def mail_nudge(unit: Unit, notification_id: UUID) -> bool:
    """Queue the e-mail about one notification, if it is still due; whether it was."""
    taken = unit.db.execute(
        update(NotificationRow)
        .where(
            NotificationRow.practice_id == unit.practice_id,
            NotificationRow.id == notification_id,
            NotificationRow.mail_due_at.is_not(None),
        )
        .values(mail_due_at=None, mailed_at=unit.now)
        .returning(NotificationRow.staff_id)
    ).one_or_none()
    if taken is None:
        return False
    try:
        member = practice.staff_member(unit, taken.staff_id)
    except NotFound:
        return False
    minutes = 0 if unit.settings.demo else member.notify_minutes
    outbox.queue(
        unit,
        channel=Channel.EMAIL,
        purpose=Purpose.NUDGE,
        parcel=nudge(member.email, member.name.split()[0], unit.settings.staff_url, minutes),
        masked=masked_email(member.email),
    )
    append(unit, "notification mailed", notification_id)
    return True
