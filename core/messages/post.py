"""Writing a message: numbered, sealed, told to who may see it; the same `client_id` twice is one message."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from core.errors import Invalid, NotFound
from core.messages import find, indexing, unopened
from core.messages.blank import is_blank
from core.messages.body import Body, seal_body
from core.messages.conversations import join
from core.messages.files import attach
from core.messages.mentions import names_in
from core.messages.opened import called, quote
from core.messages.tables import ConversationRow, Member, MessageRow
from core.messages.words import Author, Direction, Message, Quote, Writing
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import ActorKind, Unit

LONGEST = 10_000  # letters in one message

# The statements of the hot path are made once: building one anew costs several times what running it does.
_BY_CLIENT_ID = select(MessageRow.id).where(
    MessageRow.practice_id == bindparam("practice"),
    MessageRow.author_id == bindparam("author"),
    MessageRow.client_id == bindparam("client"),
)
_SAID_BEFORE = Prepared(_BY_CLIENT_ID)
_PLACE = (
    update(ConversationRow)
    .where(ConversationRow.practice_id == bindparam("practice"), ConversationRow.id == bindparam("thread"))
    .values(last_seq=ConversationRow.last_seq + 1, last_at=bindparam("now"))
    .returning(ConversationRow.last_seq, ConversationRow.patient_id)
)
_PLACE_ONCE = _PLACE.where(~_BY_CLIENT_ID.exists())
_NEXT, _NEXT_ONCE = Prepared(_PLACE), Prepared(_PLACE_ONCE)
_COLUMNS = (
    "practice_id conversation_id seq id kind direction author_id patient_id body client_id reply_to files created_at"
)
_WRITE = Prepared(insert(MessageRow), _COLUMNS)
_WRITE_AND_ENTER = indexing.entering(
    insert(MessageRow).values(
        {name: bindparam(name, type_=MessageRow.__table__.c[name].type) for name in _COLUMNS.split()}
    )
)
_CURSOR = update(Member).where(
    Member.practice_id == bindparam("practice"),
    Member.staff_id == bindparam("author"),
    Member.conversation_id == bindparam("thread"),
)
_READ_OWN = Prepared(_CURSOR.values(last_read_seq=bindparam("up_to")))


def _place_and_cursor() -> Prepared:
    """The next place, and the cursor of whoever takes it if they have one (`follows`): for PostgreSQL, which takes that
    as one statement.
    """
    place = _PLACE_ONCE.returning(ConversationRow.id).cte("place")
    moved = _CURSOR.where(Member.conversation_id == place.c.id).values(last_read_seq=place.c.last_seq)
    follows = select(moved.returning(Member.staff_id).cte("moved")).exists()
    return Prepared(select(place.c.last_seq, place.c.patient_id, follows.label("follows")))


_NEXT_ONCE_READ = _place_and_cursor()


def post(unit: Unit, conversation_id: UUID, writing: Writing) -> Message:
    """Write a message into a conversation and tell who may see it.

    Raises NotFound (no such conversation for this person, or a file that is not theirs), Invalid("text", …).
    """
    _check(writing)
    place = _next(unit, conversation_id, writing.client_id)
    if place is None:
        return _said_before(unit, writing.client_id)
    _follow(unit, conversation_id, place)
    message = _message(unit, conversation_id, place, writing)
    body = Body(writing.text, writing.subject, writing.form, writing.whole, writing.by_proxy)
    _write(unit, message, body, writing)
    if writing.attachments:
        message = replace(message, attachments=attach(unit, writing.attachments, message.id))
    if message.direction is Direction.INBOUND:
        unopened.came(unit, conversation_id, message.seq)
    elif message.direction is Direction.OUTBOUND and message.author is not None:
        unopened.opened(unit, conversation_id, message.seq)
    unit.tell("message.created", conversation=conversation_id, message=message.id, seq=message.seq, carry=message)
    return message


def _message(unit: Unit, conversation_id: UUID, place: AnyRow, writing: Writing) -> Message:
    """The message at its place, files still to come. Raises NotFound where what it answers is not in this thread."""
    return Message(
        id=unit.new_id(),
        conversation_id=conversation_id,
        seq=place.last_seq,
        kind=writing.kind,
        direction=writing.direction,
        author=_author(unit),
        patient_id=place.patient_id,
        subject=writing.subject,
        text=writing.text,
        attachments=(),
        created_at=unit.now,
        reply_to=writing.reply_to,
        quoted=_quoted(unit, conversation_id, writing.reply_to),
        mentions=names_in(writing.text, called(unit)) if "@" in writing.text else (),
        form=writing.form,
        whole=writing.whole,
        by_proxy=writing.by_proxy,
    )


def _write(unit: Unit, message: Message, body: Body, writing: Writing) -> None:
    """The row of a message, its words sealed for the very place, and its entry, so that it is found."""
    row = {
        "practice_id": unit.practice_id,
        "conversation_id": message.conversation_id,
        "seq": message.seq,
        "id": message.id,
        "kind": message.kind,
        "direction": message.direction,
        "author_id": message.author.id if message.author else None,
        "patient_id": message.patient_id,
        "body": seal_body(unit, message.id, message.conversation_id, message.patient_id, body, writing.own_key),
        "client_id": writing.client_id or None,
        "reply_to": writing.reply_to,
        "files": len(writing.attachments),
        "created_at": message.created_at,
    }
    if unit.db.dialect.name == "sqlite":
        _WRITE.count(unit.db, row)
        _enter(unit, message, body)
    else:
        _WRITE_AND_ENTER.count(unit.db, {**row, **indexing.marks(unit, message.kind, body)})


def _enter(unit: Unit, message: Message, body: Body) -> None:
    """Its entry by statements of its own."""
    indexing.add(
        unit,
        message_id=message.id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        kind=message.kind,
        author_id=message.author.id if message.author else None,
        patient_id=message.patient_id,
        created_at=message.created_at,
        body=body,
    )


def changed(unit: Unit, message: Message) -> None:
    """Let who may see a message know that something about it is different."""
    unit.tell("message.updated", conversation=message.conversation_id, message=message.id)


def _check(writing: Writing) -> None:
    if is_blank(writing.text) and not writing.attachments and writing.form is None:
        raise Invalid("text", "empty")
    if len(writing.text) > LONGEST:
        raise Invalid("text", "too_long", limit=LONGEST, over=len(writing.text) - LONGEST)
    if "\x00" in writing.text or "\x00" in writing.subject:
        raise Invalid("text", "characters")


def _author(unit: Unit) -> Author | None:
    if unit.actor.kind is not ActorKind.STAFF:
        return None
    return Author(unit.staff_id, unit.actor.name)


def _quoted(unit: Unit, conversation_id: UUID, message_id: UUID | None) -> Quote | None:
    """The beginning of the message that this one answers; it must stand in the same conversation."""
    if message_id is None:
        return None
    answered = find.message(unit, message_id)
    if answered.conversation_id != conversation_id:
        raise NotFound("message")
    return quote(answered)


def _next(unit: Unit, conversation_id: UUID, client_id: str) -> AnyRow | None:
    """The next place in the conversation, taken by one statement that also locks it (dense `seq`); none for what its
    author said before, nor where there is no such conversation.
    """
    place = {"practice": unit.practice_id, "thread": conversation_id, "now": unit.now}
    if client_id and unit.actor.kind is ActorKind.STAFF:
        asked = _NEXT_ONCE if unit.db.dialect.name == "sqlite" else _NEXT_ONCE_READ
        return asked.one(unit.db, {**place, "author": unit.actor.id, "client": client_id})
    return _NEXT.one(unit.db, place)


def _said_before(unit: Unit, client_id: str) -> Message:
    """What was said under a client's id before. Raises NotFound."""
    told = {"practice": unit.practice_id, "author": unit.actor.id, "client": client_id}
    found = _SAID_BEFORE.value(unit.db, told) if client_id else None
    if found is None:
        raise NotFound("conversation")
    return find.message(unit, found)


def _follow(unit: Unit, conversation_id: UUID, place: AnyRow) -> None:
    """One's own message is read by oneself: the cursor moves with it, which also shows whether one may write there.

    Staff write where they are members, and about every patient; others where an action leads them.
    """
    if unit.actor.kind is not ActorKind.STAFF or getattr(place, "follows", False):
        return
    mine = {"practice": unit.practice_id, "author": unit.staff_id, "thread": conversation_id}
    if _READ_OWN.count(unit.db, {**mine, "up_to": place.last_seq}):
        return
    if place.patient_id is None:
        raise NotFound("conversation")
    join(unit, conversation_id, {unit.staff_id}, read_up_to=place.last_seq)
