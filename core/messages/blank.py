"""Whether a text says anything: white space, zero-width signs and marks of direction alone do not."""

import unicodedata

_NOTHING = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})  # controls, formats, separators (Unicode general categories)
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")  # letters by their class that show nothing


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen."""
    return all(unicodedata.category(sign) in _NOTHING or sign in _BLANK for sign in text)
