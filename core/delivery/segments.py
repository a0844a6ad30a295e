"""How many SMS segments a text costs, one credit each.

Units: septets (GSM-7) or UTF-16 code units (UCS-2), per segment. A text in one segment holds 160 or 70; split, each
gives up 6 octets to the header: 153 or 67. Raises nothing: any text has a count, an empty one 0.
Source: 3GPP TS 23.038 §6.2.1 (alphabets), TS 23.040 §9.2.3.24 (user data header).
"""

from dataclasses import dataclass
from unicodedata import normalize

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")  # two septets each


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


def count(text: str) -> Segments:
    """Count a text as carriers do, in the form it goes out."""
    text = as_sent(text)
    odd = next((letter for letter in text if letter not in BASIC and letter not in EXTENDED), "")
    if odd:
        return _counted("UCS-2", [2 if ord(letter) > 0xFFFF else 1 for letter in text], (70, 67), odd)
    return _counted("GSM-7", [2 if letter in EXTENDED else 1 for letter in text], (160, 153), "")


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
