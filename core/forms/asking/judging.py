"""Judging answers: what may count at all, and what limits a countable one breaks (F14-F23, F49-F54).

The words are the contract's: `required type option occurs exclusive minLength maxLength regex decimals minValue
maxValue unit constraint`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any

import re2

from core.forms.asking.limits import quiet
from core.forms.asking.places import Scope, Spot
from core.forms.units import unit_of
from core.forms.values import content, equal, kind, order, parts
from core.forms.words import Asked, Item, Kind, Limits, Option, Value

LONGEST = 4_000  # characters of a text answer
BITS_32 = range(-(2**31), 2**31)
DIGITS = 18
WRITTEN = ("valueString", "valueUri", "valueInteger", "valueDecimal")  # answers whose letters are counted (R4 que-10)
TO_THE_SECOND = re.compile(r":\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$", re.ASCII)
ADDRESS = re.compile(r"(https?://\S+|mailto:\S+|urn:\S+)", re.IGNORECASE)


def countable(item: Item, options: tuple[Option, ...], value: Value) -> str:
    """Why a value cannot be an answer to an item, `type` or `option`; empty when it can."""
    if len(value) != 1:
        return "type"
    if options:
        if any(equal(option.value, value) and kind(option.value) == kind(value) for option in options):
            return ""
        if item.kind is not Kind.OPEN_CHOICE:
            return "option" if kind(value) in {kind(option.value) for option in options} else "type"
        if kind(value) != "valueString":
            return "option" if kind(value) == "valueCoding" else "type"
    elif item.kind in (Kind.CHOICE, Kind.REFERENCE):
        return "option"
    expected, judge = JUDGES[item.kind]
    return "" if kind(value) in expected and judge(content(value), value) else "type"


def broken_limit(item: Item, limits: Limits, value: Value) -> str:
    """The first limit that a countable value breaks; empty when it keeps to all."""
    found = content(value)
    if kind(value) in WRITTEN and (why := _text(limits, written(found))):
        return why
    number = found.get("value") if isinstance(found, dict) else found
    if limits.decimals is not None and isinstance(number, Decimal) and _places(number) > limits.decimals:
        return "decimals"
    if item.kind is Kind.QUANTITY and item.units and not item.unit_open and not _offered(item, found):
        return "unit"
    if item.kind is Kind.ATTACHMENT:
        return _attachment(limits, found)
    for limit, word, sign in ((limits.minimum, "minValue", -1), (limits.maximum, "maxValue", 1)):
        if limit is not None and order(_plain(value, limit), limit, item.options) == sign:
            return word
    return ""


def written(found: Any) -> str:
    """A text or a number as it is written, digit by digit."""
    return format(found, "f") if isinstance(found, Decimal) else str(found)


def broken(asked: Asked, value: Value) -> str:
    """Why one value cannot be sent as an answer where it is asked; empty when it can."""
    return countable(asked.item, asked.options, value) or broken_limit(asked.item, asked.item.limits, value)


def failure(spot: Spot) -> str:
    """Why the answers of an enabled spot cannot be sent; empty when they can."""
    item = spot.item
    if not item.kind.asks:
        return _group(spot) if item.kind is Kind.GROUP else ""
    if spot.wrong:
        return spot.wrong
    if not spot.entries:
        missing = item.required and item.askable and demanded(spot.scope)
        return "required" if missing else ""
    if why := _occurs(item, len(spot.entries)):
        return why
    values = [one.value for one in spot.entries if one.value is not None]
    if len(values) > 1 and any(o.exclusive and equal(o.value, v) for o in spot.options for v in values):
        return "exclusive"
    return next((why for value in values if (why := broken_limit(item, item.limits, value))), "")


def answered(scope: Scope) -> bool:
    """Whether any enabled question of a scope has an answer, however deep."""
    return any(
        spot.enabled and ((spot.item.kind.asks and bool(spot.entries)) or any(answered(below) for below in spot.scopes))
        for spot in scope.spots.values()
    )


def demanded(scope: Scope) -> bool:
    """Whether what is required in a scope has to be there.

    In a repetition only once it has any answer; the first one also when its group is required (F49).
    """
    if scope.owner is None or scope.owner.item.kind.asks or answered(scope):
        return True
    return scope.index == 0 and scope.owner.item.required and demanded(scope.owner.scope)


def _group(spot: Spot) -> str:
    item = spot.item
    if item.repeats:
        used = sum(answered(scope) for scope in spot.scopes)
        if used:
            return _occurs(item, used)
        return "required" if item.required and demanded(spot.scope) else ""
    if not item.required:
        return ""
    inside = [one for one in spot.scope.spots.values() if one.enabled and _stands_under(one.item, item)]
    if any(bool(one.entries) if one.item.kind.asks else any(map(answered, one.scopes)) for one in inside):
        return ""
    can_be = any(one.item.askable or (one.item.repeats and one.scopes) for one in inside)
    return "required" if can_be and demanded(spot.scope) else ""


def _stands_under(item: Item, group: Item) -> bool:
    return any(one is item or _stands_under(item, one) for one in group.items)


def _occurs(item: Item, number: int) -> str:
    limits = item.limits
    most = limits.max_occurs if item.repeats else 1
    too_many = most is not None and number > most
    too_few = item.repeats and limits.min_occurs is not None and number < limits.min_occurs
    return "occurs" if too_many or too_few else ""


def _text(limits: Limits, text: str) -> str:
    if len(text) > (LONGEST if limits.max_length is None else min(limits.max_length, LONGEST)):
        return "maxLength"
    if limits.min_length is not None and len(text) < limits.min_length:
        return "minLength"
    return "regex" if limits.regex and not _pattern(limits.regex).fullmatch(text) else ""


@lru_cache(maxsize=1024)
def _pattern(regex: str) -> Any:
    return re2.compile(regex, options=quiet())


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _offered(item: Item, quantity: Mapping[str, Any]) -> bool:
    unit, system = unit_of(quantity), quantity.get("system")
    return any(
        unit in (one.get("code"), one.get("display")) and (not system or one.get("system") in (None, system))
        for one in item.units
    )


def _attachment(limits: Limits, found: Mapping[str, Any]) -> str:
    if limits.mime_types and not _of_a_type(str(found.get("contentType", "")), limits.mime_types):
        return "type"
    size = found.get("size", _bytes_in(found.get("data")))
    return "maxValue" if limits.max_size is not None and isinstance(size, int) and size > limits.max_size else ""


def _of_a_type(written: str, allowed: tuple[str, ...]) -> bool:
    """Whether a type of file is one of those allowed; its case and parameters do not count, `image/*` is any image."""
    found = written.partition(";")[0].strip().casefold()
    kinds = [one.casefold() for one in allowed]
    return any(found == one or (one.endswith("/*") and found.startswith(one[:-1])) for one in kinds)


def _bytes_in(data: Any) -> int | None:
    """How many bytes stand in the attachment itself, as base64; None where there are none."""
    if not isinstance(data, str):
        return None
    return len("".join(data.split()).rstrip("=")) * 3 // 4


def _plain(value: Value, limit: Value) -> Value:
    """A quantity held against a bare number (`maxValue` on a quantity) counts by its number."""
    found = content(value)
    if isinstance(found, dict) and "value" in found and not isinstance(content(limit), dict):
        return {"valueDecimal": found["value"]}
    return value


def _number(found: Any, _: Value) -> bool:
    if isinstance(found, bool) or not isinstance(found, int | Decimal):
        return False
    number = Decimal(found)
    return number.is_finite() and len(number.as_tuple().digits) <= DIGITS


def _quantity(found: Any, value: Value) -> bool:
    return isinstance(found, dict) and _number(found.get("value"), value)


def _moment(found: Any, value: Value) -> bool:
    """A day, a month or a year; or a time to the second with its offset, as R4 wants it."""
    return parts(value) is not None and ("T" not in found or TO_THE_SECOND.search(found) is not None)


def _words(found: Any, _: Value) -> bool:
    return (
        isinstance(found, str)
        and bool(found.strip())
        and not any(unicodedata.category(letter) == "Cc" and letter not in "\r\n\t" for letter in found)
    )


JUDGES: Mapping[Kind, tuple[tuple[str, ...], Callable[[Any, Value], bool]]] = {
    Kind.GROUP: ((), lambda found, value: False),
    Kind.DISPLAY: ((), lambda found, value: False),
    Kind.BOOLEAN: (("valueBoolean",), lambda found, value: isinstance(found, bool)),
    Kind.INTEGER: (
        ("valueInteger",),
        lambda found, value: isinstance(found, int) and not isinstance(found, bool) and found in BITS_32,
    ),
    Kind.DECIMAL: (("valueDecimal", "valueInteger"), _number),
    Kind.DATE: (("valueDate",), lambda found, value: parts(value) is not None),
    Kind.DATE_TIME: (("valueDateTime",), _moment),
    Kind.TIME: (("valueTime",), lambda found, value: len(parts(value) or ()) == 3),
    Kind.STRING: (("valueString",), _words),
    Kind.TEXT: (("valueString",), _words),
    Kind.URL: (("valueUri",), lambda found, value: isinstance(found, str) and bool(ADDRESS.fullmatch(found))),
    Kind.CHOICE: (("valueCoding",), lambda found, value: isinstance(found, dict)),
    Kind.OPEN_CHOICE: (("valueCoding", "valueString"), lambda found, value: _words(found, value)),
    Kind.ATTACHMENT: (("valueAttachment",), lambda found, value: isinstance(found, dict) and bool(found)),
    Kind.REFERENCE: (("valueReference",), lambda found, value: isinstance(found, dict) and bool(found)),
    Kind.QUANTITY: (("valueQuantity",), _quantity),
}
