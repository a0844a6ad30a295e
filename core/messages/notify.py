"""Notifications: a person's pointers to what wants them, one for each thread, answered in place (U53-U56)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from core.errors import NotFound
from core.messages import attention, find
from core.messages.conversations import join
from core.messages.mentions import names_in
from core.messages.opened import called
from core.messages.post import post
from core.messages.tables import MessageRow, NotificationRow
from core.messages.words import Author, Direction, Kind, Message, Notification, Writing
from core.practice import find as practice
from core.store.types import AnyRow
from core.store.unit import Unit

EXCERPT = 140  # letters of a message shown in the list


def notify(unit: Unit, staff_ids: Iterable[UUID], message: Message, reason: str) -> None:
    """Point these people to a message; never its author. A thread that already waits for them moves up instead."""
    author = message.author.id if message.author else None
    wanted = {staff_id for staff_id in staff_ids if staff_id != author}
    if not wanted:
        return
    join(unit, message.conversation_id, wanted, read_up_to=message.seq - 1)
    for member in practice.staff(unit):
        if member.id in wanted and not _moved_up(unit, member.id, message, author, reason):
            _add(unit, member.id, message, author, reason, member.notify_minutes)


def reply(unit: Unit, notification_id: UUID, text: str, client_id: str) -> Message:
    """Answer where the notification points; it counts as read then. Raises NotFound, Invalid."""
    pointed = _mine(unit, notification_id)
    original = find.message(unit, pointed.message_id)
    writing = Writing(Kind.INTERNAL, Direction.INTERNAL, text, client_id=client_id, reply_to=original.id)
    message = post(unit, pointed.conversation_id, writing)
    wanted = _who_else(unit, message)
    notify(unit, wanted | ({original.author.id} if original.author else set()), message, "reply")
    read(unit, notification_id)
    return message


def read(unit: Unit, notification_id: UUID) -> Notification:
    """Mark as read; no e-mail will go about it. Raises NotFound."""
    return _mark(unit, notification_id, read_at=unit.now, mail_due_at=None)


def done(unit: Unit, notification_id: UUID, undo: bool = False) -> Notification:
    """Put away as done, or bring it back. Raises NotFound."""
    if undo:
        return _mark(unit, notification_id, done_at=None)
    return _mark(unit, notification_id, done_at=unit.now, read_at=unit.now, mail_due_at=None)


def put_away(unit: Unit, message_id: UUID, reason: str) -> None:
    """Nobody need be pointed to a message for this reason any more: done for all of them (ix_notification_message)."""
    row = NotificationRow
    put = unit.db.execute(
        update(row)
        .where(
            row.practice_id == unit.practice_id,
            row.message_id == message_id,
            row.reason == reason,
            row.done_at.is_(None),
        )
        .values(done_at=unit.now, read_at=unit.now, mail_due_at=None)
        .returning(row.id, row.staff_id)
    ).all()
    for one in put:
        unit.tell("notification.updated", staff=one.staff_id, notification=one.id)


def listing(unit: Unit, limit: int = 50) -> list[Notification]:
    """What waits for the actor, newest first (ix_notification_person)."""
    rows = unit.db.execute(
        _columns(unit)
        .where(NotificationRow.staff_id == unit.staff_id, NotificationRow.done_at.is_(None))
        .order_by(NotificationRow.created_at.desc())
        .limit(limit)
    ).all()
    return [_notification(unit, row) for row in rows]


def one(unit: Unit, notification_id: UUID) -> Notification:
    """One of the actor's notifications. Raises NotFound."""
    return _notification(unit, _mine(unit, notification_id))


def mentioned(unit: Unit, text: str) -> set[UUID]:
    """Who a text names with `@`: colleagues by full or first name, groups by name, whatever the case."""
    if "@" not in text:
        return set()
    said = {name.casefold() for name in names_in(text, called(unit))}
    found = {
        member.id
        for member in practice.staff(unit)
        if {member.name.casefold(), member.name.casefold().split()[0]} & said
    }
    for group in practice.groups(unit):
        if group.name.casefold() in said:
            found |= set(group.members)
    return found


def _who_else(unit: Unit, message: Message, named: Iterable[UUID] | None = None) -> set[UUID]:
    """Whom an internal message is for: everyone of a direct or group thread, about a patient whoever it names."""
    named = mentioned(unit, message.text) if named is None else set(named)
    if message.patient_id is not None:
        return named
    return named | set(find.members(unit, message.conversation_id))


def tell_colleagues(unit: Unit, message: Message, named: Iterable[UUID] | None = None) -> None:
    """Notify whomever an internal message is for; `named` where it is known whom its words name."""
    called_by_it = mentioned(unit, message.text) if named is None else set(named)
    notify(unit, _who_else(unit, message, called_by_it), message, "message")
    attention.mention(unit, message, called_by_it)


def _add(unit: Unit, staff_id: UUID, message: Message, author: UUID | None, reason: str, minutes: int) -> None:
    notification_id = unit.new_id()
    wait = timedelta(0) if unit.settings.demo else timedelta(minutes=minutes)
    unit.db.execute(
        insert(NotificationRow).values(
            practice_id=unit.practice_id,
            id=notification_id,
            staff_id=staff_id,
            conversation_id=message.conversation_id,
            message_id=message.id,
            from_id=author,
            reason=reason,
            created_at=unit.now,
            mail_due_at=unit.now + wait if minutes >= 0 else None,
        )
    )
    unit.tell("notification.created", staff=staff_id, notification=notification_id)


def _moved_up(unit: Unit, staff_id: UUID, message: Message, author: UUID | None, reason: str) -> bool:
    moved = unit.db.scalars(
        update(NotificationRow)
        .where(
            NotificationRow.practice_id == unit.practice_id,
            NotificationRow.staff_id == staff_id,
            NotificationRow.conversation_id == message.conversation_id,
            NotificationRow.read_at.is_(None),
            NotificationRow.done_at.is_(None),
        )
        .values(message_id=message.id, from_id=author, reason=reason, created_at=unit.now)
        .returning(NotificationRow.id)
    ).all()
    for notification_id in moved:
        unit.tell("notification.updated", staff=staff_id, notification=notification_id)
    return bool(moved)


def _mark(unit: Unit, notification_id: UUID, **values: Any) -> Notification:
    marked = unit.db.execute(
        update(NotificationRow)
        .where(
            NotificationRow.practice_id == unit.practice_id,
            NotificationRow.id == notification_id,
            NotificationRow.staff_id == unit.staff_id,
        )
        .values(**values)
    )
    if marked.rowcount == 0:
        raise NotFound("notification")
    unit.tell("notification.updated", staff=unit.staff_id, notification=notification_id)
    return one(unit, notification_id)


def _columns(unit: Unit) -> Any:
    row = NotificationRow
    return select(
        row.id, row.staff_id, row.conversation_id, row.message_id, row.from_id, row.created_at, row.read_at, row.done_at
    ).where(row.practice_id == unit.practice_id)


def _mine(unit: Unit, notification_id: UUID) -> AnyRow:
    found: AnyRow | None = unit.db.execute(
        _columns(unit).where(NotificationRow.id == notification_id, NotificationRow.staff_id == unit.staff_id)
    ).one_or_none()
    if found is None:
        raise NotFound("notification")
    return found


def _notification(unit: Unit, row: AnyRow) -> Notification:
    message = find.message(unit, row.message_id)
    text = message.text if len(message.text) <= EXCERPT else message.text[: EXCERPT - 1] + "…"
    names = {member.id: member.name for member in practice.staff_names(unit)}
    sender = Author(row.from_id, names.get(row.from_id, "")) if row.from_id else None
    return Notification(
        row.id,
        row.staff_id,
        row.conversation_id,
        row.message_id,
        sender,
        text,
        row.created_at,
        row.read_at,
        row.done_at,
    )


def who_asked(unit: Unit, conversation_id: UUID) -> set[UUID]:
    """Who should hear that a patient answered: who wrote to them last, else the group `admin`, else everyone."""
    author = unit.db.scalar(
        select(MessageRow.author_id)
        .where(
            MessageRow.practice_id == unit.practice_id,
            MessageRow.conversation_id == conversation_id,
            MessageRow.direction == Direction.OUTBOUND,
            MessageRow.author_id.is_not(None),
        )
        .order_by(MessageRow.seq.desc())
        .limit(1)
    )
    working = {member.id for member in practice.staff(unit)}
    if author in working:
        return {author}
    admins = {staff_id for group in practice.groups(unit) if group.name == "admin" for staff_id in group.members}
    return admins & working or working
