"""How much of a person's attention a conversation gets: pinned, muted, marked unread, mentioned in (U18, U19)."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import update

from core.messages import find
from core.messages.conversations import join
from core.messages.tables import Member
from core.messages.words import Conversation, Message
from core.practice import find as practice
from core.store.unit import Unit

MORNING = time(7)  # when a conversation muted until tomorrow is heard again, in the practice's own zone
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class Quiet(StrEnum):
    """For how long a conversation is muted."""

    OFF = "off"
    HOUR = "hour"
    TOMORROW = "tomorrow"
    ALWAYS = "always"


def pin(unit: Unit, conversation_id: UUID, on: bool) -> Conversation:
    """Keep a conversation at the top of one's list, or let it go. Raises NotFound."""
    return _set(unit, conversation_id, pinned=on)


def mute(unit: Unit, conversation_id: UUID, quiet: Quiet) -> Conversation:
    """Let a conversation count no more for a while, or again. Raises NotFound."""
    return _set(unit, conversation_id, muted_until=_until(unit, quiet))


def unread_from(unit: Unit, conversation_id: UUID, seq: int) -> Conversation:
    """Mark everything from `seq` on as unread. Raises NotFound."""
    found = find.conversation(unit, conversation_id)
    return _set(unit, conversation_id, last_read_seq=max(found.sees_after, min(seq, found.last_seq) - 1))


def mention(unit: Unit, message: Message, staff_ids: set[UUID]) -> None:
    """Remember that a message names these people, so that their list shows it until they read it."""
    if not staff_ids:
        return
    unit.db.execute(
        update(Member)
        .where(
            Member.practice_id == unit.practice_id,
            Member.conversation_id == message.conversation_id,
            Member.staff_id.in_(staff_ids),
        )
        .values(mentioned_seq=message.seq)
    )


def _set(unit: Unit, conversation_id: UUID, **values: object) -> Conversation:
    seen = find.conversation(unit, conversation_id)
    if not seen.mine:
        join(unit, conversation_id, {unit.staff_id}, read_up_to=seen.last_seq)
    unit.db.execute(
        update(Member)
        .where(
            Member.practice_id == unit.practice_id,
            Member.staff_id == unit.staff_id,
            Member.conversation_id == conversation_id,
        )
        .values(**values)
    )
    now = find.conversation(unit, conversation_id)
    unit.tell(
        "conversation.updated",
        conversation=conversation_id,
        staff=unit.staff_id,
        unread=now.unread,
        pinned=now.pinned,
        muted=now.muted,
    )
    return now


def _until(unit: Unit, quiet: Quiet) -> datetime | None:
    if quiet is Quiet.HOUR:
        return unit.now + timedelta(hours=1)
    if quiet is Quiet.TOMORROW:
        zone = ZoneInfo(practice.card(unit).time_zone)
        tomorrow = unit.now.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, MORNING, zone)
    return NEVER if quiet is Quiet.ALWAYS else None
