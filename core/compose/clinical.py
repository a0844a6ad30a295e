"""What in a text looks clinical or identifying: a prompt to think before it leaves unlocked, not a judge (U44).

Four kinds of evidence: words and beginnings that say why somebody is treated, endings that only such words have
(`-itis`, `-scopy`, `-cillin`), turns of phrase (*twice a day*, *came back clear*, *your left foot*), and shapes that
say who somebody is (a date of birth, an address, a number by its name). Plain words such as *scan*, *test* or *results*
count only beside one another; names and figures of speech (*Ms Lee*, *heads up*) do not count. Measured by
`tests/core/compose`.
"""

import re

from core.compose.clinical_phrases import HARMLESS, PHRASES, SHAPES
from core.compose.clinical_words import (
    ACRONYMS,
    ENDINGS,
    EVERYDAY,
    GERMAN,
    GERMAN_STEMS,
    MEDICINES,
    STEMS,
    WEAK,
    WORDS,
)

_NHS = re.compile(r"\b(\d{3})[ -]?(\d{3})[ -]?(\d{4})\b")
_WORD = re.compile(r"[^\W\d_][\w-]*")
_BEGINNING = re.compile("|".join(STEMS + GERMAN_STEMS))
_ENDING = re.compile(rf"\w{{3,}}(?:{'|'.join(ENDINGS)})s?")
_WITHIN = re.compile("|".join(GERMAN))
_WHOLE, _COMMON, _FAINT = frozenset(WORDS + MEDICINES), frozenset(EVERYDAY), frozenset(WEAK)


def clinical(text: str) -> list[str]:
    """The words and figures of a text that look clinical or identifying, as written and in order; empty for none."""
    plain = HARMLESS.sub(lambda place: " " * len(place[0]), text.replace("’", "'"))
    found = [(place.start(), place.end()) for one in (*SHAPES, *PHRASES) for place in one.finditer(plain)]
    found += [place.span() for place in _NHS.finditer(plain) if _is_nhs_number("".join(place.groups()))]
    said = list(_WORD.finditer(plain))
    found += [place.span() for place in said if _tells(place[0])]
    faint = [place for place in said if place[0].casefold() in _FAINT]
    if len({place[0].casefold().removesuffix("s") for place in faint}) > 1:
        found += [place.span() for place in faint]
    return list(dict.fromkeys(text[start:end] for start, end in _joined(sorted(found))))


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that overlap as one: a word inside a phrase is not named twice."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _tells(written: str) -> bool:
    word = written.casefold()
    one = word.removesuffix("s")
    if word in _COMMON or one in _COMMON:
        return False
    if written in ACRONYMS or written.split("-")[0] in ACRONYMS or word in _WHOLE or one in _WHOLE:
        return True
    return bool(_BEGINNING.match(word) or _ENDING.fullmatch(word) or _WITHIN.search(word))


def _is_nhs_number(digits: str) -> bool:
    """Ten digits whose last checks the others, modulo 11 (NHS Data Dictionary)."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return rest % 11 == int(digits[9]) and rest != 10
