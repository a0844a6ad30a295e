"""Staff: adding a person, ending their access."""

from collections.abc import Iterable
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import insert, select, update

from core.audit.trail import append
from core.errors import Invalid, LatchkeyError, NotFound
from core.practice import find
from core.practice.passwords import check_new, hash_password
from core.practice.sessions import end_all
from core.practice.tables import GroupMember, StaffRow
from core.practice.words import Role, StaffCard
from core.store.unit import Unit

LONGEST_LINE = 120
JOINERS = dict.fromkeys((0x200C, 0x200D))  # unseen, and part of how some names are written
PEPPER = "password pepper"


class EmailTaken(LatchkeyError):
    """Somebody signs in with this e-mail already."""

    def __init__(self, email: str) -> None:
        super().__init__(email)
        self.email = email


class LastOwner(LatchkeyError):
    """A practice needs an owner."""


def add(
    unit: Unit,
    *,
    email: str,
    name: str,
    role: Role,
    password: str = "",
    title: str = "",
    mobile: str = "",
    groups: Iterable[str] = (),
) -> StaffCard:
    """Let a person sign in; everyone is in the group `everyone`. Without a password they have to be sent a link.

    Raises Invalid, EmailTaken.
    """
    email, name, title = normal_email(email), _line("name", name), _line("title", title)
    if not name:
        raise Invalid("name", "empty")
    if password:
        check_new(password, name, email, email.split("@")[0], find.card(unit).name)
    if unit.db.scalar(select(StaffRow.id).where(StaffRow.email == email)) is not None:
        raise EmailTaken(email)
    staff_id = unit.new_id()
    unit.db.execute(
        insert(StaffRow).values(
            practice_id=unit.practice_id,
            id=staff_id,
            email=email,
            name=name,
            title=title,
            mobile=mobile,
            role=role,
            password=hash_password(password, unit.seals.mac_key(PEPPER)) if password else "",
            active=True,
            undo_seconds=10,
            notify_minutes=15,
            created_at=unit.now,
        )
    )
    _put_into(unit, staff_id, {"everyone", *groups})
    append(unit, "staff added", staff_id, role=role.value)
    return find.staff_member(unit, staff_id)


def _put_into(unit: Unit, staff_id: UUID, names: set[str]) -> None:
    """Into the groups that are called so."""
    rows = [
        {"practice_id": unit.practice_id, "group_id": group.id, "staff_id": staff_id}
        for group in find.groups(unit)
        if group.name in names
    ]
    unit.db.execute(insert(GroupMember), rows)


def change_role(unit: Unit, staff_id: UUID, role: Role) -> None:
    """Make a person something else; their sessions end, so that nothing of the old role stays open (S48).

    Raises NotFound, LastOwner.
    """
    member = find.staff_member(unit, staff_id)
    if member.role is role:
        return
    _not_the_last_owner(unit, member)
    _set(unit, staff_id, role=role)
    end_all(unit, staff_id)
    append(unit, "role changed", staff_id, role=role.value, before=member.role.value)


def _not_the_last_owner(unit: Unit, member: StaffCard) -> None:
    if [other for other in find.staff(unit) if other.role is Role.OWNER] == [member]:
        raise LastOwner


def _set(unit: Unit, staff_id: UUID, **values: object) -> None:
    unit.db.execute(
        update(StaffRow).where(StaffRow.practice_id == unit.practice_id, StaffRow.id == staff_id).values(**values)
    )


def deactivate(unit: Unit, staff_id: UUID) -> None:
    """End a person's access at once; what they wrote stays. Raises NotFound, LastOwner."""
    _not_the_last_owner(unit, find.staff_member(unit, staff_id))
    _set(unit, staff_id, active=False)
    end_all(unit, staff_id)
    append(unit, "staff deactivated", staff_id)


def activate(unit: Unit, staff_id: UUID) -> None:
    """Let a person in again whose access had ended, as what they were. Raises NotFound."""
    if find.whoever(unit, staff_id) is None:
        raise NotFound("staff")
    _set(unit, staff_id, active=True)
    append(unit, "staff let in again", staff_id)


def show(unit: Unit, *, typing: bool | None = None, presence: bool | None = None) -> StaffCard:
    """Let colleagues see that one types or is here, or not any more (U32)."""
    wanted = {"shows_typing": typing, "shows_presence": presence}
    changed = {name: value for name, value in wanted.items() if value is not None}
    if changed:
        mine = (StaffRow.practice_id == unit.practice_id, StaffRow.id == unit.staff_id)
        unit.db.execute(update(StaffRow).where(*mine).values(**changed))
    return find.staff_member(unit, unit.staff_id)


def normal_email(email: str) -> str:
    """The address as it is kept and compared. Raises Invalid("email", "address")."""
    try:
        found = validate_email(email.strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError as error:
        raise Invalid("email", "address", value=email) from error
    if found.ascii_email is None:  # nothing could be sent there (P64)
        raise Invalid("email", "address", value=email)
    return str(found.normalized).casefold()


def _line(field: str, typed: str) -> str:
    """A name or a title, on one line: it stands in letters and in the list of who is here (S94).

    Raises Invalid(field, "long" | "characters").
    """
    line = " ".join(typed.split())
    if len(line) > LONGEST_LINE:
        raise Invalid(field, "long", limit=LONGEST_LINE)
    if not line.translate(JOINERS).isprintable():
        raise Invalid(field, "characters")
    return line
