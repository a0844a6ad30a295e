"""Who is away, until when, and who covers: a colleague of the same practice, who hears of what comes in as well."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import update

from core.audit.trail import append
from core.errors import Invalid, NotFound
from core.practice import find
from core.practice.rights import require
from core.practice.tables import StaffRow
from core.practice.words import Right, StaffCard
from core.store.unit import Unit


def go_away(unit: Unit, first: date, back: date, cover: UUID | None = None) -> StaffCard:
    """The actor is away from the beginning of a day until the day they are back, in the practice's own zone.

    Raises Invalid("away", "order" | "over"), Invalid("cover", "self" | "unknown").
    """
    since, until = _times(unit, first, back)
    if cover == unit.staff_id:
        raise Invalid("cover", "self")
    if cover is not None:
        _working(unit, cover, "cover")
    append(unit, "away", unit.staff_id, until=until.isoformat(), cover=cover)
    return _set(unit, unit.staff_id, away_from=since, away_until=until, cover_id=cover)


def come_back(unit: Unit) -> StaffCard:
    """The actor is here again, whatever they or somebody for them had said."""
    append(unit, "back", unit.staff_id)
    return _here(unit, unit.staff_id)


def send_away(unit: Unit, staff_id: UUID, first: date, back: date, cover: UUID | None = None) -> StaffCard:
    """Somebody else is away and cannot say so, sick perhaps; as `go_away`, by whoever administers.

    The cover must be here then: whoever chooses for others should not choose what leads nowhere.
    Raises Forbidden, Invalid("away", "order" | "over"), Invalid("colleague", "unknown"),
    Invalid("cover", "same" | "unknown" | "away").
    """
    require(unit, Right.ADMINISTER)
    _working(unit, staff_id, "colleague")
    since, until = _times(unit, first, back)
    if cover == staff_id:
        raise Invalid("cover", "same")
    if cover is not None and _overlaps(standing_in := _working(unit, cover, "cover"), max(since, unit.now), until):
        raise Invalid("cover", "away", name=standing_in.name)
    append(unit, "set away", staff_id, until=until.isoformat(), cover=cover)
    return _set(unit, staff_id, away_from=since, away_until=until, cover_id=cover)


def call_back(unit: Unit, staff_id: UUID) -> StaffCard:
    """Somebody else is here again, or never was away. Raises Forbidden, Invalid("colleague", "unknown")."""
    require(unit, Right.ADMINISTER)
    _working(unit, staff_id, "colleague")
    append(unit, "set back", staff_id)
    return _here(unit, staff_id)


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


def _times(unit: Unit, first: date, back: date) -> tuple[datetime, datetime]:
    if back <= first:
        raise Invalid("away", "order")
    zone = ZoneInfo(find.card(unit).time_zone)
    since, until = (datetime.combine(day, time(), zone) for day in (first, back))
    if until <= unit.now:
        raise Invalid("away", "over")
    return since, until


def _working(unit: Unit, staff_id: UUID, called: str) -> StaffCard:
    try:
        return find.staff_member(unit, staff_id)
    except NotFound as error:
        raise Invalid(called, "unknown") from error


def _overlaps(member: StaffCard, since: datetime, until: datetime) -> bool:
    """Whether they said that they are not here for some of that time."""
    return bool(member.away_from and member.away_until and member.away_from < until and since < member.away_until)


def _here(unit: Unit, staff_id: UUID) -> StaffCard:
    return _set(unit, staff_id, away_from=None, away_until=None, cover_id=None)


def _set(unit: Unit, staff_id: UUID, **values: object) -> StaffCard:
    one = (StaffRow.practice_id == unit.practice_id, StaffRow.id == staff_id)
    unit.db.execute(update(StaffRow).where(*one).values(**values))
    return find.staff_member(unit, staff_id)
