"""Reads of the practice: its card, its staff, its groups."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, select

from core.errors import NotFound
from core.practice.tables import GroupMember, GroupRow, PracticeRow, StaffRow
from core.practice.words import GroupCard, PracticeCard, Role, StaffCard
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

# Every page and every greeting asks these: building a statement anew costs several times what running it does.
_HERE: BindParameter[UUID] = bindparam("practice")
_CARD = Prepared(
    select(
        PracticeRow.id,
        PracticeRow.slug,
        PracticeRow.name,
        PracticeRow.plan,
        PracticeRow.trial_ends_at,
        PracticeRow.phone,
        PracticeRow.hours,
        PracticeRow.urgent,
        PracticeRow.hours_de,
        PracticeRow.urgent_de,
        PracticeRow.time_zone,
        PracticeRow.country,
        PracticeRow.credits,
        PracticeRow.credits_low_at,
        PracticeRow.accent,
        PracticeRow.logo,
        PracticeRow.link_hours,
        PracticeRow.open_within,
        PracticeRow.answer_days,
        PracticeRow.named_in_codes,
        PracticeRow.named_in_letters,
        PracticeRow.texts_heads_up,
        PracticeRow.texts_reminder,
        PracticeRow.remind_days,
        PracticeRow.call_days,
    ).where(PracticeRow.id == _HERE)
)
_EVERYONE = (
    select(
        StaffRow.id,
        StaffRow.name,
        StaffRow.email,
        StaffRow.role,
        StaffRow.title,
        StaffRow.mobile,
        StaffRow.active,
        StaffRow.undo_seconds,
        StaffRow.notify_minutes,
        StaffRow.shows_typing,
        StaffRow.shows_presence,
        StaffRow.away_from,
        StaffRow.away_until,
        StaffRow.cover_id,
        StaffRow.hears_opened,
        StaffRow.enter_sends,
        StaffRow.has_keys,
        StaffRow.unmailed,
    )
    .where(StaffRow.practice_id == _HERE)
    .order_by(StaffRow.name)
)
_WORKING = _EVERYONE.where(StaffRow.active)
_ONE = Prepared(_WORKING.where(StaffRow.id == bindparam("staff")))
_WHOEVER = Prepared(_EVERYONE.where(StaffRow.id == bindparam("staff")))
_BEGAN = select(StaffRow.id, StaffRow.created_at).where(
    StaffRow.practice_id == _HERE, StaffRow.id.in_(bindparam("staff"))
)
_NAMES = Prepared(
    select(StaffRow.id, StaffRow.name).where(StaffRow.practice_id == _HERE, StaffRow.id.in_(bindparam("people")))
)
_EVERY_NAME = select(StaffRow.name).where(StaffRow.practice_id == _HERE).order_by(StaffRow.name)
_IN_GROUPS = Prepared(select(GroupMember.group_id, GroupMember.staff_id).where(GroupMember.practice_id == _HERE))
_GROUPS = Prepared(select(GroupRow.id, GroupRow.name).where(GroupRow.practice_id == _HERE).order_by(GroupRow.name))


def card(unit: Unit) -> PracticeCard:
    """What pages and texts say about this practice (primary key). Raises NotFound."""
    row = _CARD.one(unit.db, {"practice": unit.practice_id})
    if row is None:
        raise NotFound("practice")
    return PracticeCard(**row._asdict())


def staff(unit: Unit) -> tuple[StaffCard, ...]:
    """Who works here now, by name."""
    return tuple(_staff(row) for row in unit.db.execute(_WORKING, {"practice": unit.practice_id}))


def staff_names(unit: Unit) -> tuple[StaffCard, ...]:
    """Everyone who ever worked here: what they wrote keeps their name."""
    return tuple(_staff(row) for row in unit.db.execute(_EVERYONE, {"practice": unit.practice_id}))


def all_names(unit: Unit) -> dict[UUID, str]:
    """The name of everyone who ever worked here and of each group, by id."""
    people = {one.id: one.name for one in staff_names(unit)}
    return people | {one.id: one.name for one in groups(unit)}


def began(unit: Unit, staff_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """When these people began to work here (primary key)."""
    wanted = list(staff_ids)
    if not wanted:
        return {}
    rows = unit.db.execute(_BEGAN, {"practice": unit.practice_id, "staff": wanted})
    return {row.id: row.created_at for row in rows}


def names(unit: Unit, staff_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """What these are called, also those who work here no more (primary key, one question for all).

    A list of conversations needs a few of two hundred: whole rows of everyone were half of what a greeting cost.
    """
    wanted = list({one for one in staff_ids if one is not None})
    if not wanted:
        return {}
    return {row.id: row.name for row in _NAMES.rows(unit.db, {"practice": unit.practice_id, "people": wanted})}


def every_name(unit: Unit) -> tuple[str, ...]:
    """The name of everyone who ever worked here, in order."""
    return tuple(unit.db.scalars(_EVERY_NAME, {"practice": unit.practice_id}))


def staff_member(unit: Unit, staff_id: UUID) -> StaffCard:
    """One who works here (primary key). Raises NotFound."""
    row = _ONE.one(unit.db, {"practice": unit.practice_id, "staff": staff_id})
    if row is None:
        raise NotFound("staff")
    return _staff(row)


def groups(unit: Unit) -> tuple[GroupCard, ...]:
    """The groups and who is in them, by name."""
    members: dict[UUID, list[UUID]] = {}
    for row in _IN_GROUPS.rows(unit.db, {"practice": unit.practice_id}):
        members.setdefault(row.group_id, []).append(row.staff_id)
    found = _GROUPS.rows(unit.db, {"practice": unit.practice_id})
    return tuple(GroupCard(row.id, row.name, tuple(members.get(row.id, ()))) for row in found)


def group(unit: Unit, group_id: UUID) -> GroupCard:
    """One group. Raises NotFound."""
    for found in groups(unit):
        if found.id == group_id:
            return found
    raise NotFound("group")


def whoever(unit: Unit, staff_id: UUID) -> StaffCard | None:
    """One who works or worked here: what they wrote keeps their name (primary key)."""
    row = _WHOEVER.one(unit.db, {"practice": unit.practice_id, "staff": staff_id})
    return _staff(row) if row else None


def _staff(row: AnyRow) -> StaffCard:
    return StaffCard(
        row.id,
        row.name,
        row.email,
        Role(row.role),
        row.title,
        row.mobile,
        row.active,
        row.undo_seconds,
        row.notify_minutes,
        row.shows_typing,
        row.shows_presence,
        row.away_from,
        row.away_until,
        row.cover_id,
        row.hears_opened,
        row.enter_sends,
        row.has_keys,
        frozenset(row.unmailed.split()),
    )
