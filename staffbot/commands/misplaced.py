"""What in a typed line cannot be meant as words: unseen signs, a bare address, a second command (U37)."""

import re
from collections.abc import Collection

from core.errors import Invalid

# Zero-width signs, soft hyphens and marks of direction: they come along when text is pasted.
UNSEEN = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u061c\u00ad"
_AWAY = dict.fromkeys(map(ord, UNSEEN))
_ADDRESS = re.compile(r"(?:mailto:)?[^\s@|]+@[^\s@|]+\.\w+\b|(?:tel:)?(?:\+|0)\d(?:[\s()./-]{0,2}\d){6,}(?!\d)")
_COMMAND = r"\s*/({})(?=[\s@]|$)"


def without_unseen(text: str) -> str:
    """A text without unseen signs, for comparing it: never for what is sent, which may need them."""
    return text.translate(_AWAY)


def no_address(text: str) -> None:
    """Raises Invalid where a line begins with a telephone number or an e-mail address: it was meant as who it goes to,
    and would go to whoever is implied, as words."""
    if found := _ADDRESS.match(text.lstrip("@<([\"'\u201c\u2018 ")):
        raise Invalid("recipients", "address", typed=found[0].strip())


def not_a_command(text: str, names: Collection[str]) -> None:
    """Raises Invalid where what is to be said begins with a command."""
    if found := re.match(_COMMAND.format("|".join(names)), text, re.IGNORECASE):
        raise Invalid("text", "second_command", typed=found[1])


def one_at_a_time(text: str, names: Collection[str]) -> None:
    """Raises Invalid where a later line begins with a command: it would go out as words of the first one."""
    for line in re.split(r"[\n\r\u2028\u2029]", text)[1:]:
        if not line[:1].isspace():
            not_a_command(line, names)
