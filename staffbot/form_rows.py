"""The rows of the builder's pages: what is there or was typed, and some empty ones to go on with."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import zip_longest

from werkzeug.datastructures import MultiDict

from core.forms.own import Band
from core.forms.question import Question

Row = tuple[str, str, str]
EMPTY: Row = ("", "", "")
SPARE_BANDS, SPARE_CHOICES, SPARE_WAITS = 2, 3, 1


def bands(there: Sequence[Band]) -> list[Row]:
    """From, to and meaning of each band."""
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


def number(found: Decimal | None) -> str:
    """A number as it is typed; empty for none."""
    return "" if found is None else str(found)


def _typed(typed: MultiDict[str, str], *names: str) -> Iterator[Row]:
    for first, second, third in zip_longest(*(typed.getlist(name) for name in names), fillvalue=""):
        if first:
            yield first, second, third
