"""Where in a text the words stand that a search found it by, as the index reads them: case, accents and width do not
count, and a beginning of three letters or more is enough (U114)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.messages.indexing import LONGEST, SHORTEST, WORD, folded

BEFORE = 40  # letters of an excerpt before its first mark
LETTERS = 120  # of an excerpt
BESIDE = 15  # letters at most that are left out so as not to cut a word


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text as it was written; `marked`: it is a word that was looked for."""

    text: str
    marked: bool = False


def excerpt(text: str, said: Sequence[str], letters: int = LETTERS, before: int = BEFORE) -> tuple[Piece, ...]:
    """The text around the first of the words, on one line, at most about so many letters. `said` are folded words.

    Words are found before the text is cut: a part of one is never taken for another.
    """
    whole = re.sub(r"\s+", " ", text).strip()
    found = places(whole, said)
    first = found[0][0] if found else 0
    start = max(0, first - before)
    end = min(len(whole), start + letters)
    if start and (gap := whole.find(" ", start, min(first, start + BESIDE))) >= 0:
        start = gap + 1
    if end < len(whole) and (gap := whole.rfind(" ", max(start, end - BESIDE), end)) > first:
        end = gap
    pieces = list(_pieces(whole, found, start, end))
    return tuple([Piece("…")] * (start > 0) + pieces + [Piece("…")] * (end < len(whole)))


def places(text: str, said: Sequence[str]) -> list[tuple[int, int]]:
    """From where to where the words stand, in order, each a whole word of the text."""
    if not said:
        return []
    plain, origin = _traced(text)
    found = [
        (origin[word.start()][0], origin[word.end() - 1][1])
        for word in WORD.finditer(plain)
        if any(finds(one, word[0]) for one in said)
    ]
    joined: list[tuple[int, int]] = []
    for start, end in found:  # one letter such as ½ may hold two words
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def finds(said: str, word: str) -> bool:
    """Whether the index finds a word of a text by what was said, both folded."""
    if word[:LONGEST] == said[:LONGEST]:
        return True
    return SHORTEST <= len(said) < min(len(word), LONGEST) and word.startswith(said)


@lru_cache(4096)
def _letter(said: str) -> str:
    """One letter with its accents, folded; remembered, since a language has few."""
    return folded(said)


def _traced(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The folded text, and of each of its letters from where to where it stood before. A letter is folded with the
    accents that follow it."""
    if text.isascii():
        return text.lower(), [(at, at + 1) for at in range(len(text))]
    plain: list[str] = []
    origin: list[tuple[int, int]] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and unicodedata.combining(text[end]):
            continue
        said = _letter(text[start:end])
        plain.append(said)
        origin += [(start, end)] * len(said)
        start = end
    return "".join(plain), origin


def _pieces(text: str, found: list[tuple[int, int]], start: int, end: int) -> Iterator[Piece]:
    done = start
    for one in found:
        here, there = max(one[0], start), min(one[1], end)
        if here >= there:
            continue
        if here > done:
            yield Piece(text[done:here])
        yield Piece(text[here:there], marked=True)
        done = there
    if done < end:
        yield Piece(text[done:end])
