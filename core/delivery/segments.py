"""How many SMS segments a text costs, one credit each, and what could be written instead of what makes it costly.

Units: septets (GSM-7) or UTF-16 code units (UCS-2), per segment. A text in one segment holds 160 or 70; split, each
gives up 6 octets to the header: 153 or 67. Raises nothing: any text has a count, an empty one 0. The page counts by the
same rule and with these very tables (`staffbot/static/js/segments.js`); a test compares the two (P59).
Source: 3GPP TS 23.038 §6.2.1 (alphabets), TS 23.040 §9.2.3.24 (user data header).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from unicodedata import category, normalize

MOST = 8  # segments of one text (P58)

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")  # two septets each

_ALIKE = {  # P60; letters with accents need no row: their base letter stands for them
    "'": "’‘‚‛ʼ´`‹›",
    '"': "“”„‟«»",
    "-": "–—‐‑‒―−•·‣",
    " ": "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t",
    "": "\u200b\u200e\u200f\u2060\ufeff\u00ad",
    "...": "…", "x": "×", "deg": "°", "1/2": "½", "1/4": "¼", "3/4": "¾", "(TM)": "™", "(C)": "©", "(R)": "®",
    "oe": "œ", "OE": "Œ", "l": "ł", "L": "Ł", "i": "ı", "d": "đð", "D": "ĐÐ", "th": "þ", "Th": "Þ",
    "A": "Α", "B": "Β", "E": "Ε", "Z": "Ζ", "H": "Η", "I": "Ι", "K": "Κ", "M": "Μ", "N": "Ν", "O": "Ο", "P": "Ρ",
    "T": "Τ", "Y": "Υ", "X": "Χ",
}  # fmt: skip
PLAIN: Mapping[str, str] = {costly: plain for plain, several in _ALIKE.items() for costly in several}


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` used, `segments` needed, units `left` in the last; `costly` is the first letter that forced UCS-2."""

    encoding: str
    units: int
    segments: int
    left: int
    costly: str = ""


def as_sent(text: str) -> str:
    """A text as it goes out: composed letters, one kind of line end. What is counted is what goes (P56)."""
    return normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))


def can_be_sent(text: str) -> bool:
    """Whether every character is one: no NUL, no half of a pair (P56)."""
    return not any(letter == "\0" or 0xD800 <= ord(letter) <= 0xDFFF for letter in text)


def count(text: str) -> Segments:
    """Count a text as carriers do, in the form it goes out."""
    text = as_sent(text)
    odd = costly(text)
    if odd:
        return _counted("UCS-2", [2 if ord(letter) > 0xFFFF else 1 for letter in text], (70, 67), odd[0])
    return _counted("GSM-7", [2 if letter in EXTENDED else 1 for letter in text], (160, 153), "")


def costly(text: str) -> tuple[str, ...]:
    """The characters that make a text costly, each once, in order: one of them is enough for all of it to be UCS-2."""
    return tuple(dict.fromkeys(letter for letter in as_sent(text) if letter not in BASIC and letter not in EXTENDED))


def instead(letter: str) -> str | None:
    """What could be written instead of a costly character, perhaps nothing; None where nothing plain says the same.

    An offer to the writer, never applied unasked: a letter without its accent changes a name.
    """
    if letter in PLAIN:
        return PLAIN[letter]
    if "\u0300" <= letter <= "\u036f":  # an accent that has no letter of its own with what stands before it
        return ""
    base = "".join(part for part in normalize("NFD", letter) if not category(part).startswith("M"))
    return base if len(base) == 1 and base != letter and base in BASIC else None


def plainer(text: str) -> str:
    """The text with everything that has something plain to stand for it replaced."""
    stands = {letter: plain for letter in costly(text) if (plain := instead(letter)) is not None}
    return "".join(stands.get(letter, letter) for letter in as_sent(text))


def _counted(encoding: str, sizes: list[int], room: tuple[int, int], costly: str) -> Segments:
    units = sum(sizes)
    if units <= room[0]:
        return Segments(encoding, units, 1 if units else 0, room[0] - units, costly)
    segments, used = 1, 0
    for size in sizes:  # a letter of two units is never split between segments
        if used + size > room[1]:
            segments, used = segments + 1, 0
        used += size
    return Segments(encoding, units, segments, room[1] - used, costly)
