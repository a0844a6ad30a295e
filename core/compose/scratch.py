"""What a person has typed in a conversation and not sent: sealed, on every device of theirs, until it is sent (U42)."""

from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import bindparam, delete, select

from core.compose.tables import Scratch
from core.errors import Invalid
from core.messages import files, find
from core.messages.words import Attachment
from core.store.counting import upsert
from core.store.prepared import Prepared
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import Unit

LONGEST = 12_000  # letters: a message and the command before it
_FORGET = Prepared(
    delete(Scratch).where(
        Scratch.practice_id == bindparam("practice"),
        Scratch.staff_id == bindparam("writer"),
        Scratch.conversation_id == bindparam("thread"),
    )
)
_WHERE = Prepared(
    select(Scratch.conversation_id).where(
        Scratch.practice_id == bindparam("practice"), Scratch.staff_id == bindparam("writer")
    )
)


@dataclass(frozen=True, slots=True)
class Typed:
    """Half-typed words, people in them as `@` and their id, and the files that came with them."""

    text: str
    attachments: tuple[Attachment, ...] = ()


def keep(unit: Unit, conversation_id: UUID, text: str, attachments: tuple[UUID, ...] = (), tab: str = "") -> None:
    """Keep what was typed so far; nothing typed forgets it. `tab` is who need not be told. Raises NotFound, Invalid."""
    find.conversation(unit, conversation_id)
    if len(text) > LONGEST:
        raise Invalid("text", "too_long", limit=LONGEST, over=len(text) - LONGEST)
    if not text.strip() and not attachments:
        forget(unit, conversation_id, tab)
        return
    said = orjson.dumps({"t": text, "f": [str(one) for one in attachments]})
    sealed = unit.seals.seal(said, _place(unit, conversation_id), scope=f"drafts:{unit.now:%Y-%m}")
    row = {
        "practice_id": unit.practice_id,
        "staff_id": unit.staff_id,
        "conversation_id": conversation_id,
        "text": sealed,
        "at": unit.now,
    }
    written = upsert(unit.db, Scratch).values(row)
    unit.db.execute(
        written.on_conflict_do_update(
            index_elements=["practice_id", "staff_id", "conversation_id"], set_={"text": sealed, "at": unit.now}
        )
    )
    _tell(unit, conversation_id, tab, typed=True)


def forget(unit: Unit, conversation_id: UUID, tab: str = "") -> None:
    """It was sent or cleared: empty everywhere."""
    mine = {"practice": unit.practice_id, "writer": unit.staff_id, "thread": conversation_id}
    if _FORGET.count(unit.db, mine):
        _tell(unit, conversation_id, tab, typed=False)


def kept(unit: Unit, conversation_id: UUID) -> Typed:
    """What the actor has typed there; empty when nothing."""
    row: AnyRow | None = unit.db.execute(
        select(Scratch.text).where(
            Scratch.practice_id == unit.practice_id,
            Scratch.staff_id == unit.staff_id,
            Scratch.conversation_id == conversation_id,
        )
    ).one_or_none()
    if row is None:
        return Typed("")
    said = orjson.loads(unit.seals.open(row.text, _place(unit, conversation_id)))
    return Typed(said["t"], files.still_free(unit, [UUID(one) for one in said["f"]]))


def where(unit: Unit) -> frozenset[UUID]:
    """The conversations in which the actor has something half-typed."""
    mine = {"practice": unit.practice_id, "writer": unit.staff_id}
    return frozenset(row.conversation_id for row in _WHERE.rows(unit.db, mine))


def _tell(unit: Unit, conversation_id: UUID, tab: str, *, typed: bool) -> None:
    """Other devices of the same person. Never kept: who reconnects reads what is there."""
    unit.tell("draft.updated", staff=unit.staff_id, conversation=conversation_id, tab=tab, typed=typed, kept=False)


def _place(unit: Unit, conversation_id: UUID) -> Place:
    return Place("scratch", conversation_id, "text", part=str(unit.staff_id))
