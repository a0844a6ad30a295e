"""Which role may do what: one table, asked by every action, page, op and command (S52)."""

from collections.abc import Mapping

from core.errors import Forbidden
from core.practice.words import Right, Role
from core.store.unit import Unit

_EVERYONE = frozenset(
    {
        Right.CHAT,
        Right.SEND_SMS,
        Right.SEND_EMAIL,
        Right.SEND_DIRECT,
        Right.SEND_FORM,
        Right.SEE_PATIENTS,
        Right.ADD_PATIENTS,  # who is new can be taken in at the desk; who is there, an assistant does not change (S27)
        Right.SEE_CREDITS,
    }
)

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.ASSISTANT: _EVERYONE,
    Role.PRACTITIONER: _EVERYONE | {Right.TAKE_BACK, Right.EDIT_PATIENTS},
    Role.ADMIN: frozenset(Right),
    Role.OWNER: frozenset(Right),
}


def may(role: str, right: Right) -> bool:
    """Whether a role has a right; an unknown role has none."""
    return role in {known.value for known in Role} and right in RIGHTS[Role(role)]


def require(unit: Unit, right: Right) -> None:
    """Raises Forbidden unless the acting staff member's role has the right."""
    if not may(unit.actor.role, right):
        raise Forbidden(right.value, unit.actor.role)
