"""Who is away, until when, and who covers: a colleague of the same practice, who hears of what comes in as well."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import update

from core.audit.trail import append
from core.errors import Invalid, NotFound
from core.practice import find
from core.practice.tables import StaffRow
from core.practice.words import StaffCard
from core.store.unit import Unit


def go_away(unit: Unit, first: date, back: date, cover: UUID | None = None) -> StaffCard:
    """The actor is away from the beginning of a day until the day they are back, in the practice's own zone.

    Raises Invalid("away", "order" | "over"), Invalid("cover", "self" | "unknown").
    """
    zone = ZoneInfo(find.card(unit).time_zone)
    if back <= first:
        raise Invalid("away", "order")
    until = datetime.combine(back, time(), zone)
    if until <= unit.now:
        raise Invalid("away", "over")
    if cover == unit.staff_id:
        raise Invalid("cover", "self")
    if cover is not None:
        try:
            find.staff_member(unit, cover)
        except NotFound as error:
            raise Invalid("cover", "unknown") from error
    append(unit, "away", unit.staff_id, until=until.isoformat(), cover=cover)
    return _set(unit, away_from=datetime.combine(first, time(), zone), away_until=until, cover_id=cover)


def come_back(unit: Unit) -> StaffCard:
    """The actor is here again, whatever they had said."""
    append(unit, "back", unit.staff_id)
    return _set(unit, away_from=None, away_until=None, cover_id=None)


def covers(people: Iterable[StaffCard], wanted: Iterable[UUID], now: datetime) -> set[UUID]:
    """Who stands in for those of `wanted` who are away now; where the cover is away as well, their cover. Pure."""
    known = {member.id: member for member in people}
    found = {cover for one in wanted if one in known and (cover := _cover(known, known[one], now)) is not None}
    return found - set(wanted)


def cover_of(people: Iterable[StaffCard], member: StaffCard, now: datetime) -> StaffCard | None:
    """Who stands in for somebody who is away now; None for nobody. Pure."""
    known = {one.id: one for one in people}
    found = _cover(known, member, now)
    return known[found] if found else None


def _cover(known: Mapping[UUID, StaffCard], member: StaffCard, now: datetime) -> UUID | None:
    asked = {member.id}
    while member.away(now) and member.cover_id and member.cover_id in known and member.cover_id not in asked:
        member = known[member.cover_id]
        asked.add(member.id)
    return None if member.away(now) or len(asked) == 1 else member.id


def _set(unit: Unit, **values: object) -> StaffCard:
    mine = (StaffRow.practice_id == unit.practice_id, StaffRow.id == unit.staff_id)
    unit.db.execute(update(StaffRow).where(*mine).values(**values))
    return find.staff_member(unit, unit.staff_id)
