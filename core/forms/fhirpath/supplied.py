"""FHIRPath functions that `fhirpathpy` lacks or gets wrong on answers, supplied anew (forms.md section 7).

`sum min max avg` work on answers, `round` goes half away from zero as the specification says, `power` takes exponents
that are no whole numbers, `weight` and `ordinal` read what an option counts, `matches` runs on an engine that cannot
be made to backtrack wherever the pattern allows.
"""

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import re2
from fhirpathpy.engine.util import get_data

from core.forms.words import ORDINALS

LONGEST_PATTERN = 500


def _numbers(found: list[Any]) -> list[Decimal]:
    numbers = [get_data(one) for one in found]
    if any(isinstance(one, bool) or not isinstance(one, int | Decimal) for one in numbers):
        raise ValueError
    return [Decimal(one) for one in numbers]


def _sum(found: list[Any]) -> Any:
    return sum(_numbers(found), Decimal(0)) if found else []


def _average(found: list[Any]) -> Any:
    return sum(_numbers(found), Decimal(0)) / len(found) if found else []


def _least(found: list[Any]) -> Any:
    return min(map(get_data, found)) if found else []


def _most(found: list[Any]) -> Any:
    return max(map(get_data, found)) if found else []


def _round(found: list[Any], places: Any = 0) -> Any:
    if not found:
        return []
    (number,) = _numbers(found)
    return number.quantize(Decimal(1).scaleb(-int(places or 0)), ROUND_HALF_UP)


def _power(found: list[Any], exponent: Any) -> Any:
    """Also where the exponent is no whole number, as in most formulas of risk; empty where there is no real result."""
    if not found or isinstance(exponent, bool) or not isinstance(exponent, int | Decimal):
        return []
    (number,) = _numbers(found)
    exponent = Decimal(exponent)
    if (number < 0 and exponent != exponent.to_integral_value()) or (number == 0 and exponent < 0):
        return []
    return number**exponent if number or exponent else Decimal(1)


def _has_value(found: list[Any]) -> Any:
    return len(found) == 1 and not isinstance(get_data(found[0]), dict | list)


def _value(found: list[Any]) -> Any:
    return found if len(found) == 1 and _has_value(found) else []


def _last_index(found: list[Any], text: Any) -> Any:
    return _text(found).rfind(text) if found and isinstance(text, str) else []


def _weight(found: list[Any]) -> Any:
    weights = []
    for one in map(get_data, found):
        coding = one.get("valueCoding", one) if isinstance(one, dict) else {}
        for extension in coding.get("extension", ()):
            if str(extension.get("url", "")).endswith(ORDINALS) and "valueDecimal" in extension:
                weights.append(Decimal(extension["valueDecimal"]))
    return weights


def _matches(found: list[Any], pattern: Any) -> Any:
    if not found or not isinstance(pattern, str):
        return []
    return _compiled(pattern).search(_text(found)) is not None


def _matches_wholly(found: list[Any], pattern: Any) -> Any:
    if not found or not isinstance(pattern, str):
        return []
    return _compiled(pattern).fullmatch(_text(found)) is not None


def _replace_matches(found: list[Any], pattern: Any, by: Any) -> Any:
    return _compiled(pattern).sub(by, _text(found)) if found else []


def _compiled(pattern: str) -> Any:
    """Look-around is beyond `re2`; such a pattern runs here all the same, under the cage's timer."""
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError
    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    try:
        return re2.compile(pattern, options=options)
    except re2.error:
        return re.compile(pattern, re.DOTALL)


def _text(found: list[Any]) -> str:
    (one,) = map(get_data, found)
    if not isinstance(one, str):
        raise TypeError
    return one


def _arity(fn: Callable[..., Any], *kinds: list[str]) -> dict[str, Any]:
    return {"fn": fn, "arity": {len(kind): kind for kind in kinds}}


FUNCTIONS = {
    "sum": _arity(_sum, []),
    "avg": _arity(_average, []),
    "min": _arity(_least, []),
    "max": _arity(_most, []),
    "round": _arity(_round, [], ["Number"]),
    "power": _arity(_power, ["Number"]),
    "hasValue": _arity(_has_value, []),
    "getValue": _arity(_value, []),
    "lastIndexOf": _arity(_last_index, ["String"]),
    "matchesFull": _arity(_matches_wholly, ["String"]),
    "weight": _arity(_weight, []),
    "ordinal": _arity(_weight, []),
    "matches": _arity(_matches, ["String"]),
    "replaceMatches": _arity(_replace_matches, ["String", "String"]),
}
