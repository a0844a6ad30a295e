"""Texts and letters for later: planned from a draft, changed or called off until they go, and checked again then (U45).

Their credits are held from the start. When the time comes contact, rights, plan and credits are looked at anew, as the
author, and whether the patient was archived since; what is refused then goes nowhere, gives its credits back, and its
author is told.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, insert, select, update

from core.audit.trail import append
from core.compose import draft as drafts
from core.compose import orders, scratch, when
from core.compose.confirm import looked_at, why_open
from core.compose.contacts import Contact, look_up
from core.compose.sealed import open_order, seal_order
from core.compose.tables import ScheduledRow
from core.compose.words import Command, Order, Planned
from core.delivery import credits
from core.errors import Forbidden, Invalid, NotFound
from core.messages import ahead
from core.practice import find as practice
from core.practice.rights import may
from core.practice.words import Right
from core.store.types import AnyRow, AnySelect
from core.store.unit import Unit

TABLE = "scheduled"


def plan(unit: Unit, draft_id: UUID, decided: Mapping[str, str]) -> list[Planned]:
    """Put a draft off to the time it names; one entry a person. `decided` are the answers to its other warnings.

    Raises Stale, NotThen, Undecided, Invalid, and as `prepare`.
    """
    order, contacts = drafts.open_draft(unit, draft_id)
    if order.later is None:
        raise Invalid("when", "none")
    at = order.later.at
    order = replace(order, text=order.later.text, subject=order.later.subject, later=None)
    reason = why_open(order, decided)
    answered = looked_at(unit, order, contacts, decided)
    order = replace(order, archived="archived" in answered)
    check_time(unit, order, at, contacts)
    credits.in_turn(unit)
    made = [_keep(unit, replace(order, people=(contact.id,)), contact, at) for contact in contacts]
    drafts.end(unit, draft_id)
    if reason:
        append(unit, "planned outside the lock", draft_id, reason=reason)
    if answered:
        append(unit, "planned after a warning", draft_id, warned=answered)
    if order.conversation_id:
        scratch.forget(unit, order.conversation_id)
    return made


def listing(unit: Unit, person: UUID | None = None) -> list[Planned]:
    """What will still go, soonest first; to one person (ix_scheduled_person)."""
    row = ScheduledRow
    query = _rows(unit).where(row.ended_at.is_(None)).order_by(row.due_at, row.id)
    found = unit.db.execute(query.where(row.person_id == person) if person else query)
    return [shown for one in found if (shown := _shown(unit, one)) is not None]


def one(unit: Unit, planned_id: UUID) -> Planned:
    """One entry that will still go. Raises NotFound."""
    shown = _shown(unit, _mine(unit, planned_id))
    if shown is None:
        raise NotFound("planned message")
    return shown


def change(
    unit: Unit,
    planned_id: UUID,
    *,
    at: datetime,
    text: str,
    subject: str = "",
    decided: Mapping[str, str] | None = None,
) -> Planned:
    """Another time or other words, by its author or an admin; other words are looked at as those of a draft are.

    Raises NotFound, Forbidden, NotThen, Undecided, and as `prepare`.
    """
    row = _mine(unit, planned_id, to_change=True)
    before = open_order(unit, TABLE, row.id, row.body)
    order = replace(before, text=text, subject=subject)
    contacts = orders.checked(unit, order, held=row.credits)
    check_time(unit, order, at, contacts)
    reason = why_open(order, decided or {}) if order != before else ""
    price = _price(unit, order, contacts[0])
    if price:
        credits.hold(unit, price, "later", row.id, instead_of=row.id)
    unit.db.execute(
        update(ScheduledRow)
        .where(*_live(unit, planned_id))
        .values(due_at=at, credits=price, body=seal_order(unit, TABLE, row.id, order))
    )
    ahead.tell_person(unit, row.person_id)
    append(unit, "planned message changed", planned_id, at=at.isoformat())
    if reason:
        append(unit, "planned outside the lock", planned_id, reason=reason)
    return one(unit, planned_id)


def call_off(unit: Unit, planned_id: UUID) -> None:
    """It will not go; its credits come back. For its author or an admin. Raises NotFound, Forbidden."""
    row = _mine(unit, planned_id, to_change=True)
    ended = unit.db.execute(update(ScheduledRow).where(*_live(unit, row.id)).values(ended_at=unit.now, due_at=None))
    if ended.rowcount == 0:
        raise NotFound("planned message")
    credits.give_back(unit, row.id)
    ahead.tell_person(unit, row.person_id)
    append(unit, "planned message called off", row.id)


def _keep(unit: Unit, order: Order, contact: Contact, at: datetime) -> Planned:
    planned_id, price = unit.new_id(), _price(unit, order, contact)
    unit.db.execute(
        insert(ScheduledRow).values(
            practice_id=unit.practice_id,
            id=planned_id,
            author_id=unit.staff_id,
            person_id=contact.id,
            command=order.command.value,
            body=seal_order(unit, TABLE, planned_id, order),
            credits=price,
            planned_at=unit.now,
            due_at=at,
        )
    )
    if price:
        credits.hold(unit, price, "later", planned_id)
    ahead.tell_person(unit, contact.id)
    append(unit, f"{order.command.value} planned", planned_id, to=contact.id, at=at.isoformat(), credits=price)
    return one(unit, planned_id)


def check_time(unit: Unit, order: Order, at: datetime, contacts: list[Contact]) -> None:
    """Whether an order may wait until then. Raises Invalid("when", "only_open"), NotThen."""
    if order.command not in (Command.SMS, Command.EMAIL):
        raise Invalid("when", "only_open")
    quiet = order.command is Command.SMS and any(contact.patient for contact in contacts)
    when.check(at, unit.now, practice.card(unit).time_zone, quiet=quiet)


def _price(unit: Unit, order: Order, contact: Contact) -> int:
    return orders.cost(unit, order, [contact], [orders.received(unit, order, contact)])[1]


def _shown(unit: Unit, row: AnyRow) -> Planned | None:
    """An entry with its words; None where whoever should get it is no longer here."""
    order = open_order(unit, TABLE, row.id, row.body)
    try:
        to = look_up(unit, row.person_id, order.command)
    except NotFound:
        return None
    return Planned(
        id=row.id,
        command=order.command,
        person=to.id,
        patient=to.patient,
        name=to.name,
        author_id=row.author_id,
        at=row.due_at,
        subject=order.subject,
        text=order.text,
        credits=row.credits,
        held=row.held_at is not None,
    )


def held_row(unit: Unit, planned_id: UUID) -> AnyRow:
    """One that is held. Raises NotFound."""
    row = unit.db.execute(_rows(unit).where(*_live(unit, planned_id), ScheduledRow.held_at.is_not(None))).one_or_none()
    if row is None:
        raise NotFound("planned message")
    return row


def _mine(unit: Unit, planned_id: UUID, *, to_change: bool = False) -> AnyRow:
    row = unit.db.execute(_rows(unit).where(*_live(unit, planned_id))).one_or_none()
    if row is None:
        raise NotFound("planned message")
    if to_change and row.author_id != unit.staff_id and not may(unit.actor.role, Right.ADMINISTER):
        raise Forbidden("change what others planned", unit.actor.role)
    return row


def _live(unit: Unit, planned_id: UUID) -> tuple[ColumnElement[bool], ...]:
    row = ScheduledRow
    return (row.practice_id == unit.practice_id, row.id == planned_id, row.ended_at.is_(None))


def _rows(unit: Unit) -> AnySelect:
    row = ScheduledRow
    return select(row.id, row.author_id, row.person_id, row.body, row.due_at, row.credits, row.held_at).where(
        row.practice_id == unit.practice_id
    )
