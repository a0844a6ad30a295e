"""Whoever covers for a colleague is in the colleague's groups for as long: when that ends, they hear no more of them.

Who wrote there meanwhile or was named, or is put into the group, is there by themselves and stays, as anybody would.
"""

from uuid import UUID

from sqlalchemy import Connection, delete, exists, false, select, true, update

from core.messages.tables import ConversationRow, Member, MessageRow
from core.practice import find as practice
from core.practice.away import covers
from core.practice.tables import GroupMember
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

_SOMEWHERE = select(Member.practice_id).where(Member.as_cover == true()).distinct()
_COVERS = (
    select(
        Member.staff_id,
        Member.conversation_id,
        Member.mentioned_seq,
        Member.sees_after,
        exists()
        .where(
            MessageRow.practice_id == Member.practice_id,
            MessageRow.conversation_id == Member.conversation_id,
            MessageRow.seq > Member.sees_after,
            MessageRow.author_id == Member.staff_id,
        )
        .label("wrote"),
        exists()
        .where(
            GroupMember.practice_id == Member.practice_id,
            GroupMember.group_id == ConversationRow.group_id,
            GroupMember.staff_id == Member.staff_id,
        )
        .label("belongs"),
    )
    .join(
        ConversationRow,
        (ConversationRow.practice_id == Member.practice_id) & (ConversationRow.id == Member.conversation_id),
    )
    .order_by(Member.conversation_id, Member.staff_id)
)


def end_covering(store: Store) -> int:
    """A chore of the worker: wherever somebody covers, look whether they still do; how many went."""
    somewhere = [Who(practice_id, SYSTEM) for practice_id in store.door(_somewhere)]
    return sum(store.run(system, let_go) for system in somewhere if store.look(system, over))


def let_go(unit: Unit) -> int:
    """Take those out of groups' conversations who cover for nobody there any more; how many went."""
    went = 0
    for row in over(unit):
        mine = (
            Member.practice_id == unit.practice_id,
            Member.staff_id == row.staff_id,
            Member.conversation_id == row.conversation_id,
        )
        if row.belongs or row.wrote or row.mentioned_seq > row.sees_after:
            unit.db.execute(update(Member).where(*mine).values(as_cover=False))
            continue
        unit.db.execute(delete(Member).where(*mine))
        unit.tell("membership.updated", conversation=row.conversation_id, kept=False, first=True)
        went += 1
    return went


def over(unit: Unit) -> list[AnyRow]:
    """Who is somewhere as a cover and covers for nobody there now (ix_member_cover)."""
    rows = unit.db.execute(_COVERS.where(Member.practice_id == unit.practice_id, Member.as_cover == true())).all()
    people = practice.staff(unit) if rows else ()
    still: dict[UUID, set[UUID]] = {}
    for row in rows:
        if row.conversation_id not in still:
            there = (Member.practice_id == unit.practice_id, Member.conversation_id == row.conversation_id)
            themselves = unit.db.scalars(select(Member.staff_id).where(*there, Member.as_cover == false()))
            still[row.conversation_id] = covers(people, themselves.all(), unit.now)
    return [row for row in rows if row.staff_id not in still[row.conversation_id]]


def _somewhere(db: Connection) -> list[UUID]:
    """The practices in which somebody is there as a cover (ix_member_cover); the worker's own read."""
    return list(db.scalars(_SOMEWHERE))
