"""Pointers of people to messages, put away together: nobody need look at what a colleague has seen to."""

from sqlalchemy import ColumnElement, update

from core.messages.tables import NotificationRow
from core.store.unit import Unit


def put_away(unit: Unit, reason: str, which: ColumnElement[bool]) -> None:
    """Done for everybody: the pointers that are there for a reason, and of these the ones where `which` holds.

    `which` is about a message (ix_notification_message) or a conversation of `NotificationRow`.
    """
    row = NotificationRow
    put = unit.db.execute(
        update(row)
        .where(row.practice_id == unit.practice_id, row.reason == reason, row.done_at.is_(None), which)
        .values(done_at=unit.now, read_at=unit.now, mail_due_at=None)
        .returning(row.id, row.staff_id)
    ).all()
    for one in put:
        unit.tell("notification.updated", staff=one.staff_id, notification=one.id)
