"""What an owner or admin does about the people of the practice (S47, S48). Each asks for the right itself."""

from uuid import UUID

from sqlalchemy import update

from core.audit.trail import append
from core.errors import Invalid, NotFound
from core.practice import accounts, find, hours, secondfactor, staff
from core.practice.rights import require
from core.practice.tables import PracticeRow
from core.practice.words import Letter, Right, Role, StaffCard
from core.store.unit import Unit

LONGEST_LINE = 200
ANSWER_DAYS = (1, 2, 3, 5)  # working days that are offered
OPEN_WITHIN = (0, 30, 60, 120, 240, 600)  # open minutes that are offered; 0: no limit


def invite(unit: Unit, *, email: str, name: str, role: str, title: str = "") -> StaffCard:
    """Make a colleague an account and mail them a link to choose a password. Raises Forbidden, Invalid, EmailTaken."""
    require(unit, Right.ADMINISTER)
    member = staff.add(unit, email=email, name=name, role=_role(unit, role), title=title.strip())
    accounts.send_link(unit, member.id, Letter.INVITED)
    return member


def change_role(unit: Unit, staff_id: UUID, role: str) -> None:
    """Make a colleague something else. Raises Forbidden, Invalid, NotFound, LastOwner."""
    require(unit, Right.ADMINISTER)
    _no_owner(unit, staff_id)
    staff.change_role(unit, staff_id, _role(unit, role))


def stop(unit: Unit, staff_id: UUID) -> None:
    """End a colleague's access at once. Raises Forbidden, NotFound, LastOwner, Invalid("role", "an_owner")."""
    require(unit, Right.ADMINISTER)
    _no_owner(unit, staff_id)
    staff.deactivate(unit, staff_id)


def let_in_again(unit: Unit, staff_id: UUID) -> None:
    """Let a colleague sign in whose access had ended; an owner only another owner. Raises Forbidden, NotFound,
    Invalid("role", "owner").
    """
    require(unit, Right.ADMINISTER)
    member = find.whoever(unit, staff_id)
    if member is None:
        raise NotFound("staff")
    _role(unit, member.role)
    staff.activate(unit, staff_id)


def reset_second_factor(unit: Unit, staff_id: UUID) -> None:
    """Let a colleague enrol a new phone when they next sign in. Raises Forbidden, NotFound."""
    require(unit, Right.ADMINISTER)
    secondfactor.reset(unit, staff_id)


def send_password_link(unit: Unit, staff_id: UUID) -> None:
    """Mail a colleague a link to choose a password anew. Raises Forbidden, NotFound."""
    require(unit, Right.ADMINISTER)
    accounts.send_link(unit, staff_id, Letter.FORGOT)


def set_hours(unit: Unit, line: str, open_within: int, answer_days: int, german: str = "") -> None:
    """When the practice is open, and within how many working days it reads an answer, both as patients read it; and
    within how many open minutes somebody opens what they write. `german`: the line for who reads that, or empty.

    Raises Forbidden, Invalid("hours", "unknown"), Invalid("hours_de", "long" | "characters"),
    Invalid("open_within" | "answer_days", "choice").
    """
    require(unit, Right.ADMINISTER)
    line, german = " ".join(line.split()), " ".join(german.split())
    if hours.read(line) is None or len(line) > LONGEST_LINE or not line.isprintable():
        raise Invalid("hours", "unknown")
    if len(german) > LONGEST_LINE:
        raise Invalid("hours_de", "long", limit=LONGEST_LINE)
    if not german.isprintable():
        raise Invalid("hours_de", "characters")
    if open_within not in OPEN_WITHIN:
        raise Invalid("open_within", "choice")
    if answer_days not in ANSWER_DAYS:
        raise Invalid("answer_days", "choice")
    kept = {"hours": line, "open_within": open_within, "answer_days": answer_days, "hours_de": german}
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(**kept))
    append(unit, "hours changed", unit.practice_id, **kept)


def _no_owner(unit: Unit, staff_id: UUID) -> None:
    """Only an owner makes an owner something less or ends their access: else an admin could put all of them out but
    one. Raises NotFound, Invalid("role", "an_owner").
    """
    if find.staff_member(unit, staff_id).role is Role.OWNER and unit.actor.role != Role.OWNER:
        raise Invalid("role", "an_owner")


def _role(unit: Unit, role: str) -> Role:
    """A role that the acting person may give: only an owner makes owners. Raises Invalid("role", …)."""
    if role not in {known.value for known in Role}:
        raise Invalid("role", "unknown")
    if role == Role.OWNER and unit.actor.role != Role.OWNER:
        raise Invalid("role", "owner")
    return Role(role)
