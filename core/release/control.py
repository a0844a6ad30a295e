"""What staff can do about links that went out: change how long one lives, and close all of the practice (S118)."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from core.audit.trail import append
from core.errors import Invalid, NotFound
from core.practice.rights import require
from core.practice.tables import PracticeRow
from core.practice.words import Right
from core.release.link import LONGEST_HOURS, link_of, tell_change
from core.release.steps import step
from core.release.tables import LinkRow, PatientSession
from core.store.unit import Unit

CHOICES = (24, 72, 168, 336, 720)  # hours that are offered


def prolong(unit: Unit, message_id: UUID, hours: int) -> None:
    """Let a link live so many hours from now; one whose time was over opens again, its address stays the same.

    Raises Forbidden, NotFound (also taken back or erased), Invalid("expires", "range").
    """
    require(unit, Right.SEND_DIRECT)
    if not 1 <= hours <= LONGEST_HOURS:
        raise Invalid("expires", "range")
    link = link_of(unit, message_id)
    changed = unit.db.execute(
        update(LinkRow)
        .where(
            LinkRow.practice_id == unit.practice_id,
            LinkRow.id == link,
            LinkRow.revoked_at.is_(None),
            LinkRow.erased_at.is_(None),
        )
        .values(expires_at=unit.now + timedelta(hours=hours), ended_at=None)
    )
    if changed.rowcount == 0:
        raise NotFound("message")
    step(unit, link, "prolonged", by=str(unit.actor.id), hours=hours)
    append(unit, "link lives longer", message_id, hours=hours)
    tell_change(unit, link)


def freeze_all(unit: Unit, freeze: bool) -> int:
    """Close every link of the practice at once, or open them again; how many that are. Raises Forbidden.

    Every request asks the practice's row, so whatever page is open stops at its next press, on every machine.
    """
    require(unit, Right.ADMINISTER)
    unit.db.execute(
        update(PracticeRow)
        .where(PracticeRow.id == unit.practice_id)
        .values(links_frozen_at=unit.now if freeze else None)
    )
    unit.db.execute(  # also when they open again: a code that was being checked as they closed began one (S118)
        update(PatientSession)
        .where(PatientSession.practice_id == unit.practice_id, PatientSession.ended_at.is_(None))
        .values(ended_at=unit.now)
    )
    touched = live_links(unit)
    append(unit, "all links frozen" if freeze else "all links opened again", None, links=touched)
    return touched


def all_frozen(unit: Unit) -> bool:
    """Whether the practice's links are closed altogether."""
    row = PracticeRow
    return unit.db.scalar(select(row.links_frozen_at).where(row.id == unit.practice_id)) is not None


def live_links(unit: Unit) -> int:
    """How many links could be opened now."""
    return (
        unit.db.scalar(
            select(func.count())
            .select_from(LinkRow)
            .where(
                LinkRow.practice_id == unit.practice_id,
                LinkRow.revoked_at.is_(None),
                LinkRow.frozen_at.is_(None),
                LinkRow.bait.is_(False),
                LinkRow.expires_at > unit.now,
            )
        )
        or 0
    )
