"""Sending what was planned when its time has come: everything is checked again, as its author, in one transaction."""

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import Connection, select, update

from core.audit.trail import append
from core.calendar import moment
from core.compose import confirm, orders
from core.compose.refusals import in_words
from core.compose.scheduled import TABLE
from core.compose.sealed import open_order
from core.compose.tables import ScheduledRow
from core.compose.words import Undecided
from core.delivery import credits
from core.errors import LatchkeyError, NotFound
from core.messages.conversations import between, of_patient
from core.messages.notify import notify
from core.messages.post import post
from core.messages.words import Direction, Kind, Message, Writing
from core.practice import find as practice
from core.practice.tables import StaffRow
from core.store.types import AnyRow, AnySelect
from core.store.unit import SYSTEM, Actor, ActorKind, Unit, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)
BATCH = 50


def send_due(store: Store) -> int:
    """A chore of the worker: send what is due; how many. One that cannot go holds up no other."""
    due = store.door(_due, store.clock(), BATCH)
    for practice_id, planned_id in due:
        who = Who(practice_id, SYSTEM)
        try:
            store.run(who, send_planned, planned_id)
        except Exception as error:  # the worker must go on, and a person must hear of it
            if not isinstance(error, LatchkeyError):
                log.exception("a planned message failed", planned=str(planned_id))
            store.run(who, refuse, planned_id, in_words(error))
    return len(due)


def send_planned(unit: Unit, planned_id: UUID) -> Message | None:
    """Send one that is due; None when it went already. Raises what `prepare` raises, NotFound, Undecided."""
    row = _take(unit, planned_id)
    if row is None:
        return None
    author = practice.staff_member(unit, row.author_id)
    unit.actor = Actor(ActorKind.STAFF, author.id, author.role.value, author.name)
    order = open_order(unit, TABLE, planned_id, row.body)
    (contact,) = orders.checked(unit, order, held=row.credits)
    if contact.archived and not order.archived:  # they may have died since
        raise Undecided(("archived",))
    message = confirm.send(unit, order, contact, 0, held_by=planned_id)
    credits.give_back(unit, planned_id)
    _end(unit, planned_id, message_id=message.id)
    return message


def refuse(unit: Unit, planned_id: UUID, why: str) -> None:
    """It cannot go: its credits come back, and its author is told where it would have stood."""
    row = _take(unit, planned_id)
    if row is None:
        return
    credits.give_back(unit, planned_id)
    _end(unit, planned_id, refused=why)
    append(unit, "planned message refused", planned_id, why=why)
    thread = _thread(unit, row)
    if thread is not None:
        kind, at = "text" if row.command == "sms" else "email", moment(row.due_at, practice.card(unit).time_zone)
        said = f"The {kind} planned for {at} did not go: {why}."
        notify(unit, {row.author_id}, post(unit, thread, Writing(Kind.EVENT, Direction.INTERNAL, said)), "refused")


def _take(unit: Unit, planned_id: UUID) -> AnyRow | None:
    """The entry, taken by one conditional statement: two workers send it once."""
    row = ScheduledRow
    return unit.db.execute(
        update(row)
        .where(
            row.practice_id == unit.practice_id,
            row.id == planned_id,
            row.ended_at.is_(None),
            row.due_at <= unit.now,
            row.held_at.is_(None),
            row.author_id.in_(_working(unit)),
        )
        .values(ended_at=unit.now)
        .returning(row.author_id, row.person_id, row.command, row.body, row.credits, row.due_at)
    ).one_or_none()


def _working(unit: Unit) -> AnySelect:
    """Who works here: of whoever left nothing goes, also before the worker has held it (S48)."""
    return select(StaffRow.id).where(StaffRow.practice_id == unit.practice_id, StaffRow.active)


def _end(unit: Unit, planned_id: UUID, message_id: UUID | None = None, refused: str | None = None) -> None:
    unit.db.execute(
        update(ScheduledRow)
        .where(ScheduledRow.practice_id == unit.practice_id, ScheduledRow.id == planned_id)
        .values(message_id=message_id, refused=refused, due_at=None)
    )


def _thread(unit: Unit, row: AnyRow) -> UUID | None:
    """The conversation it would have stood in: the patient's, or the author's with a colleague; None for neither."""
    try:
        return of_patient(unit, row.person_id)
    except NotFound:
        known = {member.id for member in practice.staff_names(unit)}
        return between(unit, row.author_id, row.person_id) if row.person_id in known else None


def _due(db: Connection, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """What is due in all practices (ix_scheduled_due); the worker's own read, on nobody's way."""
    row = ScheduledRow
    due = select(row.practice_id, row.id).where(row.due_at <= now, row.ended_at.is_(None), row.held_at.is_(None))
    return [(found.practice_id, found.id) for found in db.execute(due.order_by(row.due_at).limit(limit))]
