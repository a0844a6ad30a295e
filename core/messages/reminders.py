"""Reminders: at their time a line in the conversation, and a notification to whom they are for.

A reminder is a row until it is said, so nothing is lost when a worker dies; saying it and ending it is one transaction.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Connection, false, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from core.audit.trail import append
from core.errors import Invalid, LatchkeyError, NotFound
from core.messages import ahead
from core.messages.conversations import between, of_patient, open_group
from core.messages.notify import notify
from core.messages.post import LONGEST, post
from core.messages.tables import ConversationRow, ReminderRow
from core.messages.words import Direction, Kind, Message, Writing
from core.practice import find as practice
from core.practice.rights import may
from core.practice.tables import StaffRow
from core.practice.words import Right
from core.store.counting import upsert
from core.store.sealing import Place
from core.store.types import AnyRow, AnySelect
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)
BATCH = 50


@dataclass(frozen=True, slots=True)
class Reminder:
    """Something to be said at a time: to a colleague, a group or oneself."""

    id: UUID
    author_id: UUID
    to: UUID
    conversation_id: UUID
    at: datetime
    text: str


def remind_at(
    unit: Unit, to: UUID, at: datetime, text: str, *, patient_id: UUID | None = None, client_id: str = ""
) -> Reminder:
    """Have somebody reminded, in the thread about a patient or else in the one with them; oneself in one's notes.

    Raises NotFound, Invalid.
    """
    if not text.strip():
        raise Invalid("reminder", "empty")
    if len(text) > LONGEST:
        raise Invalid("text", "too_long", limit=LONGEST, over=len(text) - LONGEST)
    thread, reminder_id = _thread(unit, to, patient_id), unit.new_id()
    row = {
        "practice_id": unit.practice_id,
        "id": reminder_id,
        "author_id": unit.staff_id,
        "to_id": to,
        "conversation_id": thread,
        "text": unit.seals.seal(text.encode(), _place(reminder_id), scope=f"reminders:{unit.now:%Y-%m}"),
        "client_id": client_id or str(reminder_id),
        "created_at": unit.now,
        "due_at": at,
    }
    new = upsert(unit.db, ReminderRow).values(row).on_conflict_do_nothing().returning(ReminderRow.id)
    if unit.db.scalar(new):
        ahead.tell_thread(unit, thread)
        append(unit, "reminder made", reminder_id, to=to, at=at.isoformat())
    return Reminder(reminder_id, unit.staff_id, to, thread, at, text)


def listing(unit: Unit) -> list[Reminder]:
    """What will be said to the actor or by them, soonest first (ix_reminder_due)."""
    row = ReminderRow
    mine = or_(row.author_id == unit.staff_id, row.to_id == unit.staff_id)
    return _several(unit, mine, row.held_at.is_(None))


def held(unit: Unit) -> list[Reminder]:
    """What is held because somebody left, soonest first; for `compose/held.py`, which asks for the right."""
    return _several(unit, ReminderRow.held_at.is_not(None))


def hand_over(unit: Unit, reminder_id: UUID, to: UUID) -> None:
    """A held one is said to somebody else, by the actor: about a patient in their thread, else in one of theirs.

    Raises NotFound.
    """
    row = ReminderRow
    thread = unit.db.scalar(select(row.conversation_id).where(*_live(unit, reminder_id), row.held_at.is_not(None)))
    if thread is None:
        raise NotFound("reminder")
    place = (ConversationRow.practice_id == unit.practice_id, ConversationRow.id == thread)
    patient_id = unit.db.scalar(select(ConversationRow.patient_id).where(*place))
    now_in = _thread(unit, to, patient_id)
    unit.db.execute(
        update(row)
        .where(*_live(unit, reminder_id))
        .values(author_id=unit.staff_id, to_id=to, conversation_id=now_in, held_at=None)
    )
    ahead.tell_thread(unit, now_in)


def next_in(unit: Unit, conversation_id: UUID) -> Reminder | None:
    """The soonest that will be said in a conversation, whoever it is for; for somebody who may read it there.

    None where nothing is to come, or its words were erased (ix_reminder_due).
    """
    row = ReminderRow
    soonest = unit.db.execute(
        _rows(unit).where(row.conversation_id == conversation_id).order_by(row.due_at).limit(1)
    ).one_or_none()
    try:
        return _reminder(unit, soonest) if soonest else None
    except LatchkeyError:
        return None


def call_off(unit: Unit, reminder_id: UUID) -> None:
    """It is not needed: said by whoever made it or whom it is for, or by an admin where it is held. Raises NotFound."""
    row = ReminderRow
    held = row.held_at.is_not(None) if may(unit.actor.role, Right.ADMINISTER) else false()
    ended = unit.db.execute(
        update(row)
        .where(*_live(unit, reminder_id), or_(row.author_id == unit.staff_id, row.to_id == unit.staff_id, held))
        .values(due_at=None)
        .returning(row.conversation_id)
    ).one_or_none()
    if ended is None:
        raise NotFound("reminder")
    ahead.tell_thread(unit, ended.conversation_id)
    append(unit, "reminder called off", reminder_id)


def remind_due(store: Store) -> int:
    """A chore of the worker: say what is due; how many."""
    due = store.door(_due, store.clock(), BATCH)
    return sum(_carefully(store, Who(practice_id, SYSTEM), reminder_id) for practice_id, reminder_id in due)


def _carefully(store: Store, who: Who, reminder_id: UUID) -> bool:
    """Whether it was said; one that cannot be said any more, because its words were erased, holds up no other."""
    try:
        return store.run(who, say, reminder_id) is not None
    except LatchkeyError:
        store.run(who, drop, reminder_id)
        log.warning("a reminder could not be said", reminder=str(reminder_id))
        return False


def drop(unit: Unit, reminder_id: UUID) -> None:
    """Let go of one that cannot be said."""
    unit.db.execute(update(ReminderRow).where(*_live(unit, reminder_id)).values(due_at=None))
    append(unit, "reminder dropped", reminder_id)


def say(unit: Unit, reminder_id: UUID) -> Message | None:
    """Say one that is due, taken by one conditional statement; None when another worker did, or it was called off."""
    row = ReminderRow
    taken = unit.db.execute(
        update(row)
        .where(*_live(unit, reminder_id), row.due_at <= unit.now, row.held_at.is_(None), *_of_nobody_who_left(unit))
        .values(due_at=None)
        .returning(row.id, row.author_id, row.to_id, row.conversation_id, row.text)
    ).one_or_none()
    if taken is None:
        return None
    text = unit.seals.open(taken.text, _place(taken.id)).decode()
    names = {member.id: member.name for member in practice.staff_names(unit)}
    by = "" if taken.author_id == taken.to_id else f" from {names.get(taken.author_id, 'a colleague')}"
    said = Writing(Kind.EVENT, Direction.INTERNAL, f"Reminder{by}: {text}")
    message = post(unit, taken.conversation_id, said)
    notify(unit, _people(unit, taken.to_id), message, "reminder")
    return message


def _of_nobody_who_left(unit: Unit) -> tuple[ColumnElement[bool], ...]:
    """Not by and not for somebody who left, also before the worker has held it (S48)."""
    left = select(StaffRow.id).where(StaffRow.practice_id == unit.practice_id, StaffRow.active.is_(False))
    return ReminderRow.author_id.not_in(left), ReminderRow.to_id.not_in(left)


def _thread(unit: Unit, to: UUID, patient_id: UUID | None) -> UUID:
    """Where it will be said. Raises NotFound."""
    group = any(group.id == to for group in practice.groups(unit))
    if not group:
        practice.staff_member(unit, to)
    if patient_id is not None:
        return of_patient(unit, patient_id)
    return open_group(unit, to).id if group else between(unit, unit.staff_id, to)


def _people(unit: Unit, to: UUID) -> set[UUID]:
    """Whom a reminder is for: everyone of a group, or one person, who may have left since."""
    for group in practice.groups(unit):
        if group.id == to:
            return set(group.members)
    return {member.id for member in practice.staff(unit) if member.id == to}


def _several(unit: Unit, *which: ColumnElement[bool]) -> list[Reminder]:
    row = ReminderRow
    return [_reminder(unit, one) for one in unit.db.execute(_rows(unit).where(*which).order_by(row.due_at, row.id))]


def _reminder(unit: Unit, row: AnyRow) -> Reminder:
    text = unit.seals.open(row.text, _place(row.id)).decode()
    return Reminder(row.id, row.author_id, row.to_id, row.conversation_id, row.due_at, text)


def _rows(unit: Unit) -> AnySelect:
    row = ReminderRow
    return select(row.id, row.author_id, row.to_id, row.conversation_id, row.due_at, row.text).where(
        row.practice_id == unit.practice_id, row.due_at.is_not(None)
    )


def _live(unit: Unit, reminder_id: UUID) -> tuple[ColumnElement[bool], ...]:
    row = ReminderRow
    return (row.practice_id == unit.practice_id, row.id == reminder_id, row.due_at.is_not(None))


def _due(db: Connection, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """What is due in all practices (ix_reminder_due); the worker's own read, on nobody's way."""
    row = ReminderRow
    found = db.execute(
        select(row.practice_id, row.id)
        .where(row.due_at <= now, row.held_at.is_(None))
        .order_by(row.due_at)
        .limit(limit)
    )
    return [(one.practice_id, one.id) for one in found]


def _place(reminder_id: UUID) -> Place:
    return Place("reminder", reminder_id, "text")
