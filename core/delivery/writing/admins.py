"""Writing to those who answer for a practice: its owners and admins, each a letter of their own."""

from collections.abc import Callable

from core.delivery import outbox
from core.delivery.words import Channel, Parcel, Purpose
from core.messages.conversations import of_group
from core.messages.notify import notify
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.patients.phone import masked_email
from core.practice import find as practice
from core.practice.words import Role
from core.store.unit import Unit

GROUP = "admin"


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
