"""Names that a text calls: `@Anna`, `@Anna Sample`, `@virtual-admin`, whatever the case, never part of another name."""

import re
from collections.abc import Iterable


def names_in(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Which of these names the text calls with an `@`, as they stand there, the longest where several fit."""
    if "@" not in text:
        return ()
    wanted = sorted({name for name in names if name}, key=len, reverse=True)
    if not wanted:
        return ()
    pattern = rf"(?<!\w)@({'|'.join(map(re.escape, wanted))})(?!\w)"
    return tuple(dict.fromkeys(re.findall(pattern, text, re.IGNORECASE)))
