"""Reads of conversations and messages: one function a question, each confined to the practice and to who may see."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from core.errors import NotFound
from core.messages.body import Body, open_body
from core.messages.files import of_messages
from core.messages.tables import ConversationRow, Member, MessageRow, Reaction
from core.messages.words import Author, Conversation, ConversationKind, Direction, Kind, Message
from core.patients import find as patients
from core.practice import find as practice
from core.store.types import AnyRow, AnySelect
from core.store.unit import ActorKind, Unit

PAGE = 50

COLUMNS = (
    MessageRow.id,
    MessageRow.conversation_id,
    MessageRow.seq,
    MessageRow.kind,
    MessageRow.direction,
    MessageRow.author_id,
    MessageRow.patient_id,
    MessageRow.body,
    MessageRow.reply_to,
    MessageRow.files,
    MessageRow.created_at,
    MessageRow.edited_at,
    MessageRow.deleted_at,
)


def conversation(unit: Unit, conversation_id: UUID) -> Conversation:
    """One conversation as the actor sees it (primary key). Raises NotFound, also for one who may not see it."""
    rows = _conversations(unit, ConversationRow.id == conversation_id)
    if not rows:
        raise NotFound("conversation")
    return rows[0]


def conversations(unit: Unit, patients_limit: int = 60) -> list[Conversation]:
    """What stands in the actor's list: theirs, and the patients lately written about (ix_conversation_recent)."""
    mine = _conversations(unit, Member.staff_id.is_not(None))
    recent = _conversations(unit, ConversationRow.kind == ConversationKind.PATIENT, limit=patients_limit)
    known = {found.id for found in mine}
    both = mine + [found for found in recent if found.id not in known]
    return sorted(both, key=lambda found: (found.last_at is None, found.last_at), reverse=True)


def patient_thread(unit: Unit, patient_id: UUID) -> UUID | None:
    """The conversation about a patient, if anything was ever said (uq_conversation_key)."""
    return unit.db.scalar(
        select(ConversationRow.id).where(
            ConversationRow.practice_id == unit.practice_id, ConversationRow.key == f"patient:{patient_id}"
        )
    )


def members(unit: Unit, conversation_id: UUID) -> tuple[UUID, ...]:
    """Who follows a conversation (ix_member_conversation)."""
    return tuple(
        unit.db.scalars(
            select(Member.staff_id).where(
                Member.practice_id == unit.practice_id, Member.conversation_id == conversation_id
            )
        )
    )


def audience(unit: Unit, conversation_id: UUID) -> frozenset[UUID] | None:
    """Who may hear what happens in a conversation; None means everyone of the practice who may see patients."""
    kind = unit.db.scalar(
        select(ConversationRow.kind).where(
            ConversationRow.practice_id == unit.practice_id, ConversationRow.id == conversation_id
        )
    )
    return None if kind is ConversationKind.PATIENT else frozenset(members(unit, conversation_id))


def message(unit: Unit, message_id: UUID) -> Message:
    """One message that the actor may see (uq_message_id). Raises NotFound."""
    row = unit.db.execute(
        select(*COLUMNS).where(MessageRow.practice_id == unit.practice_id, MessageRow.id == message_id)
    ).one_or_none()
    if row is None:
        raise NotFound("message")
    if unit.actor.kind is ActorKind.STAFF:
        conversation(unit, row.conversation_id)
    return opened(unit, [row])[0]


def history(
    unit: Unit, conversation_id: UUID, *, before: int | None = None, after: int | None = None, limit: int = PAGE
) -> list[Message]:
    """A page, oldest first: the newest, or what is before or after a `seq` (primary key, no OFFSET)."""
    conversation(unit, conversation_id)
    page = select(*COLUMNS).where(
        MessageRow.practice_id == unit.practice_id, MessageRow.conversation_id == conversation_id
    )
    if after is not None:
        rows = unit.db.execute(page.where(MessageRow.seq > after).order_by(MessageRow.seq).limit(limit)).all()
        return opened(unit, rows)
    if before is not None:
        page = page.where(MessageRow.seq < before)
    rows = unit.db.execute(page.order_by(MessageRow.seq.desc()).limit(limit)).all()
    return opened(unit, rows[::-1])


def last_messages(unit: Unit, conversation_ids: Iterable[Conversation]) -> dict[UUID, Message]:
    """The newest message of each of these conversations (primary key, one descent each)."""
    heads = [
        and_(MessageRow.conversation_id == found.id, MessageRow.seq == found.last_seq)
        for found in conversation_ids
        if found.last_seq
    ]
    if not heads:
        return {}
    rows = unit.db.execute(select(*COLUMNS).where(MessageRow.practice_id == unit.practice_id, or_(*heads))).all()
    return {message.conversation_id: message for message in opened(unit, rows)}


def opened(unit: Unit, rows: Sequence[AnyRow]) -> list[Message]:
    """Rows with their bodies opened, authors named, files and reactions beside them."""
    names = {member.id: member.name for member in practice.staff_names(unit)}
    files = of_messages(unit, [row.id for row in rows if row.files])
    reactions = _reactions(unit, [row.id for row in rows])
    return [_message(row, _body(unit, row), names, files.get(row.id, ()), reactions.get(row.id, ())) for row in rows]


def _message(row: AnyRow, body: Body, names: dict[UUID, str], files: Any, reactions: Any) -> Message:
    author = Author(row.author_id, names.get(row.author_id, "")) if row.author_id else None
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        kind=Kind(row.kind),
        direction=Direction(row.direction),
        author=author,
        patient_id=row.patient_id,
        subject=body.subject,
        text=body.text,
        attachments=() if row.deleted_at else files,
        created_at=row.created_at,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        reply_to=row.reply_to,
        reactions=reactions,
        form=body.form,
        whole=body.whole,
    )


def _body(unit: Unit, row: AnyRow) -> Body:
    return Body("") if row.deleted_at else open_body(unit, row.id, row.patient_id, row.body)


def _reactions(unit: Unit, message_ids: list[UUID]) -> dict[UUID, tuple[tuple[str, tuple[UUID, ...]], ...]]:
    found: dict[UUID, dict[str, list[UUID]]] = {}
    if not message_ids:
        return {}
    rows = unit.db.execute(
        select(Reaction.message_id, Reaction.mark, Reaction.staff_id).where(
            Reaction.practice_id == unit.practice_id, Reaction.message_id.in_(message_ids)
        )
    )
    for row in rows:
        found.setdefault(row.message_id, {}).setdefault(row.mark, []).append(row.staff_id)
    return {key: tuple((mark, tuple(ids)) for mark, ids in marks.items()) for key, marks in found.items()}


# -- conversations ---------------------------------------------------------------------------------------------------


def _conversations(unit: Unit, condition: Any, limit: int = 500) -> list[Conversation]:
    rows = unit.db.execute(_seen_by(unit, condition).limit(limit)).all()
    titles = _Titles(unit)
    return [_conversation(unit, row, titles) for row in rows]


def _seen_by(unit: Unit, condition: Any) -> AnySelect:
    """Conversations the actor may see: their own, and every patient's. Unread is a subtraction."""
    me = unit.actor.id
    return (
        select(
            ConversationRow.id,
            ConversationRow.kind,
            ConversationRow.key,
            ConversationRow.patient_id,
            ConversationRow.group_id,
            ConversationRow.last_seq,
            ConversationRow.last_at,
            Member.last_read_seq,
        )
        .outerjoin(
            Member,
            and_(
                Member.practice_id == ConversationRow.practice_id,
                Member.conversation_id == ConversationRow.id,
                Member.staff_id == me,
            ),
        )
        .where(
            ConversationRow.practice_id == unit.practice_id,
            or_(Member.staff_id.is_not(None), ConversationRow.kind == ConversationKind.PATIENT),
            condition,
        )
        .order_by(ConversationRow.last_at.desc())
    )


def _conversation(unit: Unit, row: AnyRow, titles: "_Titles") -> Conversation:
    read = row.last_read_seq
    return Conversation(
        id=row.id,
        kind=ConversationKind(row.kind),
        title=titles.of(row),
        patient_id=row.patient_id,
        members=titles.members_of(row),
        last_seq=row.last_seq,
        unread=0 if read is None else max(0, row.last_seq - read),
        last_at=row.last_at,
        mine=read is not None,
    )


class _Titles:
    """Names for conversations, read once for a whole list."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._staff = {member.id: member.name for member in practice.staff_names(unit)}
        self._groups = {group.id: group for group in practice.groups(unit)}

    def of(self, row: AnyRow) -> str:
        """A patient's name, a group's, or the other person's."""
        if row.patient_id:
            return patients.patient(self._unit, row.patient_id).name
        if row.group_id:
            return self._groups[row.group_id].name if row.group_id in self._groups else ""
        others = [found for found in self.members_of(row) if found != self._unit.actor.id]
        return ", ".join(self._staff.get(other, "") for other in others) or "Notes to myself"

    def members_of(self, row: AnyRow) -> tuple[UUID, ...]:
        """Who is in it; a patient's conversation is everyone's."""
        if row.group_id:
            return self._groups[row.group_id].members if row.group_id in self._groups else ()
        if row.patient_id:
            return ()
        return tuple(UUID(part) for part in row.key.split(":")[1:])
