"""How far a person has read; unread counts agree everywhere because there is one cursor (U18)."""

from uuid import UUID

from sqlalchemy import bindparam, select, update

from core.messages import find, unopened
from core.messages.conversations import join
from core.messages.tables import ConversationRow, Member, NotificationRow
from core.store.prepared import Prepared
from core.store.unit import Unit

_UNREAD = Prepared(
    select(ConversationRow.id, (ConversationRow.last_seq - Member.last_read_seq).label("unread"))
    .join(
        Member,
        (Member.practice_id == ConversationRow.practice_id) & (Member.conversation_id == ConversationRow.id),
    )
    .where(
        Member.practice_id == bindparam("practice"),
        Member.staff_id == bindparam("me"),
        ConversationRow.last_seq > Member.last_read_seq,
    )
)


def advance(unit: Unit, conversation_id: UUID, up_to: int) -> int:
    """Move the actor's cursor forward to `up_to`, never back; returns what is unread then. Raises NotFound."""
    seen = find.conversation(unit, conversation_id)
    up_to = max(0, min(up_to, seen.last_seq))
    mine = (
        Member.practice_id == unit.practice_id,
        Member.staff_id == unit.staff_id,
        Member.conversation_id == conversation_id,
    )
    if not seen.mine:
        join(unit, conversation_id, {unit.staff_id}, read_up_to=up_to)
    moved = unit.db.execute(update(Member).where(*mine, Member.last_read_seq < up_to).values(last_read_seq=up_to))
    if seen.patient_id is not None:
        unopened.opened(unit, conversation_id, up_to)
    left = seen.last_seq - (unit.db.scalar(select(Member.last_read_seq).where(*mine)) or 0)
    if moved.rowcount or not seen.mine:
        _read_notifications(unit, conversation_id, left)
        unit.tell(
            "read.updated",
            staff=unit.staff_id,
            conversation=conversation_id,
            conversation_id=conversation_id,
            up_to=up_to,
            unread=left,
        )
    return left


def unread(unit: Unit) -> dict[UUID, int]:
    """What is unread, by conversation: two small tables subtracted, never a count of messages."""
    rows = _UNREAD.rows(unit.db, {"practice": unit.practice_id, "me": unit.staff_id})
    return {row.id: row.unread for row in rows}


def _read_notifications(unit: Unit, conversation_id: UUID, left: int) -> None:
    """Reading the thread to its end reads the pointers to it, so that no e-mail goes about what was seen (U56)."""
    if left:
        return
    read = unit.db.scalars(
        update(NotificationRow)
        .where(
            NotificationRow.practice_id == unit.practice_id,
            NotificationRow.staff_id == unit.staff_id,
            NotificationRow.conversation_id == conversation_id,
            NotificationRow.read_at.is_(None),
        )
        .values(read_at=unit.now, mail_due_at=None)
        .returning(NotificationRow.id)
    ).all()
    for notification_id in read:
        unit.tell("notification.updated", staff=unit.staff_id, notification=notification_id)
