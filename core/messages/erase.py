"""Erasing for certain: the key goes, the sealed bytes stay and can never be opened, also in every backup (S103)."""

from uuid import UUID

from sqlalchemy import select, update

from core.audit.certificate import certify
from core.messages.tables import FileChunk, FileRow, MessageRow
from core.messages.words import FileState
from core.seal.envelope import key_of
from core.store.unit import Unit


def erase_message(unit: Unit, message_id: UUID, why: str) -> int:
    """Erase what a message with a key of its own said, and its files; how many keys went.

    A message under a shared key of its conversation's month is left alone: others are sealed under it.
    """
    body = unit.db.scalar(
        select(MessageRow.body).where(MessageRow.practice_id == unit.practice_id, MessageRow.id == message_id)
    )
    if body is None or not unit.seals.is_own(key_of(body), f"message:{message_id}"):
        return 0
    unit.seals.shred(key_of(body))
    certify(unit, "message", message_id, key_of(body), [body], why)
    files = unit.db.scalars(
        select(FileRow.id).where(
            FileRow.practice_id == unit.practice_id,
            FileRow.message_id == message_id,
            FileRow.state != FileState.ERASED,
        )
    ).all()
    return 1 + sum(erase_file(unit, file_id, why) for file_id in files)


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
