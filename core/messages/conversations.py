"""Conversations: opening one with a colleague, a group or about a patient, and who may see it."""

from uuid import UUID

from sqlalchemy import bindparam, select

from core.audit.trail import append
from core.errors import NotFound
from core.messages import find
from core.messages.tables import ConversationRow, Member
from core.messages.words import Conversation, ConversationKind
from core.patients import find as patients
from core.practice import find as practice
from core.practice.rights import require
from core.practice.words import Right
from core.store.counting import upsert
from core.store.unit import ActorKind, Unit

_LAST = select(ConversationRow.last_seq).where(
    ConversationRow.practice_id == bindparam("practice"), ConversationRow.id == bindparam("thread")
)


def open_with_staff(unit: Unit, staff_id: UUID) -> Conversation:
    """The thread with one colleague; made when first asked for. Raises NotFound."""
    practice.staff_member(unit, staff_id)
    return find.conversation(unit, between(unit, unit.staff_id, staff_id))


def between(unit: Unit, one: UUID, other: UUID) -> UUID:
    """The id of the thread of two colleagues; made when first asked for."""
    pair = sorted((one, other), key=str)
    return _ensure(unit, ConversationKind.DIRECT, f"direct:{pair[0]}:{pair[1]}", set(pair))


def open_group(unit: Unit, group_id: UUID) -> Conversation:
    """The thread of a group; whoever writes to a group follows what becomes of it from then on. Raises NotFound.

    Who comes so was put there by nobody: its members see them among who sees what is said, and the trail names them.
    """
    found = of_group(unit, group_id)
    last = unit.db.scalar(_LAST, {"practice": unit.practice_id, "thread": found}) or 0
    if join(unit, found, {unit.staff_id}, read_up_to=last, sees_after=last):
        append(unit, "group joined", group_id)
    return find.conversation(unit, found)


def of_group(unit: Unit, group_id: UUID) -> UUID:
    """The id of a group's conversation, for what the system tells it. Raises NotFound."""
    group = practice.group(unit, group_id)
    found = _ensure(unit, ConversationKind.GROUP, f"group:{group_id}", set(), group_id=group_id)
    _catch_up(unit, found, set(group.members) - set(find.members(unit, found)))
    return found


def _catch_up(unit: Unit, conversation_id: UUID, staff_ids: set[UUID]) -> None:
    """Who began to work here later, and so is in a group, follows it from that day on; what came since is unread."""
    last = unit.db.scalar(_LAST, {"practice": unit.practice_id, "thread": conversation_id}) or 0
    for staff_id, began in practice.began(unit, staff_ids).items():
        before = find.first_since(unit, conversation_id, began, 0, last) - 1
        join(unit, conversation_id, {staff_id}, read_up_to=before, sees_after=before)


def open_patient(unit: Unit, patient_id: UUID) -> Conversation:
    """The thread about a patient: chat and Messages tab show the same rows. Raises NotFound."""
    require(unit, Right.SEE_PATIENTS)
    return find.conversation(unit, of_patient(unit, patient_id))


def open_any(unit: Unit, someone: UUID) -> Conversation:
    """The thread of whatever the id names: a patient, a colleague or a group. Raises NotFound."""
    for opening in (open_patient, open_with_staff, open_group):
        try:
            return opening(unit, someone)
        except NotFound:
            continue
    raise NotFound("conversation")


def of_patient(unit: Unit, patient_id: UUID) -> UUID:
    """The id of a patient's conversation; made when first asked for. Raises NotFound."""
    patients.patient(unit, patient_id)
    members = {unit.staff_id} if unit.actor.kind is ActorKind.STAFF else set()
    return _ensure(unit, ConversationKind.PATIENT, f"patient:{patient_id}", members, patient_id=patient_id)


def join(
    unit: Unit,
    conversation_id: UUID,
    staff_ids: set[UUID],
    read_up_to: int = 0,
    *,
    sees_after: int = 0,
    as_cover: bool = False,
) -> bool:
    """Let people follow a conversation; who does already keeps their place. Among colleagues they see what stands
    after `sees_after` (`sight.py`), and who comes `as_cover` goes when that is over (`covering.py`).
    Whether anybody came.
    """
    if not staff_ids:
        return False
    rows = [
        {
            "practice_id": unit.practice_id,
            "staff_id": staff_id,
            "conversation_id": conversation_id,
            "last_read_seq": read_up_to,
            "sees_after": sees_after,
            "as_cover": as_cover,
        }
        for staff_id in sorted(staff_ids, key=str)
    ]
    new = upsert(unit.db, Member).values(rows).on_conflict_do_nothing().returning(Member.staff_id)
    came = unit.db.scalars(new).all()
    if came:
        unit.tell("membership.updated", conversation=conversation_id, kept=False, first=True)
    return bool(came)


def _ensure(
    unit: Unit,
    kind: ConversationKind,
    key: str,
    members: set[UUID],
    *,
    patient_id: UUID | None = None,
    group_id: UUID | None = None,
) -> UUID:
    """The conversation of that key, made once whoever comes first."""
    found = _by_key(unit, key)
    if found is None:
        row = {
            "practice_id": unit.practice_id,
            "id": unit.new_id(),
            "kind": kind,
            "key": key,
            "patient_id": patient_id,
            "group_id": group_id,
            "last_seq": 0,
            "last_at": unit.now,
            "created_at": unit.now,
        }
        unit.db.execute(upsert(unit.db, ConversationRow).values(row).on_conflict_do_nothing())
        found = _by_key(unit, key)
    if found is None:
        raise NotFound("conversation")
    join(unit, found[0], members, read_up_to=found[1])
    return found[0]


def _by_key(unit: Unit, key: str) -> tuple[UUID, int] | None:
    row = unit.db.execute(
        select(ConversationRow.id, ConversationRow.last_seq).where(
            ConversationRow.practice_id == unit.practice_id, ConversationRow.key == key
        )
    ).one_or_none()
    return (row.id, row.last_seq) if row else None
