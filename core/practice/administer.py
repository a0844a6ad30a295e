"""What an owner or admin does about the people of the practice (S47, S48). Each asks for the right itself."""

from uuid import UUID

from core.errors import Invalid
from core.practice import accounts, secondfactor, staff
from core.practice.rights import require
from core.practice.words import Letter, Right, Role, StaffCard
from core.store.unit import Unit


def invite(unit: Unit, *, email: str, name: str, role: str, title: str = "") -> StaffCard:
    """Make a colleague an account and mail them a link to choose a password. Raises Forbidden, Invalid, EmailTaken."""
    require(unit, Right.ADMINISTER)
    member = staff.add(unit, email=email, name=name, role=_role(unit, role), title=title.strip())
    accounts.send_link(unit, member.id, Letter.INVITED)
    return member


def change_role(unit: Unit, staff_id: UUID, role: str) -> None:
    """Make a colleague something else. Raises Forbidden, Invalid, NotFound, LastOwner."""
    require(unit, Right.ADMINISTER)
    staff.change_role(unit, staff_id, _role(unit, role))


def stop(unit: Unit, staff_id: UUID) -> None:
    """End a colleague's access at once. Raises Forbidden, NotFound, LastOwner."""
    require(unit, Right.ADMINISTER)
    staff.deactivate(unit, staff_id)


def reset_second_factor(unit: Unit, staff_id: UUID) -> None:
    """Let a colleague enrol a new phone when they next sign in. Raises Forbidden, NotFound."""
    require(unit, Right.ADMINISTER)
    secondfactor.reset(unit, staff_id)


def send_password_link(unit: Unit, staff_id: UUID) -> None:
    """Mail a colleague a link to choose a password anew. Raises Forbidden, NotFound."""
    require(unit, Right.ADMINISTER)
    accounts.send_link(unit, staff_id, Letter.FORGOT)


def _role(unit: Unit, role: str) -> Role:
    """A role that the acting person may give: only an owner makes owners. Raises Invalid("role", …)."""
    if role not in {known.value for known in Role}:
        raise Invalid("role", "unknown")
    if role == Role.OWNER and unit.actor.role != Role.OWNER:
        raise Invalid("role", "owner")
    return Role(role)
