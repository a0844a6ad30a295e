"""Erasing for certain: the key goes, the sealed bytes stay and can never be opened, also in every backup (S103)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from core.audit.certificate import certified, certify
from core.messages import indexing
from core.messages.body import Body, open_body
from core.messages.tables import ConversationRow, FileChunk, FileRow, MessageRow
from core.messages.words import FileState, Kind
from core.seal.envelope import key_of
from core.store.types import AnyRow
from core.store.unit import Unit


def erase_message(unit: Unit, message_id: UUID, why: str, *, alone: bool = False) -> int:
    """Erase what a message with a key of its own said, and its files; how many keys went.

    A message under a shared key of its conversation's month is left alone: others are sealed under it. Where the key is
    gone already, only its kind can tell which it was: a Direct Message, or the caller knows that it stood `alone`.
    """
    row = unit.db.execute(
        select(MessageRow.body, MessageRow.kind).where(
            MessageRow.practice_id == unit.practice_id, MessageRow.id == message_id
        )
    ).one_or_none()
    if row is None:
        return 0
    key_id = key_of(row.body)
    own = unit.seals.is_own(key_id, f"message:{message_id}")
    if not own and not ((alone or row.kind is Kind.DIRECT) and _owed(unit, [message_id], key_id)):
        return 0
    unit.seals.shred(key_id)
    certify(unit, "message", message_id, key_id, [row.body], why)
    return 1 + erase_files(unit, message_id, why)


def is_whole(unit: Unit, message_id: UUID) -> bool:
    """Whether neither a message nor a file of it was erased."""
    body = unit.db.scalar(
        select(MessageRow.body).where(MessageRow.practice_id == unit.practice_id, MessageRow.id == message_id)
    )
    erased = select(FileRow.id).where(
        FileRow.practice_id == unit.practice_id, FileRow.message_id == message_id, FileRow.state == FileState.ERASED
    )
    return body is not None and unit.seals.is_there(key_of(body)) and unit.db.scalar(erased.limit(1)) is None


def erase_files(unit: Unit, message_id: UUID, why: str) -> int:
    """Erase the files of a message; how many keys went."""
    files = unit.db.scalars(
        select(FileRow.id).where(
            FileRow.practice_id == unit.practice_id,
            FileRow.message_id == message_id,
            FileRow.state != FileState.ERASED,
        )
    ).all()
    return sum(erase_file(unit, file_id, why) for file_id in files)


def erase_file(unit: Unit, file_id: UUID, why: str) -> int:
    """Erase one file; that there was one stays known. How many keys went."""
    mine = (FileRow.practice_id == unit.practice_id, FileRow.id == file_id)
    name = unit.db.scalar(
        update(FileRow)
        .where(*mine, FileRow.state != FileState.ERASED)
        .values(state=FileState.ERASED)
        .returning(FileRow.name)
    )
    if name is None:
        return 0
    pieces = unit.db.scalars(
        select(FileChunk.data)
        .where(FileChunk.practice_id == unit.practice_id, FileChunk.file_id == file_id)
        .order_by(FileChunk.number)
    ).all()
    unit.seals.shred(key_of(name))
    certify(unit, "file", file_id, key_of(name), [name, *pieces], why)
    return 1


def erase_month(unit: Unit, conversation_id: UUID, after: int, why: str) -> int:
    """Erase what a conversation's oldest month says from the message behind `after` on; how many keys went.

    A month has one key for what was said among colleagues and for copies of texts and e-mails; each Direct Message and
    each file has its own. Their words leave the index while they can still be read.
    """
    here = (MessageRow.practice_id == unit.practice_id, MessageRow.conversation_id == conversation_id)
    first = unit.db.scalar(select(MessageRow.created_at).where(*here, MessageRow.seq == after + 1))
    if first is None:
        return 0
    columns = (MessageRow.id, MessageRow.seq, MessageRow.kind, MessageRow.patient_id, MessageRow.body)
    month = select(*columns).where(*here, MessageRow.seq > after, MessageRow.created_at < _next_month(first))
    rows = unit.db.execute(month.order_by(MessageRow.seq)).all()
    for row in rows:
        indexing.change(unit, row.id, Kind(row.kind), _said(unit, row), Body(""))
    gone = sum(erase_message(unit, row.id, why) or erase_files(unit, row.id, why) for row in rows)
    shared: dict[UUID, list[AnyRow]] = {}
    for row in rows:
        shared.setdefault(key_of(row.body), []).append(row)
    for key_id, sealed in shared.items():
        if unit.seals.is_there(key_id) or _owed(unit, [conversation_id, *(row.id for row in sealed)], key_id):
            unit.seals.shred(key_id)
            certify(unit, "conversation", conversation_id, key_id, [row.body for row in sealed], why)
            gone += 1
    unit.db.execute(
        update(ConversationRow)
        .where(ConversationRow.practice_id == unit.practice_id, ConversationRow.id == conversation_id)
        .values(erased_up_to=rows[-1].seq)
    )
    return gone


def _owed(unit: Unit, items: list[UUID], key_id: UUID) -> bool:
    """Whether a key is gone and nothing says so: keys go just before the commit, which may fail itself. Whoever erases
    again, or the worker within two hours (`forms/finishing.py`), has the certificate then."""
    return not unit.seals.is_there(key_id) and not certified(unit, items, key_id)


def _said(unit: Unit, row: AnyRow) -> Body:
    return open_body(unit, row.id, row.patient_id, row.body)


def _next_month(at: datetime) -> datetime:
    """When the month of a moment ends."""
    first = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return (first + timedelta(days=32)).replace(day=1)
