"""Files: sealed under a key of their own in pieces of 1 MiB, given to one message, read back only through it.

Under that key the name has nonce 0 and the pieces 1, 2, 3 … (S100): none can come twice, for a file is written once.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import insert, select, update

from core.errors import LatchkeyError, NotFound
from core.messages.inspect import Checked
from core.messages.quota import make_room
from core.messages.tables import FileChunk, FileRow, MessageRow
from core.messages.words import Attachment, FileState
from core.seal.keyring import Erased
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import Unit

ERASED = "Erased file"
CHUNK = 1 << 20  # bytes in one sealed piece (S100)


class FileHeld(LatchkeyError):
    """A file that nobody is given: not scanned yet, infected, not to be read by the scanner, or erased."""

    def __init__(self, name: str, state: FileState) -> None:
        super().__init__(name, state.value)
        self.name = name
        self.state = state


def keep(unit: Unit, file: Checked, *, uploaded_by: UUID | None, patient_id: UUID | None = None) -> Attachment:
    """Keep a checked file (`receive.py`); it belongs to nobody's message yet. `patient_id` is who sent it, if one did.

    Raises FileRefused("full") and TooMany where there is no room.
    """
    make_room(unit, file.name, len(file.data), patient_id)
    return store_upload(unit, file.name, file.type, file.data, uploaded_by=uploaded_by, patient_id=patient_id)


def store_upload(
    unit: Unit, name: str, kind: str, data: bytes, *, uploaded_by: UUID | None, patient_id: UUID | None = None
) -> Attachment:
    """Seal and write a file of a media type `kind` that was checked before."""
    file_id = unit.new_id()
    key_id, _ = unit.seals.own_key(f"file:{file_id}")
    state = FileState.PENDING if unit.settings.clamd_address else FileState.UNSCANNED
    unit.db.execute(
        insert(FileRow).values(
            practice_id=unit.practice_id,
            id=file_id,
            message_id=None,
            uploaded_by=uploaded_by,
            patient_id=patient_id,
            name=unit.seals.seal(name.encode(), Place("file", file_id, "name"), key_id=key_id, count=0),
            type=kind,
            size=len(data),
            state=state,
            created_at=unit.now,
        )
    )
    pieces = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)] or [b""]
    unit.db.execute(
        insert(FileChunk),
        [
            {
                "practice_id": unit.practice_id,
                "file_id": file_id,
                "number": number,
                "data": unit.seals.seal(piece, _piece(file_id, number, len(pieces)), key_id=key_id, count=number + 1),
            }
            for number, piece in enumerate(pieces)
        ],
    )
    return Attachment(file_id, name, kind, len(data), state)


def attach(unit: Unit, file_ids: Sequence[UUID], message_id: UUID) -> tuple[Attachment, ...]:
    """Give uploads to a message. An id is good once, and only for who uploaded it. Raises NotFound."""
    if not file_ids:
        return ()
    taken = unit.db.execute(
        update(FileRow)
        .where(
            FileRow.practice_id == unit.practice_id,
            FileRow.id.in_(file_ids),
            FileRow.message_id.is_(None),
            FileRow.uploaded_by == unit.actor.id,
        )
        .values(message_id=message_id)
    )
    if taken.rowcount != len(set(file_ids)):
        raise NotFound("file")
    return of_messages(unit, [message_id])[message_id]


def uploads(unit: Unit, file_ids: Sequence[UUID]) -> tuple[Attachment, ...]:
    """The actor's uploads that no message has yet, in the order asked for. Raises NotFound for any other id."""
    found = still_free(unit, file_ids)
    if len(found) != len(set(file_ids)):
        raise NotFound("file")
    return found


def still_free(unit: Unit, file_ids: Sequence[UUID]) -> tuple[Attachment, ...]:
    """Those of the actor's uploads that no message has yet, in the order asked for."""
    if not file_ids:
        return ()
    rows = _attachments(
        unit, FileRow.id.in_(file_ids), FileRow.message_id.is_(None), FileRow.uploaded_by == unit.actor.id
    )
    found = {attachment.id: attachment for _, attachment in rows}
    return tuple(found[file_id] for file_id in dict.fromkeys(file_ids) if file_id in found)


def of_messages(unit: Unit, message_ids: Iterable[UUID]) -> dict[UUID, tuple[Attachment, ...]]:
    """The files of these messages (ix_file_message)."""
    ids = list(message_ids)
    if not ids:
        return {}
    found: dict[UUID, tuple[Attachment, ...]] = {}
    for message_id, attachment in _attachments(unit, FileRow.message_id.in_(ids)):
        found[message_id] = (*found.get(message_id, ()), attachment)
    return found


def lately(unit: Unit, conversation_id: UUID, last_seq: int, most: int = 3, within: int = 1_000) -> list[Attachment]:
    """The newest files of a conversation, of its last messages (primary key): a long thread costs no more."""
    row = MessageRow
    brought = unit.db.scalars(
        select(row.id)
        .where(
            row.practice_id == unit.practice_id,
            row.conversation_id == conversation_id,
            row.seq > last_seq - within,
            row.files > 0,
            row.deleted_at.is_(None),
        )
        .order_by(row.seq.desc())
        .limit(most)
    ).all()
    found = of_messages(unit, brought)
    return [one for message_id in brought for one in found.get(message_id, ())][:most]


def read_file(unit: Unit, file_id: UUID, *, message_id: UUID | None = None) -> tuple[Attachment, bytes]:
    """A file of a message and its bytes. With `message_id` only of that one (S33). Raises NotFound, FileHeld."""
    owner = FileRow.message_id.is_not(None) if message_id is None else FileRow.message_id == message_id
    rows = _attachments(unit, FileRow.id == file_id, owner)
    if not rows:
        raise NotFound("file")
    attachment = rows[0][1]
    if not attachment.state.served:
        raise FileHeld(attachment.name, attachment.state)
    return attachment, bytes_of(unit, file_id)


def bytes_of(unit: Unit, file_id: UUID) -> bytes:
    """What is in a file, whoever may see it: for the scanner. Raises Unreadable, Erased."""
    pieces = unit.db.scalars(
        select(FileChunk.data)
        .where(FileChunk.practice_id == unit.practice_id, FileChunk.file_id == file_id)
        .order_by(FileChunk.number)
    ).all()
    return b"".join(unit.seals.open(piece, _piece(file_id, n, len(pieces))) for n, piece in enumerate(pieces))


def message_of(unit: Unit, file_id: UUID) -> UUID:
    """The message a file belongs to. Raises NotFound."""
    found = unit.db.scalar(
        select(FileRow.message_id).where(FileRow.practice_id == unit.practice_id, FileRow.id == file_id)
    )
    if found is None:
        raise NotFound("file")
    return found


def _attachments(unit: Unit, *where: object) -> list[tuple[UUID, Attachment]]:
    rows = unit.db.execute(
        select(FileRow.id, FileRow.message_id, FileRow.name, FileRow.type, FileRow.size, FileRow.state)
        .where(FileRow.practice_id == unit.practice_id, *where)  # type: ignore[arg-type]  # conditions, whatever kind
        .order_by(FileRow.id)
    )
    return [(row.message_id, _attachment(unit, row)) for row in rows]


def _attachment(unit: Unit, row: AnyRow) -> Attachment:
    return Attachment(row.id, _name(unit, row.id, row.name), row.type, row.size, _state(unit, FileState(row.state)))


def _state(unit: Unit, kept: FileState) -> FileState:
    """Where a scanner stands, what came before it waits for it; where none does any more, nothing waits (S83)."""
    if kept in (FileState.UNSCANNED, FileState.PENDING):
        return FileState.PENDING if unit.settings.clamd_address else FileState.UNSCANNED
    return kept


def _name(unit: Unit, file_id: UUID, sealed: bytes) -> str:
    try:
        return unit.seals.open(sealed, Place("file", file_id, "name")).decode()
    except Erased:
        return ERASED


def _piece(file_id: UUID, number: int, of: int) -> Place:
    """A piece knows its number and whether it is the last, so none can be left out, swapped or cut off."""
    return Place("file", file_id, "chunk", part=f"{number}:{'last' if number == of - 1 else 'more'}")
