"""The keyed index of words: what was said can be found though it is sealed (security decision 6).

A word is folded (NFKC, case, accents); it and its beginnings of three letters or more are each put through HMAC-SHA-256
under a key of the practice, 8 bytes are kept, and the database's own full-text index holds those. It never sees a word;
what it tells a thief is which messages share words, and how often each is used. Direct Messages and form answers have
an entry without words: they are found by patient, date and kind only, forms as a kind of their own.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from sqlalchemy import Boolean, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, TEXT

from core.messages.body import Body, open_body
from core.messages.tables import MessageEntry, MessageRow
from core.messages.words import Kind
from core.practice import doors
from core.store.prepared import Prepared
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

PURPOSE = "search words"
SHORTEST = 3  # letters of a beginning
LONGEST = 20  # letters of a word that count
KEPT = 8  # bytes of each HMAC
WORDLESS = frozenset({Kind.DIRECT, Kind.EVENT})
WORD = re.compile(r"[^\W_]+")

_ENTER_WORDS = Prepared(text("INSERT INTO message_word (tok) VALUES (:tok)"))
_ENTER = Prepared(
    insert(MessageEntry),
    "practice_id number message_id conversation_id seq kind form author_id patient_id created_at",
)
_ENTER_WITH_WORDS = Prepared(
    insert(MessageEntry).values(words=func.array_to_tsvector(bindparam("said", type_=ARRAY(TEXT)))),
    "practice_id message_id conversation_id seq kind form author_id patient_id created_at",
)


def entering(write: Any) -> Prepared:
    """What writes a message by `write` (an INSERT) and enters it by the same statement, which PostgreSQL takes; its
    `form` and `said` are those of `marks`.
    """
    same = ("practice_id", "conversation_id", "seq", "kind", "author_id", "patient_id", "created_at")
    row = write.returning(MessageRow.id, *(getattr(MessageRow, name) for name in same)).cte("written")
    told = bindparam("form", type_=Boolean), func.array_to_tsvector(bindparam("said", type_=ARRAY(TEXT)))
    entry = select(row.c.id, *(row.c[name] for name in same), *told)
    return Prepared(insert(MessageEntry).from_select(["message_id", *same, "form", "words"], entry))


def marks(unit: Unit, kind: Kind, body: Body) -> dict[str, Any]:
    """What the index holds of a message beside its place."""
    return {"form": body.form is not None, "said": _tokens_of(unit, kind, body)}


def words_of(said: str) -> list[str]:
    """The words of a text, folded: case, accents and width do not count."""
    return WORD.findall(folded(said))


def folded(said: str) -> str:
    """A text as its words are compared."""
    if said.isascii():  # nothing else is to be done to those
        return said.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", said).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def tokens(unit: Unit, words: Iterable[str]) -> list[str]:
    """What the index holds instead of these words, each once."""
    keyed = HMAC(unit.seals.practice_key(PURPOSE), SHA256())
    return [_token(keyed, word) for word in dict.fromkeys(words) if word]


def _token(keyed: HMAC, word: str) -> str:
    """Begun from the key that is taken in already: a line of talk has sixty of these."""
    mac = keyed.copy()
    mac.update(word[:LONGEST].encode())
    return mac.finalize()[:KEPT].hex()


def add(
    unit: Unit,
    *,
    message_id: UUID,
    conversation_id: UUID,
    seq: int,
    kind: Kind,
    author_id: UUID | None,
    patient_id: UUID | None,
    created_at: datetime,
    body: Body,
) -> None:
    """Enter a message."""
    told = marks(unit, kind, body)
    row = {
        "practice_id": unit.practice_id,
        "message_id": message_id,
        "conversation_id": conversation_id,
        "seq": seq,
        "kind": kind,
        "form": told["form"],
        "author_id": author_id,
        "patient_id": patient_id,
        "created_at": created_at,
    }
    if unit.db.dialect.name == "sqlite":
        number = _ENTER_WORDS.added(unit.db, {"tok": " ".join(told["said"])})
        _ENTER.count(unit.db, {**row, "number": number})
    else:
        _ENTER_WITH_WORDS.count(unit.db, {**row, **told})


def change(unit: Unit, message_id: UUID, kind: Kind, old: Body, new: Body) -> None:
    """Other words for a message; none (an empty body) once it was taken back."""
    said = _tokens_of(unit, kind, new)
    mine = (MessageEntry.practice_id == unit.practice_id, MessageEntry.message_id == message_id)
    if unit.db.dialect.name != "sqlite":
        unit.db.execute(update(MessageEntry).where(*mine).values(words=func.array_to_tsvector(said)))
        return
    number = unit.db.scalar(select(MessageEntry.number).where(*mine))
    before = {"number": number, "tok": " ".join(_tokens_of(unit, kind, old))}
    unit.db.execute(
        text("INSERT INTO message_word (message_word, rowid, tok) VALUES ('delete', :number, :tok)"), before
    )
    unit.db.execute(
        text("INSERT INTO message_word (rowid, tok) VALUES (:number, :tok)"), {"number": number, "tok": " ".join(said)}
    )


def catch_up(unit: Unit, limit: int = 500) -> int:
    """Enter messages that have no entry yet, oldest first; how many. For databases from before, and after a restore."""
    row = MessageRow
    missing = unit.db.execute(
        select(
            row.id, row.conversation_id, row.seq, row.kind, row.author_id, row.patient_id, row.created_at,
            row.body, row.deleted_at,
        )
        .outerjoin(MessageEntry, (MessageEntry.practice_id == row.practice_id) & (MessageEntry.message_id == row.id))
        .where(row.practice_id == unit.practice_id, MessageEntry.message_id.is_(None))
        .order_by(row.created_at, row.id)
        .limit(limit)
    ).all()  # fmt: skip
    for one in missing:
        add(
            unit,
            message_id=one.id,
            conversation_id=one.conversation_id,
            seq=one.seq,
            kind=Kind(one.kind),
            author_id=one.author_id,
            patient_id=one.patient_id,
            created_at=one.created_at,
            body=Body("") if one.deleted_at else open_body(unit, one.id, one.patient_id, one.body),
        )
    return len(missing)


def mark_forms(unit: Unit, limit: int = 500) -> int:
    """Say of entries from before it was kept whether they bring a form; how many. Their places stay."""
    entry, row = MessageEntry, MessageRow
    unmarked = unit.db.execute(
        select(entry.number, row.id, row.patient_id, row.body)
        .join(row, (row.practice_id == entry.practice_id) & (row.id == entry.message_id))
        .where(entry.practice_id == unit.practice_id, entry.form.is_(None))
        .order_by(entry.number)
        .limit(limit)
    ).all()
    for one in unmarked:
        form = open_body(unit, one.id, one.patient_id, one.body).form is not None
        mine = (entry.practice_id == unit.practice_id, entry.number == one.number)
        unit.db.execute(update(entry).where(*mine).values(form=form))
    return len(unmarked)


def enter_all(store: Store) -> int:
    """Let every practice's index catch up; how many messages were entered."""
    count = 0
    for practice_id in store.door(doors.every_practice):
        while entered := store.run(Who(practice_id, SYSTEM), catch_up):
            count += entered
        while store.run(Who(practice_id, SYSTEM), mark_forms):
            continue
    return count


def _tokens_of(unit: Unit, kind: Kind, body: Body) -> list[str]:
    if kind in WORDLESS or body.form is not None:
        return []
    said = words_of(f"{body.subject} {body.text}")
    return tokens(unit, (word[:end] for word in said for end in _ends(word)))


def _ends(word: str) -> Iterable[int]:
    """Where a word's beginnings end, the whole word among them."""
    return sorted({*range(SHORTEST, min(len(word), LONGEST)), min(len(word), LONGEST)})
