"""A colleague is said to be away, or back, by somebody else: they and whoever covers hear of it, and by whom.

What is said stays inside: it stands in the threads with whoever did it, and is pointed to there.
"""

from dataclasses import replace
from datetime import date
from uuid import UUID

from core.calendar import day
from core.messages import covering
from core.messages.conversations import between
from core.messages.notify import notify
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice import away
from core.practice import find as practice
from core.practice.words import StaffCard
from core.store.unit import SYSTEM, Unit

REASON = "away"  # of notifications


def go_away(unit: Unit, first: date, back: date, cover: UUID | None = None) -> StaffCard:
    """The actor is away; who covered until now does no more. Raises as `away.go_away`."""
    member = away.go_away(unit, first, back, cover)
    covering.let_go(unit)
    return member


def come_back(unit: Unit) -> StaffCard:
    """The actor is here again, and nobody covers for them."""
    member = away.come_back(unit)
    covering.let_go(unit)
    return member


def send_away(unit: Unit, staff_id: UUID, first: date, back: date, cover: UUID | None = None) -> StaffCard:
    """Set a colleague away with a cover, and tell both, also who covered until now. Raises as `away.send_away`."""
    before = _cover_now(unit, staff_id)
    member = away.send_away(unit, staff_id, first, back, cover)
    covering.let_go(unit)
    zone, names = practice.card(unit).time_zone, {one.id: one.name for one in practice.staff(unit)}
    since, until = (day(at, zone) for at in (member.away_from, member.away_until) if at is not None)
    covers = f"{names[cover]} covers." if cover else "Nobody covers."
    said = f"{unit.actor.name} set {member.name} away from {since}, back on {until}. {covers}"
    _tell(unit, {staff_id, cover, before}, said)
    return member


def call_back(unit: Unit, staff_id: UUID) -> StaffCard:
    """Say that a colleague is here again; tell them and whoever covered. Raises as `away.call_back`."""
    before = _cover_now(unit, staff_id)
    member = away.call_back(unit, staff_id)
    covering.let_go(unit)
    _tell(unit, {staff_id, before}, f"{unit.actor.name} set {member.name} back: here again from now on.")
    return member


def _cover_now(unit: Unit, staff_id: UUID) -> UUID | None:
    """Who is to cover for somebody as things stand, if anyone."""
    known = {one.id: one for one in practice.staff(unit)}
    member = known.get(staff_id)
    ahead = member is not None and member.away_until is not None and member.away_until > unit.now
    return member.cover_id if member is not None and ahead and member.cover_id in known else None


def _tell(unit: Unit, people: set[UUID | None], said: str) -> None:
    """Say it to each in their thread with the actor, who knows."""
    system = replace(unit, actor=SYSTEM)
    for person in sorted({one for one in people if one is not None} - {unit.staff_id}, key=str):
        line = post(system, between(unit, unit.staff_id, person), Writing(Kind.EVENT, Direction.INTERNAL, said))
        notify(unit, {person}, line, REASON, by=unit.staff_id)
