"""A colleague who begins: an account, and from the first day a place in what is said to everyone (S61)."""

from collections.abc import Iterable
from uuid import UUID

from core.messages.groups import follow
from core.practice import administer, find, staff
from core.practice.words import Role, StaffCard
from core.store.unit import Unit


def invite(unit: Unit, *, email: str, name: str, role: str, title: str = "") -> StaffCard:
    """Make a colleague an account and mail them a link to choose a password. Raises Forbidden, Invalid, EmailTaken."""
    member = administer.invite(unit, email=email, name=name, role=role, title=title)
    _let_in(unit, member.id)
    return member


def add(
    unit: Unit, *, email: str, name: str, role: Role, password: str, title: str = "", groups: Iterable[str] = ()
) -> StaffCard:
    """Make a colleague an account whose password is known already. Raises Invalid, EmailTaken."""
    member = staff.add(unit, email=email, name=name, role=role, password=password, title=title, groups=groups)
    _let_in(unit, member.id)
    return member


def _let_in(unit: Unit, staff_id: UUID) -> None:
    """What their groups said before stays where it is; what comes is theirs at once, also if nobody opens the group."""
    for group in find.groups(unit):
        if staff_id in group.members:
            follow(unit, group.id, gone=set(), come={staff_id})
