"""A draft as bytes to be sealed: the answers as a tree, what was typed but cannot be taken, and why (F34, F43).

Every entry of a draft has a key of its own, so that fields keep their names when another entry is taken away (F55).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.forms.response import dumps
from core.forms.words import Answers, Entry


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as far as it is filled.

    `typed` and `wrong` (the contract's words) are by the names of fields; `seen` are the names of questions that were
    passed, `warned` of those whose doubtful answer was told of once; `count` goes up with every change. `called`:
    somebody was called because of an answer in it (F61). `language` was chosen for the form (F82). `kept` are the
    page and its showing whose script was the last to change it (F48).
    """

    answers: Answers = field(default_factory=dict)
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    warned: frozenset[str] = frozenset()
    count: int = 0
    called: bool = False
    language: str = ""
    kept: str = ""


def packed(draft: Draft) -> bytes:
    """The draft as JSON; decimals keep their digits."""
    kept = {
        "typed": draft.typed,
        "wrong": draft.wrong,
        "count": draft.count,
        "called": draft.called,
        "language": draft.language,
        "kept": draft.kept,
    }
    names = {"seen": sorted(draft.seen), "warned": sorted(draft.warned)}
    return dumps({"answers": _entries(draft.answers), **kept, **names})


def unpacked(data: bytes) -> Draft:
    """The draft that `packed` made."""
    found = json.loads(data, parse_float=Decimal)
    seen, warned = (frozenset(found.get(names, ())) for names in ("seen", "warned"))
    count, called, chosen = found.get("count", 0), found.get("called", False), found.get("language", "")
    said = (found["typed"], found["wrong"], seen, warned, count, called, chosen, found.get("kept", ""))
    return Draft(_answers(found["answers"]), *said)


def keyed(answers: Answers, count: int) -> dict[str, tuple[Entry, ...]]:
    """The answers with a key for every entry that has none: its number, or (that is taken) one of this change."""
    return {link_id: tuple(_with_keys(entries, count)) for link_id, entries in answers.items()}


def _with_keys(entries: tuple[Entry, ...], count: int) -> Iterator[Entry]:
    taken = {one.key for one in entries}
    for number, one in enumerate(entries):
        key = one.key or (str(number) if str(number) not in taken else f"{count}x{number}")
        taken.add(key)
        yield Entry(one.value, keyed(one.below, count), key)


def _entries(answers: Answers) -> dict[str, Any]:
    return {
        link_id: [{"value": one.value, "below": _entries(one.below), "key": one.key} for one in entries]
        for link_id, entries in answers.items()
    }


def _answers(entries: Mapping[str, Any]) -> dict[str, tuple[Entry, ...]]:
    return {
        link_id: tuple(Entry(one["value"], _answers(one["below"]), one["key"]) for one in some)
        for link_id, some in entries.items()
    }
