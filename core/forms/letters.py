"""The fonts that answers are printed with: one a script, each under the SIL Open Font License, found in its wheel.

What no font has is named, so that nobody is handed a sheet of boxes.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.ttLib import TTFont

FIRST = "sans"
FONTS: Mapping[str, tuple[str, str]] = {  # the wheel, and the file in it
    FIRST: ("fontpkg_noto_sans", "files/NotoSans[[]*.ttf"),
    "arabic": ("justmytype_intl_rtl", "fonts/ofl/notosansarabic/*.ttf"),
    "hebrew": ("justmytype_intl_rtl", "fonts/ofl/notosanshebrew/*.ttf"),
    "bengali": ("justmytype_intl_south_asia", "fonts/ofl/notosansbengali/*.ttf"),
    "tamil": ("justmytype_intl_south_asia", "fonts/ofl/notosanstamil/*.ttf"),
    "telugu": ("justmytype_intl_south_asia", "fonts/ofl/notosanstelugu/*.ttf"),
    "thai": ("justmytype_intl_sea", "fonts/ofl/notosansthai/*.ttf"),
    "khmer": ("justmytype_intl_sea", "fonts/ofl/notosanskhmer/*.ttf"),
    "lao": ("justmytype_intl_sea", "fonts/ofl/notosanslao/*.ttf"),
    "myanmar": ("justmytype_intl_sea", "fonts/ofl/notosansmyanmar/*.ttf"),
    "ethiopic": ("justmytype_intl_africa", "fonts/ofl/notosansethiopic/*.ttf"),
    "cjk": ("noto_cjk_sans_otc", "*.ttc"),
}
UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"})  # letters that leave no box behind where a font lacks them


def file_of(font: str) -> Path:
    """The file of a font."""
    wheel, pattern = FONTS[font]
    found = find_spec(wheel)
    assert found is not None and found.origin  # noqa: S101 - it is in the lock
    return next(iter(sorted(Path(found.origin).parent.glob(pattern))))


def join(texts: Iterable[str]) -> bool:
    """Whether any letters take their shape from their neighbours: none of Latin, Greek and Cyrillic do."""
    return any(max(text, default="") >= "\u0590" and not text.isascii() for text in map(_lettered, texts))


def fonts_for(texts: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which fonts are needed for some texts beside the first, and the names of the scripts that none of them has."""
    left = {letter for text in texts for letter in text if unicodedata.category(letter) not in UNSEEN}
    left -= _letters(FIRST)
    needed: list[str] = []
    for font in FONTS:
        if left and (has := left & _letters(font)):
            needed.append(font)
            left -= has
    return tuple(needed), tuple(sorted({_script(letter) for letter in left}))


def _lettered(text: str) -> str:
    """A text without signs such as dashes and quotation marks, which stand high in Unicode and join nothing."""
    return "".join(letter for letter in text if letter.isascii() or letter.isalpha() or letter.isnumeric())


@lru_cache(maxsize=len(FONTS))
def _letters(font: str) -> frozenset[str]:
    with TTFont(file_of(font), fontNumber=0, lazy=True) as opened:
        return frozenset(map(chr, opened.getBestCmap()))


def _script(letter: str) -> str:
    """`Gujarati` for any of its letters: what its name in Unicode begins with."""
    return unicodedata.name(letter, "unknown").split()[0].capitalize()
