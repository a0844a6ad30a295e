"""Finding what was said: the newest messages of a person's conversations, opened and looked through.

Direct Messages and form answers are found by patient, date and kind only (security decision 6).
"""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from core.messages import find
from core.messages.words import Kind, Message
from core.store.unit import Unit

LOOKED_AT = 1_000  # messages of one conversation
WIDE = 100  # messages of each conversation when none is named
MOST_HITS = 50
AROUND = 40  # letters of context on each side


@dataclass(frozen=True, slots=True)
class Hit:
    """A message that has the words, and the place where."""

    message: Message
    context: str


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, newest first; `complete` is false when there was more than was looked at."""

    hits: tuple[Hit, ...]
    complete: bool


def search(unit: Unit, words: str, *, conversation_id: UUID | None = None, patient_id: UUID | None = None) -> Found:
    """Messages that hold every word. Raises NotFound for a conversation that is not this person's."""
    wanted = _folded(words).split()
    if patient_id is not None:
        conversation_id = find.patient_thread(unit, patient_id)
    threads = [conversation_id] if conversation_id else [one.id for one in find.conversations(unit)]
    depth = LOOKED_AT if conversation_id else WIDE
    hits: list[Hit] = []
    complete = True
    for thread in threads:
        page = find.history(unit, thread, limit=depth)
        complete = complete and (not page or page[0].seq == 1)
        hits += [Hit(one, _context(one.text, wanted[0])) for one in page if _has(one, wanted)]
    newest = sorted(hits, key=lambda hit: hit.message.created_at, reverse=True)
    return Found(tuple(newest[:MOST_HITS]), complete and len(newest) <= MOST_HITS)


def _has(message: Message, wanted: list[str]) -> bool:
    if not wanted or message.kind is Kind.DIRECT:
        return False
    text = _folded(f"{message.subject} {message.text}")
    return all(word in text for word in wanted)


def _context(text: str, word: str) -> str:
    at = max(0, _folded(text).find(word))
    return re.sub(r"\s+", " ", text[max(0, at - AROUND) : at + AROUND + len(word)])


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
