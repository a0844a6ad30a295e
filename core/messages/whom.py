"""Whom a message is for: who is named in it, who follows its thread, who covers for them, who waits for an answer."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from core.messages import find
from core.messages.mentions import names_in
from core.messages.opened import called
from core.messages.tables import MessageRow
from core.messages.words import ConversationKind, Direction, Message
from core.practice import find as practice
from core.practice.away import covers
from core.store.unit import Unit


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


def who_hears(unit: Unit, message: Message, named: Iterable[UUID] | None = None) -> set[UUID]:
    """Whom an internal message is for: whoever it names, and in a direct or group thread who did not mute it."""
    named = mentioned(unit, message.text) if named is None else set(named)
    if message.patient_id is not None:
        return named
    return named | set(find.listeners(unit, message.conversation_id))


def covering(unit: Unit, wanted: set[UUID], message: Message) -> set[UUID]:
    """Who covers for those who are away. Nobody is let into what two colleagues say to each other: its author is told
    who covers, and may ask them.
    """
    found = covers(practice.staff(unit), wanted, unit.now)
    if not found or message.patient_id is not None:
        return found
    return found if find.conversation_kind(unit, message.conversation_id) is ConversationKind.GROUP else set()


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
