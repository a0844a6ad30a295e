"""The rows of the builder's pages: what is there or was typed, and some empty ones to go on with."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from werkzeug.datastructures import MultiDict

from core.forms.answering.saving import one_by_one
from core.forms.builder import building
from core.forms.builder.building import Form
from core.forms.builder.question import Question, plain, texts_of
from core.forms.kinds import Posted, typed_again
from core.forms.library.naming import slug
from core.forms.own import Band
from core.forms.responses.answered import words
from core.forms.responses.correcting import Tried
from core.forms.values import equal
from core.forms.words import Asked
from staffbot import form_words

Row = tuple[str, str, str]
EMPTY: Row = ("", "", "")
SPARE_BANDS, SPARE_CHOICES, SPARE_WAITS = 2, 3, 1


def anchor(link_id: str) -> str:
    """A name for a question's place on the page of its form; linkIds hold anything."""
    return f"i-{slug(link_id)}"


@dataclass(frozen=True, slots=True)
class Built:
    """A question of a form that is built: how deep, which kind, when it is asked, which `ways` it can go.

    `place`: the how manyth it is, from 1.
    """

    item: Form
    depth: int
    kind: str
    asked_if: str
    ways: tuple[str, ...]
    place: int


def built(form: Form) -> list[Built]:
    """Every question with what can be done with it: nothing is offered that would do nothing."""
    found, siblings = list(building.rows(form)), list(_siblings(form))
    ways = {str(item["linkId"]): tuple(_ways(place, of)) for of in siblings for place, item in enumerate(of)}
    texts = texts_of(form)
    top = {str(item["linkId"]) for item in siblings[0]}
    return [
        Built(
            item,
            depth,
            plain(item),
            form_words.asked_if(form, item, texts),
            (*ways.get(str(item["linkId"]), ()), *(() if str(item["linkId"]) in top else ("out",)), "copy", "remove"),
            number,
        )
        for number, (item, depth) in enumerate(found, 1)
    ]


def _siblings(element: Form) -> Iterator[list[Form]]:
    """The questions beside each other, of the form and of each below; help stays with its question."""
    shown = [one for one in element.get("item") or () if not building.is_help(one)]
    yield shown
    for one in shown:
        yield from _siblings(one)


def _ways(place: int, of: list[Form]) -> Iterator[str]:
    if place:
        yield "up"
    if place < len(of) - 1:
        yield "down"
    if place and of[place - 1].get("type") == "group":
        yield "into"


def bands(there: Sequence[Band], typed: MultiDict[str, str] | None = None) -> list[Row]:
    """From, to and meaning of each band."""
    if typed is not None:
        rows = zip_longest(*(typed.getlist(name) for name in ("low", "high", "label")), fillvalue="")
        return [*((low, high, label) for low, high, label in rows if low or high or label), *[EMPTY] * SPARE_BANDS]
    return [*((str(one.low), str(one.high), one.label) for one in there), *[EMPTY] * SPARE_BANDS]


def choices(there: Question, typed: MultiDict[str, str] | None) -> list[Row]:
    """Words, points and former place of each choice."""
    if typed is not None:
        return [*_typed(typed, "choice", "points", "was"), *[EMPTY] * SPARE_CHOICES]
    rows = [(one.label, number(one.points), str(one.was)) for one in there.choices]
    return [*rows, *[EMPTY] * SPARE_CHOICES]


def waits(there: Question, typed: MultiDict[str, str] | None) -> list[Row]:
    """Question, comparison and value of each condition."""
    if typed is not None:
        return list(_typed(typed, "asked", "operator", "value")) or [EMPTY]
    return [*((one.question, one.operator, one.value) for one in there.waits), *[EMPTY] * SPARE_WAITS]


def corrections(found: Tried, posted: Posted | None) -> list[dict[str, Any]]:
    """Every question whose answer can be put right: its words, what its fields hold (once an answer), what is wrong."""
    return [
        {
            "asked": one,
            "text": words(one),
            "fields": _held(one, posted),
            "wrong": found.why(one) if posted is not None else "",
        }
        for one in found.asked
    ]


def _held(asked: Asked, posted: Posted | None) -> list[dict[str, list[str]]]:
    if posted is not None and asked.name in posted.get("asked", ()):
        mine = {key: held for key, held in posted.items() if key.split("-")[0] == asked.name}
        rows = max([1, *map(len, mine.values())]) if one_by_one(asked.item) else 0
        return [{key: held[n : n + 1] for key, held in mine.items()} for n in range(rows)] or [mine]
    if one_by_one(asked.item):
        return [*(typed_again(asked, (value,)) for value in asked.values), {}]
    if asked.options:
        places = [str(n) for n, one in enumerate(asked.options) if any(equal(one.value, v) for v in asked.values)]
        offered = [one.value for one in asked.options]
        own = [str(v["valueString"]) for v in asked.values if "valueString" in v and v not in offered]
        return [{asked.name: places + (["other"] if own else []), f"{asked.name}-other": own}]
    return [typed_again(asked, asked.values)]


def number(found: Decimal | None) -> str:
    """A number as it is typed; empty for none."""
    return "" if found is None else str(found)


def _typed(typed: MultiDict[str, str], *names: str) -> Iterator[Row]:
    for first, second, third in zip_longest(*(typed.getlist(name) for name in names), fillvalue=""):
        if first:
            yield first, second, third
