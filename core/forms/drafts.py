"""A draft as bytes to be sealed: the answers as a tree, what was typed but cannot be taken, and why (F34, F43)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from core.forms.response import dumps
from core.forms.words import Answers, Entry


@dataclass(frozen=True, slots=True)
class Draft:
    """A form as far as it is filled. `typed` is by field name, `wrong` by place, with the contract's words."""

    answers: Answers = field(default_factory=dict)
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


def packed(draft: Draft) -> bytes:
    """The draft as JSON; decimals keep their digits."""
    return dumps({"answers": _entries(draft.answers), "typed": draft.typed, "wrong": draft.wrong})


def unpacked(data: bytes) -> Draft:
    """The draft that `packed` made."""
    found = json.loads(data, parse_float=Decimal)
    return Draft(_answers(found["answers"]), found["typed"], found["wrong"])


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
