"""Finding what was said: by words, person, patient, kind and day, newest first, among all one may see (U114)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, cast, column, literal, or_, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY

from core.errors import Invalid
from core.messages import find, sight
from core.messages.indexing import tokens, words_of
from core.messages.marking import BEFORE, LETTERS, Piece, excerpt
from core.messages.tables import MessageEntry
from core.messages.words import Kind, Message
from core.store.types import AnySelect
from core.store.unit import Unit

PAGE = 50
INDEX = table("message_word", column("rowid"))  # SQLite's, by FTS5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; of several `kinds`, and `forms`, either fits; a form is no Direct Message here.

    `before` is the oldest hit already seen: numbers of the index count what all practices write, so none leaves here.
    """

    words: str = ""
    conversation_id: UUID | None = None
    patient_id: UUID | None = None
    author_id: UUID | None = None
    kinds: frozenset[Kind] = frozenset()
    forms: bool = False
    since: datetime | None = None
    until: datetime | None = None
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that has the words, and the place where they stand in it."""

    message: Message
    pieces: tuple[Piece, ...]

    @property
    def context(self) -> str:
        """The pieces as one text."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, newest first; `more` is what to give as `before` for the next page, `part` that only part was searched."""

    hits: tuple[Hit, ...]
    more: UUID | None
    part: bool


def search(unit: Unit, wanted: Wanted, letters: int = LETTERS, before: int = BEFORE) -> Found:
    """The newest messages that fit, each with about so many `letters`, so many of them `before` the first word found.

    Raises NotFound (a foreign conversation), Invalid (nothing asked).
    """
    rows = unit.db.execute(query(unit, wanted)).all()
    page = rows[:PAGE]
    said = words_of(wanted.words)
    messages = {one.id: one for one in find.several(unit, [row.message_id for row in page])}
    hits = [
        Hit(found, excerpt(f"{found.subject} {found.text}", said, letters, before))
        for row in page
        if (found := messages.get(row.message_id))
    ]
    more = page[-1].message_id if len(rows) > PAGE else None
    return Found(tuple(hits), more, part=bool(said))


def query(unit: Unit, wanted: Wanted) -> AnySelect:
    """The question to the index. Words are all looked for at once; the newest first, from a number down (keyset)."""
    entry = MessageEntry
    asked = tokens(unit, words_of(wanted.words))
    conditions = [entry.practice_id == unit.practice_id, *_narrowed(unit, wanted)]
    if not asked and len(conditions) == 1:
        raise Invalid("search", "empty")
    conditions.append(_may_see(unit))
    oldest = _place(unit, wanted.before) if wanted.before else None
    chosen = select(entry.number, entry.message_id).limit(PAGE + 1)
    if not asked:
        return chosen.where(*conditions, *_before(oldest, entry.number)).order_by(entry.number.desc())
    if unit.db.dialect.name != "sqlite":
        words = entry.words.op("@@")(cast(literal(" & ".join(f"'{one}'" for one in asked)), TSQUERY))
        return chosen.where(words, *conditions, *_before(oldest, entry.number)).order_by(entry.number.desc())
    rowid, match = INDEX.c.rowid, text("message_word MATCH :asked")
    return (
        chosen.select_from(INDEX)
        .where(match.bindparams(asked=" AND ".join(f'"{one}"' for one in asked)))
        .where(entry.number == rowid, *conditions, *_before(oldest, rowid))
        .order_by(rowid.desc())
    )


def _narrowed(unit: Unit, wanted: Wanted) -> list[ColumnElement[bool]]:
    entry = MessageEntry
    found: list[ColumnElement[bool]] = []
    if wanted.conversation_id:
        find.conversation(unit, wanted.conversation_id)
        found.append(entry.conversation_id == wanted.conversation_id)
    if wanted.patient_id:
        found.append(entry.patient_id == wanted.patient_id)
    if wanted.author_id:
        found.append(entry.author_id == wanted.author_id)
    if wanted.kinds or wanted.forms:
        found.append(_of_kind(wanted))
    if wanted.since:
        found.append(entry.created_at >= wanted.since)
    if wanted.until:
        found.append(entry.created_at < wanted.until)
    return found


def _of_kind(wanted: Wanted) -> ColumnElement[bool]:
    entry = MessageEntry
    kinds = and_(entry.kind.in_(sorted(wanted.kinds)), entry.form.is_not(True))
    return or_(kinds, entry.form.is_(True)) if wanted.forms else kinds


def _place(unit: Unit, seen: UUID) -> int:
    """Below which number older ones stand: that of the message, or of what was said last before it, once it is gone."""
    entry = MessageEntry
    last = select(entry.number, entry.message_id).where(entry.practice_id == unit.practice_id, entry.message_id <= seen)
    found = unit.db.execute(last.order_by(entry.message_id.desc()).limit(1)).one_or_none()
    return found.number + (found.message_id != seen) if found else 0


def _before(oldest: int | None, number: Any) -> list[ColumnElement[bool]]:
    return [number < oldest] if oldest is not None else []


def _may_see(unit: Unit) -> ColumnElement[bool]:
    entry = MessageEntry
    about_a_patient = entry.patient_id.is_not(None)
    return sight.sees(
        unit.practice_id, unit.staff_id, thread=entry.conversation_id, seq=entry.seq, patient=about_a_patient
    )
