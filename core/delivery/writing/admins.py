"""Writing to those who answer for a practice: its owners and admins, each a letter of their own."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import InstrumentedAttribute

from core.delivery import outbox
from core.delivery.words import Channel, Parcel, Purpose
from core.messages.conversations import of_group
from core.messages.notify import notify
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.patients.phone import masked_email
from core.practice import find as practice
from core.practice.tables import PracticeRow
from core.practice.words import Role
from core.store.unit import Unit

GROUP = "admin"


def noted(unit: Unit, since: InstrumentedAttribute[datetime | None], so: bool) -> bool:
    """Keep `since` when something about the practice is so, or that it no longer is; whether that is new.

    One conditional statement, so of several processes that look at once one has the news.
    """
    changed = unit.db.execute(
        update(PracticeRow)
        .where(PracticeRow.id == unit.practice_id, since.is_(None) if so else since.is_not(None))
        .values({since: unit.now if so else None})
    )
    return changed.rowcount == 1


def write_to_admins(unit: Unit, letter: Callable[[str], Parcel]) -> None:
    """Queue a letter to each; `letter` makes it for an address."""
    for member in practice.staff(unit):
        if member.role in (Role.OWNER, Role.ADMIN):
            outbox.queue(
                unit,
                channel=Channel.EMAIL,
                purpose=Purpose.NUDGE,
                parcel=letter(member.email),
                masked=masked_email(member.email),
            )


def tell_admins(unit: Unit, said: str) -> None:
    """A line in their group, and a notification to each: for what e-mail may be unfit to bring."""
    group = next((one for one in practice.groups(unit) if one.name == GROUP), None)
    if group is None:
        return
    line = post(unit, of_group(unit, group.id), Writing(Kind.EVENT, Direction.INTERNAL, said))
    answering = {member.id for member in practice.staff(unit) if member.role in (Role.OWNER, Role.ADMIN)}
    notify(unit, answering, line, "alarm")
