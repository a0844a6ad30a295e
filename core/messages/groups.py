"""Groups of colleagues: made, and who is in them; their conversation follows at once (S61, E11)."""

import re
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, insert, select

from core.audit.trail import append
from core.errors import Invalid, NotFound
from core.messages.conversations import join
from core.messages.tables import ConversationRow, Member
from core.practice import find as practice
from core.practice.rights import require
from core.practice.tables import GroupMember, GroupRow
from core.practice.words import GroupCard, Right
from core.store.unit import Unit

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_NAME = 40
EVERYBODYS = "everyone"  # whoever works here is in it


def make(unit: Unit, name: str, members: Iterable[UUID] = ()) -> GroupCard:
    """A new group; spaces in its name become hyphens, as one word is typed after `@`.

    Raises Forbidden, NotFound (somebody who does not work here), Invalid("group", "name" | "taken").
    """
    require(unit, Right.ADMINISTER)
    name = "-".join(name.casefold().split())
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise Invalid("group", "name")
    if any(one.name == name for one in practice.groups(unit)):
        raise Invalid("group", "taken", name=name)
    group_id = unit.new_id()
    unit.db.execute(insert(GroupRow).values(practice_id=unit.practice_id, id=group_id, name=name))
    append(unit, "group made", group_id)
    return gather(unit, group_id, members)


def gather(unit: Unit, group_id: UUID, members: Iterable[UUID]) -> GroupCard:
    """Say who is in a group. Whoever is no longer reads nothing more of its conversation, from this moment on; who
    comes reads what is said from this moment on.

    Raises Forbidden, NotFound, Invalid("group", "everyone") for the group that everybody is in.
    """
    require(unit, Right.ADMINISTER)
    group = practice.group(unit, group_id)
    if group.name == EVERYBODYS:
        raise Invalid("group", "everyone")
    wanted, now = set(members), {one.id for one in practice.staff(unit)}
    if not wanted <= now:
        raise NotFound("staff")
    gone, come = (set(group.members) & now) - wanted, wanted - set(group.members)
    if gone:
        _take_out(unit, group_id, gone)
    if come:
        rows = [
            {"practice_id": unit.practice_id, "group_id": group_id, "staff_id": one} for one in sorted(come, key=str)
        ]
        unit.db.execute(insert(GroupMember), rows)
    if gone or come:
        follow(unit, group_id, gone=gone, come=come)
        append(unit, "group changed", group_id, gone=len(gone), come=len(come))
    return practice.group(unit, group_id)


def _take_out(unit: Unit, group_id: UUID, gone: set[UUID]) -> None:
    unit.db.execute(
        delete(GroupMember).where(
            GroupMember.practice_id == unit.practice_id,
            GroupMember.group_id == group_id,
            GroupMember.staff_id.in_(gone),
        )
    )


def follow(unit: Unit, group_id: UUID, *, gone: set[UUID], come: set[UUID]) -> None:
    """The group's conversation, if anything was ever said there, changes hands with it."""
    thread = unit.db.execute(
        select(ConversationRow.id, ConversationRow.last_seq).where(
            ConversationRow.practice_id == unit.practice_id, ConversationRow.key == f"group:{group_id}"
        )
    ).one_or_none()
    if thread is None:
        return
    if gone:
        unit.db.execute(
            delete(Member).where(
                Member.practice_id == unit.practice_id,
                Member.conversation_id == thread.id,
                Member.staff_id.in_(gone),
            )
        )
        unit.tell("membership.updated", conversation=thread.id, kept=False, first=True)
    join(unit, thread.id, come, read_up_to=thread.last_seq, sees_after=thread.last_seq)
