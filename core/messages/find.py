"""Reads of conversations and messages: one function a question, each confined to the practice and to who may see."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, bindparam, or_, select

from core.errors import NotFound
from core.messages import sight
from core.messages.opened import COLUMNS, SINGLE, lines, opened
from core.messages.tables import ConversationRow, Member, MessageRow, UnopenedRow
from core.messages.words import Author, Conversation, ConversationKind, Direction, Message, Reader
from core.patients import find as patients
from core.practice import find as practice
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

PAGE = 50
NOTHING: Mapping[UUID, Conversation] = {}
_MEMBERS = select(Member.staff_id).where(
    Member.practice_id == bindparam("practice"), Member.conversation_id == bindparam("thread")
)
_READERS = _MEMBERS.add_columns(Member.last_read_seq, Member.sees_after)
_LISTENERS = _MEMBERS.where(or_(Member.muted_until.is_(None), Member.muted_until <= bindparam("now")))
LISTED = 60  # patients that a list begins with, and each further page of it
_KIND = select(ConversationRow.kind).where(
    ConversationRow.practice_id == bindparam("practice"), ConversationRow.id == bindparam("thread")
)
# Conversations the actor may see: their own, and every patient's. Unread is a subtraction.
_SEEN = (
    select(
        ConversationRow.id,
        ConversationRow.kind,
        ConversationRow.key,
        ConversationRow.patient_id,
        ConversationRow.group_id,
        ConversationRow.last_seq,
        ConversationRow.last_at,
        Member.last_read_seq,
        Member.sees_after,
        Member.pinned,
        Member.muted_until,
        Member.mentioned_seq,
        UnopenedRow.everybodys_at,
    )
    .outerjoin(
        Member,
        and_(
            Member.practice_id == ConversationRow.practice_id,
            Member.conversation_id == ConversationRow.id,
            Member.staff_id == bindparam("me", type_=Member.staff_id.type),
        ),
    )
    .outerjoin(
        UnopenedRow,
        and_(
            UnopenedRow.practice_id == ConversationRow.practice_id,
            UnopenedRow.conversation_id == ConversationRow.id,
        ),
    )
    .where(
        ConversationRow.practice_id == bindparam("practice"),
        or_(Member.staff_id.is_not(None), ConversationRow.kind == ConversationKind.PATIENT),
    )
    .order_by(ConversationRow.last_at.desc())
    .limit(bindparam("most"))
)
_ONE = Prepared(_SEEN.where(ConversationRow.id == bindparam("thread")))
_SOME = Prepared(_SEEN.where(ConversationRow.id.in_(bindparam("threads"))))
_MINE = Prepared(_SEEN.where(or_(Member.staff_id.is_not(None), UnopenedRow.everybodys_at.is_not(None))))
_PATIENTS = Prepared(_SEEN.where(ConversationRow.kind == ConversationKind.PATIENT).order_by(ConversationRow.id.desc()))
_EARLIER = Prepared(
    _SEEN.where(
        ConversationRow.kind == ConversationKind.PATIENT,
        ConversationRow.last_at <= bindparam("at"),
        or_(ConversationRow.last_at < bindparam("at"), ConversationRow.id < bindparam("thread")),
    ).order_by(ConversationRow.id.desc())
)
_MESSAGES = select(*COLUMNS).where(MessageRow.practice_id == bindparam("practice"))
_BY_ID = SINGLE.where(MessageRow.practice_id == bindparam("practice"), MessageRow.id == bindparam("message"))
_ONE_MESSAGE = Prepared(_BY_ID)
_ONE_SEEN = Prepared(sight.of_messages(_BY_ID, bindparam("practice"), bindparam("me")))
_ANSWERS = Prepared(
    _MESSAGES.where(
        MessageRow.conversation_id == bindparam("thread"),
        MessageRow.seq > bindparam("seq"),
        MessageRow.reply_to == bindparam("message"),
        MessageRow.direction == Direction.INBOUND,
    )
    .order_by(MessageRow.seq)
    .limit(100)
)
_SEVERAL_SEEN = Prepared(
    sight.of_messages(_MESSAGES.where(MessageRow.id.in_(bindparam("messages"))), bindparam("practice"), bindparam("me"))
)
_NEWEST = Prepared(
    _MESSAGES.where(
        ConversationRow.practice_id == MessageRow.practice_id,
        ConversationRow.id == MessageRow.conversation_id,
        ConversationRow.last_seq == MessageRow.seq,
        ConversationRow.id.in_(bindparam("threads")),
    )
)
_PAGE = _MESSAGES.where(
    MessageRow.conversation_id == bindparam("thread"), MessageRow.seq > bindparam("sees_after")
).limit(bindparam("most"))
_LATEST = _PAGE.order_by(MessageRow.seq.desc())
_BEFORE = _LATEST.where(MessageRow.seq < bindparam("seq"))
_AFTER = _PAGE.where(MessageRow.seq > bindparam("seq")).order_by(MessageRow.seq)


def conversation(unit: Unit, conversation_id: UUID) -> Conversation:
    """One conversation as the actor sees it (primary key). Raises NotFound, also for one who may not see it."""
    rows = _rows(unit, _ONE, thread=conversation_id)
    if not rows:
        raise NotFound("conversation")
    return _conversations(unit, rows)[0]


def conversations(
    unit: Unit, patients_limit: int = LISTED, known: Mapping[UUID, Conversation] = NOTHING
) -> list[Conversation]:
    """What stands in the actor's list: theirs, and the patients lately written about (ix_conversation_recent).

    `known` is what the system finds there: all colleagues see it alike, but for what they follow themselves.
    """
    recent = () if known else _rows(unit, _PATIENTS, most=patients_limit)
    asked = {row.id: row for row in (*recent, *_rows(unit, _MINE))}
    own = [row for row in asked.values() if row.id not in known or row.last_read_seq is not None]
    both = {**known, **{one.id: one for one in _conversations(unit, own, known)}}
    return sorted(both.values(), key=lambda one: (one.last_at is None, one.last_at), reverse=True)


def earlier(unit: Unit, behind: UUID | None = None, limit: int = LISTED) -> list[Conversation]:
    """About patients, the latest first, behind one of these conversations or from the first (ix_conversation_recent).

    Raises NotFound.
    """
    if behind is None:
        return _conversations(unit, _rows(unit, _PATIENTS, most=limit))
    last = conversation(unit, behind).last_at
    if last is None:  # nothing was said in it, so it stands behind all others
        return []
    return _conversations(unit, _rows(unit, _EARLIER, at=last, thread=behind, most=limit))


def patient_thread(unit: Unit, patient_id: UUID) -> UUID | None:
    """The conversation about a patient, if anything was ever said (uq_conversation_key)."""
    return unit.db.scalar(
        select(ConversationRow.id).where(
            ConversationRow.practice_id == unit.practice_id, ConversationRow.key == f"patient:{patient_id}"
        )
    )


def members(unit: Unit, conversation_id: UUID) -> tuple[UUID, ...]:
    """Who follows a conversation (ix_member_conversation)."""
    return tuple(unit.db.scalars(_MEMBERS, {"practice": unit.practice_id, "thread": conversation_id}))


def listeners(unit: Unit, conversation_id: UUID) -> tuple[UUID, ...]:
    """Who follows a conversation and has not muted it now (ix_member_conversation)."""
    told = {"practice": unit.practice_id, "thread": conversation_id, "now": unit.now}
    return tuple(unit.db.scalars(_LISTENERS, told))


def audience(unit: Unit, conversation_id: UUID) -> Mapping[UUID, int] | None:
    """Who may hear what happens in a conversation, and after which `seq`; None means everyone of the practice who may
    see patients, from the beginning.
    """
    if conversation_kind(unit, conversation_id) is ConversationKind.PATIENT:
        return None
    return {row.staff_id: row.sees_after for row in _readers(unit, conversation_id)}


def conversation_kind(unit: Unit, conversation_id: UUID) -> ConversationKind | None:
    """Who a conversation is between (primary key); None where there is none."""
    return unit.db.scalar(_KIND, {"practice": unit.practice_id, "thread": conversation_id})


def readers(unit: Unit, conversation_id: UUID) -> list[Reader]:
    """How far each person of a conversation has read, by name (ix_member_conversation). Raises NotFound."""
    conversation(unit, conversation_id)
    names = {member.id: member.name for member in practice.staff(unit)}
    known = [
        Reader(Author(row.staff_id, names[row.staff_id]), row.last_read_seq, row.sees_after)
        for row in _readers(unit, conversation_id)
        if row.staff_id in names
    ]
    return sorted(known, key=lambda one: one.person.name)


def day_starts(unit: Unit, conversation_id: UUID, at: datetime) -> int | None:
    """The `seq` of the first message that the actor sees at or after a moment; None when there is none."""
    found = conversation(unit, conversation_id)
    first = first_since(unit, conversation_id, at, found.sees_after, found.last_seq)
    return first if first <= found.last_seq else None


def first_since(unit: Unit, conversation_id: UUID, at: datetime, after: int, last: int) -> int:
    """The `seq` of the first message at or after a moment, of those after `after`; one more than `last` if none is.

    `seq` and time rise together, so the place is found by halving: one look at the primary key a step.
    """
    low, high = after + 1, last + 1
    while low < high:
        middle = (low + high) // 2
        row = MessageRow
        written = unit.db.scalar(
            select(row.created_at)
            .where(row.practice_id == unit.practice_id, row.conversation_id == conversation_id, row.seq >= middle)
            .order_by(row.seq)
            .limit(1)
        )
        if written is not None and written < at:
            low = middle + 1
        else:
            high = middle
    return low


def message(unit: Unit, message_id: UUID) -> Message:
    """One message that the actor may see (uq_message_id). Raises NotFound."""
    wanted = {"practice": unit.practice_id, "message": message_id}
    asked, mine = (_ONE_SEEN, {"me": unit.staff_id}) if sight.is_bound(unit) else (_ONE_MESSAGE, {})
    row = asked.one(unit.db, {**wanted, **mine})
    if row is None:
        raise NotFound("message")
    return opened(unit, [row])[0]


def answers_to(unit: Unit, message: Message) -> list[Message]:
    """What its patient answered to a message about them, oldest first, at most a hundred (primary key)."""
    wanted = {"practice": unit.practice_id, "thread": message.conversation_id}
    return opened(unit, _ANSWERS.rows(unit.db, {**wanted, "seq": message.seq, "message": message.id}))


def who_see(unit: Unit, message: Message) -> set[UUID]:
    """Who among colleagues sees a message of theirs (ix_member_conversation)."""
    return {row.staff_id for row in _readers(unit, message.conversation_id) if row.sees_after < message.seq}


def seen(unit: Unit, conversation_ids: Iterable[UUID]) -> dict[UUID, Conversation]:
    """Those of these conversations that the actor may see, by id (primary key, one question for all)."""
    wanted = list(conversation_ids)
    rows = _rows(unit, _SOME, threads=wanted) if wanted else ()
    return {found.id: found for found in _conversations(unit, rows)}


def newest_inbound(unit: Unit, conversation_id: UUID, within: int = 100) -> UUID | None:
    """The newest message that came from the patient, among the last ones of a conversation (primary key)."""
    row = MessageRow
    last = conversation(unit, conversation_id).last_seq
    return unit.db.scalar(
        select(row.id)
        .where(
            row.practice_id == unit.practice_id,
            row.conversation_id == conversation_id,
            row.seq > last - within,
            row.direction == Direction.INBOUND,
        )
        .order_by(row.seq.desc())
        .limit(1)
    )


def several(unit: Unit, message_ids: list[UUID]) -> list[Message]:
    """These messages, whoever may see them; for those who looked up their ids as somebody who may (uq_message_id)."""
    if not message_ids:
        return []
    rows = unit.db.execute(
        select(*COLUMNS).where(
            MessageRow.practice_id == unit.practice_id,
            MessageRow.id.in_(message_ids),
            MessageRow.deleted_at.is_(None),
        )
    ).all()
    return opened(unit, rows)


def lines_seen(unit: Unit, message_ids: Iterable[UUID]) -> dict[UUID, Message]:
    """Those of these messages that the actor may see, as lines, by id (uq_message_id, one question for all)."""
    wanted = {"practice": unit.practice_id, "me": unit.actor.id, "messages": list(message_ids)}
    return {found.id: found for found in lines(unit, _SEVERAL_SEEN.rows(unit.db, wanted))}


def history(
    unit: Unit, conversation_id: UUID, *, before: int | None = None, after: int | None = None, limit: int = PAGE
) -> list[Message]:
    """A page of what the actor sees, oldest first: the newest, or before or after a `seq` (primary key, no OFFSET)."""
    bounds = {"sees_after": conversation(unit, conversation_id).sees_after, "most": limit}
    wanted = {"practice": unit.practice_id, "thread": conversation_id, **bounds}
    if after is not None:
        return opened(unit, unit.db.execute(_AFTER, {**wanted, "seq": after}).all())
    if before is not None:
        return opened(unit, unit.db.execute(_BEFORE, {**wanted, "seq": before}).all()[::-1])
    return opened(unit, unit.db.execute(_LATEST, wanted).all()[::-1])


def last_messages(unit: Unit, conversation_ids: Iterable[Conversation]) -> dict[UUID, Message]:
    """The newest message of each of these conversations as a line, as far as it is seen (primary key, one descent
    each).
    """
    begun = [found.id for found in conversation_ids if found.last_seq > found.sees_after]
    if not begun:
        return {}
    rows = _NEWEST.rows(unit.db, {"practice": unit.practice_id, "threads": begun})
    return {message.conversation_id: message for message in lines(unit, rows)}


def _readers(unit: Unit, conversation_id: UUID) -> Sequence[AnyRow]:
    wanted = {"practice": unit.practice_id, "thread": conversation_id}
    return unit.db.execute(_READERS, wanted).all()


# -- conversations ---------------------------------------------------------------------------------------------------


def _rows(unit: Unit, which: Prepared, most: int = 500, **wanted: Any) -> Sequence[AnyRow]:
    return which.rows(unit.db, {"practice": unit.practice_id, "me": unit.actor.id, "most": most, **wanted})


def _conversations(
    unit: Unit, rows: Sequence[AnyRow], known: Mapping[UUID, Conversation] = NOTHING
) -> list[Conversation]:
    titles = _Titles(unit, rows, known)
    return [_conversation(unit, row, titles) for row in rows]


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
        read_up_to=row.last_seq if read is None else read,
        pinned=bool(row.pinned),
        muted=row.muted_until is not None and row.muted_until > unit.now,
        mentioned=read is not None and row.mentioned_seq > read,
        everybodys=row.everybodys_at is not None,
        sees_after=0 if row.patient_id else row.sees_after or 0,
    )


class _Titles:
    """Names for conversations, read once for a whole list but for those that are `known`."""

    def __init__(self, unit: Unit, rows: Sequence[AnyRow], known: Mapping[UUID, Conversation]) -> None:
        self._unit = unit
        self._known = known
        unnamed = {row.patient_id for row in rows if row.patient_id and row.id not in known}
        self._patients = patients.several(unit, unnamed)
        named = {one for row in rows if not row.patient_id and not row.group_id for one in _in_key(row.key)}
        self._staff = practice.names(unit, named)
        self._groups = {group.id: group for group in practice.groups(unit)} if any(row.group_id for row in rows) else {}

    def of(self, row: AnyRow) -> str:
        """A patient's name, a group's, or the other person's."""
        if row.id in self._known:
            return self._known[row.id].title
        if row.patient_id:
            return self._patients[row.patient_id].name
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
        return _in_key(row.key)


def _in_key(key: str) -> tuple[UUID, ...]:
    """The people whose conversation has this key."""
    return tuple(UUID(part) for part in key.split(":")[1:])
