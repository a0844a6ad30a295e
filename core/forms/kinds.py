"""Kinds of question: from what was typed to a FHIR value, and back to what is shown. One entry a kind."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from core.calendar import MONATE, day_of_month
from core.forms.asking import dates
from core.forms.asking.controls import SUGGEST, control
from core.forms.asking.dates import Mistyped as Mistyped
from core.forms.values import equal
from core.forms.words import Asked, Item, Kind, Value
from core.language import ENGLISH, GERMAN

SIGNATURE = "signature"  # a control whose file is a picture of a name (F71)
LONGEST = 4_000  # letters in a text answer (S87)
DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
INTEGER = re.compile(r"[+-]?\d{1,10}", re.ASCII)
SPOKEN: Mapping[str, tuple[str, str]] = {"en": ("Yes", "No"), "de": ("Ja", "Nein")}
Posted = Mapping[str, list[str]]


def answer(asked: Asked, posted: Posted, zone: tzinfo = UTC) -> tuple[Value, ...]:
    """The answer in what a page posted; empty when nothing was typed. `zone` is where the clock of a time hangs.

    Raises Mistyped.
    """
    item, name = asked.item, asked.name
    if asked.options:
        return _chosen(asked, posted)
    if item.kind is Kind.DATE:
        return _date(item, name, posted)
    if item.kind is Kind.DATE_TIME:
        return _date_time(item, name, posted, zone)
    if item.kind is Kind.QUANTITY:
        return _quantity(item, name, posted)
    typed = _first(posted, name)
    return (READ[item.kind](typed),) if typed else ()


def shown(item: Item, values: tuple[Value, ...], language: str = ENGLISH) -> str:
    """An answer as people read it; a choice in the words of the form, numbers and dates as a language writes them, a
    signature by its name, though it may be a picture."""
    said = [_of_choices(item, value) or _shown(value, language) for value in values]
    return ", ".join(one.removesuffix(".png") if item.look.control == SIGNATURE else one for one in said)


def _of_choices(item: Item, value: Value) -> str:
    return next((one.label for one in item.options if one.language and equal(one.value, value)), "")


def typed_again(asked: Asked, values: tuple[Value, ...]) -> dict[str, list[str]]:
    """What the fields of a page hold for an answer given before."""
    name = asked.name
    if asked.options and control(asked) == SUGGEST:
        labels = [next((o.label for o in asked.options if equal(o.value, v)), _shown(v)) for v in values]
        return {f"{name}-pick": labels}
    if asked.options:
        held = {_place(asked, v) for v in values}
        places = [str(n) for n in range(len(asked.options)) if n in held]
        offered = [option.value for option in asked.options]
        other = [str(v["valueString"]) for v in values if "valueString" in v and v not in offered]
        return {name: places + (["other"] if other else []), f"{name}-other": other}
    if not values:
        return {}
    found = next(iter(values[0].values()))
    match asked.item.kind:
        case Kind.DATE:
            return _date_fields(name, found)
        case Kind.DATE_TIME:
            day, _, clock = found.partition("T")
            return {**_date_fields(name, day), f"{name}-time": [clock[:5]]}
        case Kind.QUANTITY:
            unit = str(found.get("code") or found.get("unit") or "")
            return {name: [str(found["value"])], f"{name}-unit": [unit]}
        case Kind.BOOLEAN:
            return {name: ["yes" if found else "no"]}
    return {name: [shown(asked.item, values)]}


def _place(asked: Asked, value: Value) -> int | None:
    """Which choice an answer is: the very same one before one that only counts as equal (two may share a code)."""
    same = (n for n, option in enumerate(asked.options) if option.value == value)
    alike = (n for n, option in enumerate(asked.options) if equal(option.value, value))
    return next(same, next(alike, None))


def _suggested(asked: Asked, posted: Posted) -> tuple[Value, ...]:
    """One of many choices, typed: its display or its code; anything else only where words of one's own may stand."""
    typed = _first(posted, f"{asked.name}-pick")
    if not typed:
        return ()
    for option in asked.options:
        inside = next(iter(option.value.values()), None)
        code = inside.get("code") if isinstance(inside, dict) else inside
        if typed.casefold() in (option.label.casefold(), str(code).casefold()):
            return (option.value,)
    if asked.item.kind is not Kind.OPEN_CHOICE:
        raise Mistyped("option")
    return ({"valueString": _text(typed)},)


def _chosen(asked: Asked, posted: Posted) -> tuple[Value, ...]:
    if f"{asked.name}-pick" in posted:
        return _suggested(asked, posted)
    picked = posted.get(asked.name) or []
    found: list[Value] = []
    for place in picked:
        if place == "other" and asked.item.kind is Kind.OPEN_CHOICE:
            other = _first(posted, f"{asked.name}-other")
            if not other:
                raise Mistyped("required")
            found.append({"valueString": _text(other)})
        elif place.isascii() and place.isdigit() and int(place) < len(asked.options):
            found.append(asked.options[int(place)].value)
        elif place:
            raise Mistyped("option")
    if len(found) > 1 and not asked.item.repeats:
        raise Mistyped("occurs")
    return tuple(found)


def _date(item: Item, name: str, posted: Posted) -> tuple[Value, ...]:
    written = dates.day(item, _typed_date(name, posted))
    return ({"valueDate": written},) if written else ()


def _date_time(item: Item, name: str, posted: Posted, zone: tzinfo) -> tuple[Value, ...]:
    written = dates.moment(item, _typed_date(name, posted), zone)
    return ({"valueDateTime": written},) if written else ()


def _typed_date(name: str, posted: Posted) -> dates.Typed:
    return dates.Typed(*(_first(posted, f"{name}-{part}") for part in dates.Typed._fields))


def date_fault(asked: Asked, posted: Posted, zone: tzinfo = UTC) -> dates.Fault | None:
    """Which fields of a date are wrong, and why (F15); None where it is no date, or a real one."""
    if asked.options or asked.item.kind not in (Kind.DATE, Kind.DATE_TIME):
        return None
    return dates.fault(asked.item, _typed_date(asked.name, posted), zone)


def _quantity(item: Item, name: str, posted: Posted) -> tuple[Value, ...]:
    typed, unit = _first(posted, name), _first(posted, f"{name}-unit")
    if not typed:
        return ()
    offered = next((one for one in item.units if unit in (one.get("code"), one.get("display"))), None)
    if offered is None and len(item.units) == 1 and not unit:
        offered = item.units[0]
    if offered is None and unit and not item.unit_open:
        raise Mistyped("unit")
    if offered is None:
        named: dict[str, Any] = {"unit": _text(unit)} if unit else {}
    else:
        named = {"unit": offered.get("display") or offered.get("code")}
        named |= {key: offered[key] for key in ("system", "code") if key in offered}
    return ({"valueQuantity": {"value": _decimal(typed)["valueDecimal"], **named}},)


def length(posted: Posted) -> int:
    """Characters of the longest text in the fields of a question, counted as its answer is judged."""
    texts = (one.replace("\r\n", "\n") for some in posted.values() for one in some)
    return max((len(unicodedata.normalize("NFC", one).strip()) for one in texts), default=0)


def _first(posted: Posted, name: str) -> str:
    return unicodedata.normalize("NFC", (posted.get(name) or [""])[0]).strip()


def _date_fields(name: str, written: str) -> dict[str, list[str]]:
    parts = [str(int(part)) if part.isdigit() else part for part in written.split("-")]
    return {f"{name}-{field}": [part] for field, part in zip(("year", "month", "day"), parts, strict=False)}


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
    """Comma or point; a thousands' point and a decimal comma cannot be told apart and are refused."""
    plain = typed.replace(" ", "").replace("\u202f", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    if not DECIMAL.fullmatch(plain):
        raise Mistyped
    number = Decimal(plain)
    if len(number.as_tuple().digits) > 18:
        raise Mistyped
    return {"valueDecimal": number}


def _time(typed: str) -> Value:
    return {"valueTime": dates.clock(typed).isoformat()}


def _untyped(typed: str) -> Value:
    raise Mistyped  # files are uploaded, references chosen


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


def _shown(value: Value, language: str = ENGLISH) -> str:
    content: Any = next(iter(value.values()), "")
    yes, no = SPOKEN.get(language, SPOKEN[ENGLISH])
    if isinstance(content, bool):
        return yes if content else no
    if isinstance(content, Decimal):
        return _number(content, language)
    if isinstance(content, dict) and "value" in content:
        number = _number(content["value"], language)
        return f"{number} {content.get('unit') or content.get('code') or ''}".strip()
    if isinstance(content, dict):
        return str(
            content.get("display") or content.get("title") or content.get("code") or content.get("reference") or ""
        )
    if "valueDate" in value or "valueDateTime" in value:
        day, _, clock = str(content).partition("T")
        return f"{day_in_words(day, language)}, {clock[:5]}" if clock else day_in_words(day, language)
    return str(content)[:5] if "valueTime" in value else str(content)


def _number(found: Any, language: str) -> str:
    return str(found).replace(".", ",") if language == GERMAN else str(found)


def day_in_words(written: str, language: str = ENGLISH) -> str:
    """A FHIR date as people read it: `14 March 1985`, `March 1985`, in German `14. März 1985`."""
    year, *rest = (int(part) for part in written.split("-"))
    if len(rest) == 2:
        return f"{day_of_month(datetime(year, rest[0], rest[1], tzinfo=UTC), language)} {year}"
    name = MONATE[rest[0] - 1] if rest and language == GERMAN else f"{date(2000, rest[0], 1):%B}" if rest else ""
    return f"{name} {year:04}".strip()


READ: dict[Kind, Callable[[str], Value]] = {
    Kind.BOOLEAN: _boolean,
    Kind.INTEGER: _integer,
    Kind.DECIMAL: _decimal,
    Kind.TIME: _time,
    Kind.STRING: _string,
    Kind.TEXT: _long,
    Kind.URL: _url,
    Kind.CHOICE: _untyped,
    Kind.OPEN_CHOICE: _string,
    Kind.ATTACHMENT: _untyped,
    Kind.REFERENCE: _untyped,
}
