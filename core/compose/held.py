"""What somebody planned who works here no more is held: nothing of it goes or is said until an admin has looked (S48).

Admins are told once, and for each piece hand it over to a colleague, take it over themselves, or call it off. Whoever
takes it over answers for it: rights, contact, plan and time are checked as theirs, and its credits stay held for it.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, or_, select, update

from core.audit.trail import append
from core.compose import orders, scheduled
from core.compose.sealed import open_order
from core.compose.tables import ScheduledRow
from core.delivery.writing.admins import tell_admins
from core.messages import ahead, reminders
from core.messages.conversations import between
from core.messages.notify import notify
from core.messages.post import post
from core.messages.tables import ReminderRow
from core.messages.words import Direction, Kind, Writing
from core.practice import find as practice
from core.practice.rights import require
from core.practice.tables import StaffRow
from core.practice.words import Right, StaffCard
from core.store.unit import SYSTEM, Actor, ActorKind, Unit, Who
from core.store.writer import Store

REASON = "handed over"  # of notifications
_OF_LEAVERS = tuple(  # made once: asked every few seconds
    select(StaffRow.practice_id, StaffRow.id)
    .join(row, (row.practice_id == StaffRow.practice_id) & (person == StaffRow.id))
    .where(row.due_at.is_not(None), row.held_at.is_(None), StaffRow.active.is_(False))
    .distinct()
    for row, person in (
        (ScheduledRow, ScheduledRow.author_id),
        (ReminderRow, ReminderRow.author_id),
        (ReminderRow, ReminderRow.to_id),
    )
)


def hold_leavers(store: Store) -> int:
    """A chore of the worker, before anything planned is sent: hold what those planned who left; how much."""
    return sum(
        store.run(Who(practice_id, SYSTEM), hold, staff_id) for practice_id, staff_id in store.door(_whose_is_not_held)
    )


def hold(unit: Unit, staff_id: UUID) -> int:
    """Hold everything that somebody who left had planned, and what they were to be reminded of; how much is new."""
    free = update(ScheduledRow).where(*_free(unit, ScheduledRow, staff_id))
    whose = unit.db.scalars(free.values(held_at=unit.now).returning(ScheduledRow.person_id)).all()
    letters = len(whose)
    for person in set(whose):
        ahead.tell_person(unit, person)
    notes = unit.db.execute(
        update(ReminderRow).where(*_free(unit, ReminderRow, staff_id)).values(held_at=unit.now)
    ).rowcount
    if letters or notes:
        append(unit, "planned work held", staff_id, messages=letters, reminders=notes)
        name = next(one.name for one in practice.staff_names(unit) if one.id == staff_id)
        tell_admins(unit, _said(name, letters, notes))
    return letters + notes


def hand_over(unit: Unit, planned_id: UUID, to: UUID, at: datetime) -> None:
    """A held text or letter goes at that time, in the name of a colleague or of whoever hands it over.

    Raises Forbidden, NotFound, NotThen, and as `prepare`, for the one who takes it over.
    """
    require(unit, Right.ADMINISTER)
    row = scheduled.held_row(unit, planned_id)
    member = practice.staff_member(unit, to)
    order = open_order(unit, scheduled.TABLE, row.id, row.body)
    theirs = replace(unit, actor=Actor(ActorKind.STAFF, member.id, member.role.value, member.name))
    scheduled.check_time(unit, order, at, orders.checked(theirs, order, held=row.credits))
    unit.db.execute(
        update(ScheduledRow)
        .where(ScheduledRow.practice_id == unit.practice_id, ScheduledRow.id == planned_id)
        .values(author_id=to, due_at=at, held_at=None)
    )
    ahead.tell_person(unit, row.person_id)
    append(unit, "planned message handed over", planned_id, to=to, before=row.author_id, at=at.isoformat())
    _tell(unit, member, "a message that is planned. It goes in your name. Look under Planned.")


def hand_over_reminder(unit: Unit, reminder_id: UUID, to: UUID) -> None:
    """A held reminder is said to a colleague, a group or oneself, at its time; at once where that is over.

    Raises Forbidden, NotFound.
    """
    require(unit, Right.ADMINISTER)
    reminders.hand_over(unit, reminder_id, to)
    append(unit, "reminder handed over", reminder_id, to=to)
    for member in practice.staff(unit):
        if member.id == to:
            _tell(unit, member, "a reminder. It comes at its time. Look under Planned.")


def held_reminders(unit: Unit) -> list[reminders.Reminder]:
    """Reminders that are held, soonest first. Raises Forbidden."""
    require(unit, Right.ADMINISTER)
    return reminders.held(unit)


def _said(name: str, letters: int, notes: int) -> str:
    parts = (_count(letters, "message"), _count(notes, "reminder"))
    what = " and ".join(part for part in parts if part)
    return (
        f"{name} works here no more and left {what} planned. Nothing of it goes by itself now. Look under Planned and "
        "hand each over, or call it off."
    )


def _count(many: int, what: str) -> str:
    return f"{many} {what}{'' if many == 1 else 's'}" if many else ""


def _tell(unit: Unit, member: StaffCard, what: str) -> None:
    """To whoever takes it over, in their thread with the one who hands it over; nobody tells themselves."""
    if member.id == unit.staff_id:
        return
    thread = between(unit, unit.staff_id, member.id)
    said = Writing(Kind.EVENT, Direction.INTERNAL, f"{unit.actor.name} handed {member.name} {what}")
    notify(unit, {member.id}, post(replace(unit, actor=SYSTEM), thread, said), REASON, by=unit.staff_id)


def _free(unit: Unit, row: type[ScheduledRow] | type[ReminderRow], staff_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """Somebody's, still to come and not held; of reminders also those to them."""
    whose = row.author_id == staff_id
    if row is ReminderRow:
        whose = or_(whose, ReminderRow.to_id == staff_id)
    return (row.practice_id == unit.practice_id, row.due_at.is_not(None), row.held_at.is_(None), whose)


def _whose_is_not_held(db: Connection) -> list[tuple[UUID, UUID]]:
    """Who left and has something planned that is free, in all practices; the worker's own read, on nobody's way."""
    found = {(one.practice_id, one.id) for question in _OF_LEAVERS for one in db.execute(question)}
    return sorted(found)
