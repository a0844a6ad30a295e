"""`/form`"""

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.compose.draft import prepare
from core.compose.words import Command, Draft, Order
from core.days import leading
from core.errors import Invalid
from core.forms import find as forms
from core.forms.library.naming import plain
from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.addressed import named
from staffbot.commands.behind import like
from staffbot.commands.dm import expires
from staffbot.commands.errors import NoneCalled
from staffbot.commands.grammar import Call, command

DUE = re.compile(r"(?:due|(?P<by>by))\b:?\s*", re.IGNORECASE)
AND = re.compile(r"(?:[,;+&]|(?:and|und)\b)\s*", re.IGNORECASE)  # between two forms
SIGNS = re.compile(r"[\W_]+")
MOST = 10  # forms of one link


@command(
    "/form @patient… form… [due day] [note]",
    right=Right.SEND_FORM,
    takes="patients",
    leaves="Smart Form",
    examples=("/form @Amara Testwell phq-9", "/form @Amara Testwell phq-9 gad-7 due friday Before we meet please"),
)
def form(unit: Unit, call: Call) -> Draft:
    """Send a Smart Form to fill in, or several with one link; the answers come back into the conversation."""
    rest = call.rest
    keys, rest = ([], rest) if rest.startswith("@") else _keys(unit, rest)
    people, rest = named(unit, replace(call, rest=rest), "patients")
    if not keys:
        keys, rest = _keys(unit, rest)
    hours, note = _due(unit, rest)
    order = Order(
        Command.FORM,
        tuple(people),
        note.strip(),
        form=" ".join(keys),
        expires_hours=hours,
        conversation_id=call.conversation_id,
        client_id=call.client_id,
    )
    return prepare(unit, order)


def _keys(unit: Unit, text: str) -> tuple[list[str], str]:
    """The forms named first, and the rest. The first word must be one; a later one that is none begins the note.

    Raises Invalid("form", "none" | "many"), NoneCalled.
    """
    known = _known(unit)
    keys: list[str] = []
    while (found := _one(known, text)) is not None:
        keys.append(found[0])
        text = found[1]
    if not keys and (word := text.partition(" ")[0]):
        raise Invalid("due", "first") if DUE.fullmatch(word) else NoneCalled("form", word, like(word, known))
    if not keys:
        raise Invalid("form", "none")
    if len(keys) > MOST:
        raise Invalid("form", "many", limit=MOST)
    return list(dict.fromkeys(keys)), text.strip()


def _known(unit: Unit) -> dict[str, str]:
    """What may be typed for each form's key. Signs may be left out ("phq9") where that means one form alone."""
    exact = {word: card.key for card in forms.listing(unit) for word in card.words}
    bare: dict[str, set[str]] = {}
    for word, key in exact.items():
        bare.setdefault(_bare(word), set()).add(key)
    return {word: keys.pop() for word, keys in bare.items() if len(keys) == 1} | exact


def _one(known: dict[str, str], text: str) -> tuple[str, str] | None:
    """The key of the form that a text begins with, past what joins it to another one, and the rest; None for words."""
    joined = AND.match(text)
    for start in (joined.end(), 0) if joined else (0,):
        for length in (1, 2):  # `phq-9`, `PHQ 9`
            found = re.match(rf"[^\s,;+&]+(?:\s[^\s,;+&]+){{{length - 1}}}", text[start:])
            if found and (key := _key(known, found[0])):
                return key, text[start + found.end() :].lstrip().removeprefix(",").lstrip()
    return None


def _key(known: dict[str, str], word: str) -> str | None:
    typed = plain(word).rstrip(",")
    return known.get(typed) or known.get(_bare(typed) or typed)


def _bare(word: str) -> str:
    return SIGNS.sub("", word)


def _due(unit: Unit, text: str) -> tuple[int | None, str]:
    """Hours until the end of the day in `due friday`, or as `expires 3d` says; and the rest.

    Raises Invalid("due" | "expires", …).
    """
    if (found := DUE.match(text)) is None:
        return expires(text)
    zone = ZoneInfo(practice.card(unit).time_zone)
    said = text[found.end() :]
    if day := leading(said, unit.now.astimezone(zone).date()):
        days, until = day
        if found["by"] and days.first != days.last:  # `by April` may have written it
            return None, text
        left = (datetime.combine(days.last, time(23, 59), zone) - unit.now) / timedelta(hours=1)
        if left <= 0:
            raise Invalid("due", "over")
        return max(1, int(left)), " ".join(said[until:].split())
    if found["by"]:  # `by the way`
        return None, text
    raise Invalid("due", "day")
