"""Reading in an emergency what one has no right to read: a conversation among colleagues, with a reason, half an hour.

Everything about patients is open to all who may see patients; what colleagues say to each other is theirs. Owners and
admins may look all the same, never unseen: the conversation says who, when and why, its people and all other owners and
admins hear at once, and each look stands in the trail.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import insert, select

from core.audit.trail import append
from core.delivery.notices import emergency_letter
from core.delivery.writing.admins import tell_admins, write_to_admins
from core.errors import Invalid, NotFound
from core.messages import find as messages
from core.messages.notify import notify
from core.messages.post import post
from core.messages.reasons import reason_of
from core.messages.tables import ConversationRow, EmergencyRow, Member, MessageRow
from core.messages.words import ConversationKind, Direction, Kind, Message, Writing
from core.practice import find as practice
from core.practice.rights import require
from core.practice.words import Right
from core.store.unit import SYSTEM, Unit

LASTS = timedelta(minutes=30)
SHORTEST = 10  # letters of a reason
SHOWN = 100  # messages


@dataclass(frozen=True, slots=True)
class Closed:
    """A conversation among others; `title` is the group's name, or who talks."""

    id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class Opened:
    """What is read, and until when it may be."""

    title: str
    until: datetime
    messages: Sequence[Message]


def closed(unit: Unit) -> list[Closed]:
    """The conversations among colleagues that the actor does not see, or not from the beginning, by title.

    Raises Forbidden.
    """
    require(unit, Right.ADMINISTER)
    row = ConversationRow
    mine = select(Member.conversation_id).where(
        Member.practice_id == unit.practice_id, Member.staff_id == unit.staff_id, Member.sees_after == 0
    )
    found = unit.db.execute(
        select(row.id, row.group_id).where(
            row.practice_id == unit.practice_id,
            row.kind != ConversationKind.PATIENT,
            row.last_seq > 0,
            row.id.not_in(mine),
        )
    ).all()
    groups = {group.id: group.name for group in practice.groups(unit)}
    return sorted((Closed(one.id, groups.get(one.group_id) or _talkers(unit, one.id)) for one in found), key=_title)


def break_in(unit: Unit, conversation_id: UUID, reason: str) -> None:
    """Begin to read one of them. Raises Forbidden, NotFound, Invalid("reason", "empty" or "short")."""
    title = _closed(unit, conversation_id).title
    why = reason_of(reason)
    if len(why) < SHORTEST:
        raise Invalid("reason", "short" if why else "empty")
    ends_at = unit.now + LASTS
    unit.db.execute(
        insert(EmergencyRow).values(
            practice_id=unit.practice_id,
            id=unit.new_id(),
            staff_id=unit.staff_id,
            conversation_id=conversation_id,
            began_at=unit.now,
            ends_at=ends_at,
        )
    )
    append(unit, "emergency reading began", conversation_id, reason=why, until=ends_at.isoformat())
    said = f"{unit.actor.name} can read this conversation for 30 minutes. The reason given: {why}"
    line = post(replace(unit, actor=SYSTEM), conversation_id, Writing(Kind.EVENT, Direction.INTERNAL, said))
    notify(unit, messages.members(unit, conversation_id), line, "emergency")
    tell_admins(replace(unit, actor=SYSTEM), f"{unit.actor.name} reads a conversation of others ({title}): {why}")
    write_to_admins(unit, lambda to: emergency_letter(to, unit.actor.name, f"{unit.settings.staff_url}/admin/audit"))


def reading(unit: Unit, conversation_id: UUID) -> Opened | None:
    """The last messages, None when the half hour is over; the look is written down. Raises Forbidden, NotFound."""
    title, row = _closed(unit, conversation_id).title, EmergencyRow
    ends_at = unit.db.scalar(
        select(row.ends_at)
        .where(
            row.practice_id == unit.practice_id,
            row.staff_id == unit.staff_id,
            row.conversation_id == conversation_id,
            row.ends_at > unit.now,
        )
        .order_by(row.ends_at.desc())
        .limit(1)
    )
    if ends_at is None:
        return None
    append(unit, "emergency reading", conversation_id)
    said = select(MessageRow.id).where(
        MessageRow.practice_id == unit.practice_id, MessageRow.conversation_id == conversation_id
    )
    newest = list(unit.db.scalars(said.order_by(MessageRow.seq.desc()).limit(SHOWN)))
    return Opened(title, ends_at, sorted(messages.several(unit, newest), key=lambda one: one.seq))


def _closed(unit: Unit, conversation_id: UUID) -> Closed:
    for one in closed(unit):
        if one.id == conversation_id:
            return one
    raise NotFound("conversation")


def _talkers(unit: Unit, conversation_id: UUID) -> str:
    inside = set(messages.members(unit, conversation_id))
    return " and ".join(sorted(member.name for member in practice.staff_names(unit) if member.id in inside))


def _title(one: Closed) -> str:
    return one.title.casefold()
