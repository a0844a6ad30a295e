"""Comparing FHIR values: what `=` and `>` mean for each kind (forms.md section 3, F21).

Numbers compare by value; dates and times by their parts, and when one is less precise and the common part is equal
they do not compare; codings are equal by system and code and ordered by their scores; quantities through `units`.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.forms.units import magnitude
from core.forms.words import Option, Value

DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
DATE_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
TIME = re.compile(r"(\d\d):(\d\d)(?::(\d\d(?:\.\d+)?))?", re.ASCII)
Parts = tuple[Decimal, ...]


def content(value: Value) -> Any:
    """What a value holds, whatever its kind."""
    return next(iter(value.values()), None)


def kind(value: Value) -> str:
    """`valueCoding`, `valueInteger` …; empty for none."""
    return next(iter(value), "")


def equal(left: Value, right: Value, *, loose: bool = False) -> bool:
    """Whether two answers are equal; `loose` lets a coding without system match by its code alone."""
    a, b = content(left), content(right)
    if a is None or b is None:
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        if "valueCoding" in left or "valueCoding" in right:
            return _same_coding(a, b, loose=loose)
        if "valueReference" in left or "valueReference" in right:
            return a.get("reference") is not None and a.get("reference") == b.get("reference")
        return order(left, right) == 0
    if isinstance(a, dict) or isinstance(b, dict):
        coding, text = (a, b) if isinstance(a, dict) else (b, a)
        return isinstance(text, str) and _nfc(text) == _nfc(str(coding.get("display", "")))
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return order(left, right) == 0


def order(left: Value, right: Value, options: tuple[Option, ...] = ()) -> int | None:
    """-1, 0 or 1; None when the two do not compare. Codings need the `options` that carry their scores."""
    a, b = content(left), content(right)
    if isinstance(a, bool) or isinstance(b, bool):
        return None
    if _number(a) and _number(b):
        return _sign(Decimal(a), Decimal(b))
    if isinstance(a, dict) and isinstance(b, dict):
        if "valueCoding" in left:
            return _by_score(left, right, options)
        found = magnitude(a), magnitude(b)
        if found[0] is None or found[1] is None or found[0][1] != found[1][1]:
            return None
        return _sign(found[0][0], found[1][0])
    if isinstance(a, str) and isinstance(b, str):
        moments = parts(left), parts(right)
        if moments[0] is not None and moments[1] is not None:
            return _in_parts(moments[0], moments[1])
        if moments[0] is None and moments[1] is None:
            return _sign(_nfc(a), _nfc(b))
    return None


def score(value: Value, options: tuple[Option, ...]) -> Decimal | None:
    """What a chosen option counts."""
    return next((one.score for one in options if one.score is not None and equal(one.value, value)), None)


def parts(value: Value) -> Parts | None:
    """A date, a time or an instant (in UTC) as its parts, as many as are written; None for anything else."""
    written, found = kind(value), content(value)
    if not isinstance(found, str):
        return None
    if written in ("valueDate", "valueDateTime") and (match := DATE.fullmatch(found)):
        return _numbers(match.groups()) if _exists(match.groups()) else None
    if written in ("valueDateTime", "valueInstant") and (match := DATE_TIME.fullmatch(found)):
        return _instant(match)
    if written == "valueTime" and (match := TIME.fullmatch(found)):
        hour, minute, second = _numbers((match[1], match[2], match[3] or "0"))
        return (hour, minute, second)[: 2 if match[3] is None else 3] if hour < 24 and minute < 60 > second else None
    return None


def _instant(match: re.Match[str]) -> Parts | None:
    year, month, day, hour, minute, second, zone = match.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), tzinfo=UTC)
        if zone not in (None, "Z"):
            away = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:6]))
            moment += away if zone[0] == "-" else -away
    except (ValueError, OverflowError):
        return None
    whole = (moment.year, moment.month, moment.day, moment.hour, moment.minute)
    if second is None:
        return tuple(map(Decimal, whole))
    return (*map(Decimal, whole), Decimal(second)) if Decimal(second) < 60 else None


def _exists(written: tuple[str | None, ...]) -> bool:
    year, month, day = (int(part) if part else 1 for part in written)
    try:
        datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return False
    return True


def _numbers(written: tuple[str | None, ...]) -> Parts:
    return tuple(Decimal(part) for part in written if part is not None)


def _in_parts(left: Parts, right: Parts) -> int | None:
    for a, b in zip(left, right, strict=False):
        if a != b:
            return _sign(a, b)
    return 0 if len(left) == len(right) else None


def _by_score(left: Value, right: Value, options: tuple[Option, ...]) -> int | None:
    a, b = score(left, options), score(right, options)
    return None if a is None or b is None else _sign(a, b)


def _same_coding(a: Mapping[str, Any], b: Mapping[str, Any], *, loose: bool) -> bool:
    if a.get("code") is None or b.get("code") is None:
        return a.get("code") == b.get("code") and a.get("display") is not None and a["display"] == b.get("display")
    return bool(a["code"] == b["code"] and (a.get("system") == b.get("system") or (loose and b.get("system") is None)))


def _number(found: Any) -> bool:
    return isinstance(found, int | Decimal) and not isinstance(found, bool)


def _sign(a: Any, b: Any) -> int:
    return int(a > b) - int(a < b)


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)
