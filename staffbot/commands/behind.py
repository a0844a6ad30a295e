"""What stands behind the beginning of a name and still belongs to it: the rest of the name, a date of birth. Pure."""

import re
from collections.abc import Mapping
from datetime import date

from rapidfuzz.distance import OSA

from core.days import written_day
from core.patients.directory import TITLES, words

GREETS = (",", "!")  # ends the name in front of a text: `@Okafor Ada, your letter`
BORN = re.compile(
    r"\(?(?:born\s+)?(?P<day>[\d./-]{8,10}|\d{1,2}\S*\s[^\W\d]{3,9}\s\d{4})\)?(?![^\s,:;])[\s,:;]*", re.IGNORECASE
)
SHORTEST_LIKE = 3  # letters of a form's or template's name
SHORTEST = 5  # letters of a name that a slip is looked for in: `Will` and `Hall` begin many a message


def more(name: str, typed: list[str], used: int) -> tuple[int, bool]:
    """How many of the words from `used` on are more of a name, and whether the one after them is nearly so.

    `der Berg` behind `van` is more, and what follows a middle name that was left out. A first name before a comma
    greets, and is no more of it. What is nearly a name is asked about: words of a message are not taken for a slip,
    and a slip does not go out as words.
    """
    parts, first = words(name), used
    begun = [part for one in typed[:used] for part in words(one)]
    left = [word for word in parts if not any(word.startswith(part) for part in begun)]
    while left and used < len(typed) and (said := words(typed[used])):
        if said[0] in TITLES and used + 1 < len(typed) and _is_more(words(typed[used + 1]), left):
            used += 1
            continue
        greets = typed[used].endswith(GREETS) and said == parts[:1] and not typed[0].endswith(",")
        if greets or not _is_more(said, left):
            return used - first, not greets and any(_slipped(said[0], word) for word in left)
        left = [] if "".join(said) == "".join(left) else [word for word in left if word not in said]
        used += 1
    return used - first, False


def born(text: str, today: date) -> tuple[date, str] | None:
    """The date of birth a text begins with, in brackets or not, and what follows it: `(2/7/2001) Hello`."""
    found = BORN.match(text)
    day = written_day(found["day"], today) if found else None
    return (day, text[found.end() :]) if found and day else None


def _is_more(said: list[str], left: list[str]) -> bool:
    return bool(said) and (set(said) <= set(left) or "".join(said) == "".join(left))


def _slipped(typed: str, word: str) -> bool:
    """Whether a typed word is a slip or two from one of a name; the first letter is seldom the wrong one."""
    far = 1 if len(word) < 8 else 2
    return len(word) >= SHORTEST and typed[0] == word[0] and OSA.distance(typed, word) <= far


def alike(typed: str, name: str) -> bool:
    """Whether what was typed is nearly a name or a word of it, signs aside: `virtualadmin`."""
    said = "".join(words(typed))
    far = 1 + (len(said) >= 7)
    return len(said) >= 4 and any(OSA.distance(said, one) <= far for one in (*words(name), "".join(words(name))))


def like(typed: str, names: Mapping[str, str]) -> str:
    """The one thing with a name that begins as it was typed, or is a slip from it; empty where none is, or several are.
    `names` are what each may be called, with the name it goes by.
    """
    said = typed.casefold()
    near = {one for word, one in names.items() if word.startswith(said) or OSA.distance(said, word) == 1}
    return near.pop() if len(near) == 1 and len(said) >= SHORTEST_LIKE else ""
