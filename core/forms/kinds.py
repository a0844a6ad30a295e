"""Kinds of question: from what was typed to a FHIR value, and back to what is shown. One entry a kind."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from core.forms.words import Item, Kind, Value

LONGEST = 4_000  # letters in a text answer (S87)
INTEGER = re.compile(r"[+-]?\d{1,10}", re.ASCII)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
Posted = Mapping[str, list[str]]


class Mistyped(Exception):
    """What was typed is no answer of that kind."""

    def __init__(self, why: str = "type") -> None:
        super().__init__(why)
        self.why = why


def answer(item: Item, posted: Posted) -> tuple[Value, ...]:
    """The answer in what a page posted; empty when nothing was typed. Raises Mistyped."""
    if item.options:
        return _chosen(item, posted)
    if item.kind is Kind.DATE:
        return _date(item, posted)
    typed = unicodedata.normalize("NFC", (posted.get(item.name) or [""])[0]).strip()
    return (READ[item.kind](typed),) if typed else ()


def shown(item: Item, values: tuple[Value, ...]) -> str:
    """An answer as people read it."""
    return ", ".join(_shown(item, value) for value in values)


def typed_again(item: Item, values: tuple[Value, ...]) -> dict[str, list[str]]:
    """What the fields of a page hold for an answer given before."""
    if item.options:
        places = [str(n) for n, option in enumerate(item.options) if option.value in values]
        other = [
            str(value["valueString"]) for value in values if "valueString" in value and item.kind.value != "choice"
        ]
        return {item.name: places + (["other"] if other else []), f"{item.name}-other": other}
    if item.kind is Kind.DATE and values:
        year, month, day = (str(int(part)) for part in values[0]["valueDate"].split("-"))
        return {f"{item.name}-year": [year], f"{item.name}-month": [month], f"{item.name}-day": [day]}
    if item.kind is Kind.BOOLEAN and values:
        return {item.name: ["yes" if values[0]["valueBoolean"] else "no"]}
    return {item.name: [shown(item, values)]} if values else {}


def _chosen(item: Item, posted: Posted) -> tuple[Value, ...]:
    picked = posted.get(item.name) or []
    found: list[Value] = []
    for place in picked:
        if place == "other" and item.kind is Kind.OPEN_CHOICE:
            other = (posted.get(f"{item.name}-other") or [""])[0].strip()
            if not other:
                raise Mistyped("required")
            found.append({"valueString": _text(other)})
        elif place.isascii() and place.isdigit() and int(place) < len(item.options):
            found.append(item.options[int(place)].value)
        else:
            raise Mistyped("option")
    if len(found) > 1 and not item.repeats:
        raise Mistyped("occurs")
    return tuple(found)


def _date(item: Item, posted: Posted) -> tuple[Value, ...]:
    """Three fields, months also in letters (F15)."""
    parts = [(posted.get(f"{item.name}-{part}") or [""])[0].strip() for part in ("year", "month", "day")]
    if not any(parts):
        return ()
    year, month, day = parts
    if month[:3].casefold() in MONTHS:
        month = str(MONTHS.index(month[:3].casefold()) + 1)
    if not all(part.isascii() and part.isdigit() for part in (year, month, day)) or len(year) != 4:
        raise Mistyped
    try:
        return ({"valueDate": date(int(year), int(month), int(day)).isoformat()},)
    except ValueError as error:
        raise Mistyped from error


def _boolean(typed: str) -> Value:
    if typed not in ("yes", "no"):
        raise Mistyped
    return {"valueBoolean": typed == "yes"}


def _integer(typed: str) -> Value:
    plain = typed.replace(" ", "").replace("\u202f", "")
    if not INTEGER.fullmatch(plain) or abs(int(plain)) >= 2**31:
        raise Mistyped
    return {"valueInteger": int(plain)}


def _decimal(typed: str) -> Value:
    plain = typed.replace(" ", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation as error:
        raise Mistyped from error
    if not number.is_finite() or len(number.as_tuple().digits) > 18:
        raise Mistyped
    return {"valueDecimal": str(number)}


def _time(typed: str) -> Value:
    hour, _, minute = typed.replace(".", ":").partition(":")
    try:
        return {"valueTime": time(int(hour), int(minute or 0)).isoformat()}
    except ValueError as error:
        raise Mistyped from error


def _string(typed: str) -> Value:
    return {"valueString": _text(typed.replace("\n", " ").replace("\r", ""))}


def _long(typed: str) -> Value:
    return {"valueString": _text(typed.replace("\r\n", "\n"))}


def _url(typed: str) -> Value:
    if urlsplit(typed).scheme not in ("http", "https", "mailto", "urn"):
        raise Mistyped
    return {"valueUri": _text(typed)}


def _text(typed: str) -> str:
    if len(typed) > LONGEST:
        raise Mistyped("maxLength")
    if any(unicodedata.category(letter) == "Cc" and letter != "\n" for letter in typed):
        raise Mistyped
    return typed


def _shown(item: Item, value: Value) -> str:
    content: Any = next(iter(value.values()), "")
    if isinstance(content, bool):
        return "Yes" if content else "No"
    if isinstance(content, dict):
        return str(content.get("display") or content.get("code") or "")
    if "valueDate" in value:
        found = date.fromisoformat(content)
        return f"{found.day} {found:%B %Y}"
    return str(content)[:5] if "valueTime" in value else str(content)


READ: dict[Kind, Callable[[str], Value]] = {
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.TIME: _time,
    Kind.STRING: _string,
    Kind.TEXT: _long,
    Kind.URL: _url,
    Kind.CHOICE: _string,
    Kind.OPEN_CHOICE: _string,
}
