"""Comparing and reckoning with moments and quantities in FHIRPath, as its specification says; inside the cage only.

`fhirpathpy` compares the times of two answers by their letters, so that zones do not count; it cannot order the
quantities of answers; it adds nothing to a time without milliseconds; and after `|` an answer has no value. Here
moments and quantities compare as answers do everywhere else (`values`); all other comparisons stay what they are.
"""

import calendar
import json
import operator
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from fhirpathpy.engine.invocations import invocation_registry
from fhirpathpy.engine.nodes import FP_DateTime, FP_Quantity, FP_Time, FP_TimeBase, ResourceNode
from fhirpathpy.engine.util import get_data

from core.forms.values import order, parts
from core.forms.words import Value

HOLDS: Mapping[str, Callable[[int, int], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
REGISTRY: dict[str, Any] = invocation_registry
MONTHS = {"year": 12, "month": 1}
SECONDS = {"week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
TO_THE_SECOND = 6  # parts of a moment: year, month, day, hour, minute, second


def install() -> None:
    """Put our comparisons and our reckoning in the place of the library's, in this process."""
    for sign, holds in HOLDS.items():
        REGISTRY[sign] = {**REGISTRY[sign], "fn": _ordering(holds, REGISTRY[sign]["fn"])}
    for sign in ("=", "!="):
        REGISTRY[sign] = {**REGISTRY[sign], "fn": _equality(sign == "=", REGISTRY[sign]["fn"])}
    distinct = _distinct(REGISTRY["distinct"]["fn"])
    REGISTRY["distinct"] = {**REGISTRY["distinct"], "fn": distinct}
    for sign in ("|", "union"):
        REGISTRY[sign] = {**REGISTRY[sign], "fn": lambda context, left, right: distinct(context, left + right)}
    FP_TimeBase.plus = _plus(FP_TimeBase.plus)  # type: ignore[method-assign]


def _distinct(theirs: Callable[..., Any]) -> Callable[..., Any]:
    """Each node once, where it came first; theirs forgets where it stood, and with that what its `.value` is."""

    def distinct(context: Any, found: list[Any]) -> Any:
        if not all(isinstance(one, ResourceNode | str | int | Decimal) for one in found):
            return theirs(context, found)
        kept: dict[tuple[str, Any], Any] = {}
        for one in found:
            kept.setdefault(_said(get_data(one)), one)
        return list(kept.values())

    return distinct


def _said(data: Any) -> tuple[str, Any]:
    """What a value is the same by: a number by what it comes to, whether it was answered or written out."""
    if isinstance(data, int | Decimal) and not isinstance(data, bool):
        return "number", Decimal(data)
    return "", json.dumps(data, sort_keys=True, default=str)


def _ordering(holds: Callable[[int, int], bool], theirs: Callable[..., Any]) -> Callable[..., Any]:
    def ordered(context: Any, left: list[Any], right: list[Any]) -> Any:
        pair = _comparable(left, right)
        if pair is None:
            return theirs(context, left, right)
        sign = order(*pair)
        return [] if sign is None else holds(sign, 0)

    return ordered


def _equality(same: bool, theirs: Callable[..., Any]) -> Callable[..., Any]:
    def equal(context: Any, left: list[Any], right: list[Any]) -> Any:
        pair = _comparable(left, right)
        if pair is None:
            return theirs(context, left, right)
        sign = order(*pair)
        return [] if sign is None else (sign == 0) is same

    return equal


def _comparable(left: list[Any], right: list[Any]) -> tuple[Value, Value] | None:
    """Two moments or two quantities as FHIR values; None for anything else, which is the library's to compare."""
    if len(left) != 1 or len(right) != 1:
        return None
    both = (_quantity(left[0]), _quantity(right[0]))
    if both[0] and both[1]:
        return both[0], both[1]
    moments = (_moment(left[0]), _moment(right[0]))
    return (moments[0], moments[1]) if moments[0] and moments[1] else None


def _moment(found: Any) -> Value | None:
    """A date, a time with its date or a time of day, also as the text that an answer holds."""
    text = str(found) if isinstance(found, FP_TimeBase) else get_data(found)
    if not isinstance(text, str):
        return None
    text = text.removeprefix("@")
    kind = "valueTime" if isinstance(found, FP_Time) or not text[:4].isdigit() else "valueDateTime"
    value = {kind: text.removeprefix("T")}
    return value if parts(value) is not None else None


def _quantity(found: Any) -> Value | None:
    if isinstance(found, FP_Quantity):
        unit = str(found.unit)
        return {"valueQuantity": {"value": found.value, "code": unit.strip("'")}} if unit.startswith("'") else None
    data = get_data(found)
    if isinstance(found, ResourceNode) and isinstance(data, dict) and isinstance(data.get("value"), int | Decimal):
        return {"valueQuantity": data}
    return None


def _plus(theirs: Callable[..., Any]) -> Callable[..., Any]:
    def plus(moment: Any, much: Any) -> Any:
        """A moment and a time; whole days and more keep the clock of its own zone."""
        text = str(moment)
        found = parts({"valueDateTime": text}) if isinstance(moment, FP_DateTime) else None
        unit = str(much.unit).removesuffix("s")
        if found is None or len(found) != TO_THE_SECOND or unit not in MONTHS | SECONDS:
            return theirs(moment, much)
        at = datetime.fromisoformat(text)
        if unit in MONTHS:
            return FP_DateTime(_months_on(at, int(much.value) * MONTHS[unit]).isoformat())
        return FP_DateTime((at + timedelta(seconds=float(much.value * SECONDS[unit]))).isoformat())

    return plus


def _months_on(at: datetime, months: int) -> datetime:
    """So many months later on the same day, or on the last one of a shorter month."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))
