"""Answers as CSV: a row a response, columns fixed by the version; what repeats has a sheet of its own (F73).

Empty is not answered, `#disabled` was not asked. Cells that a spreadsheet would take for a formula are prefixed (S89);
a number that we made ourselves is none and stays one.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal
from typing import Any

from core.forms.asking.places import Plan, opens_scopes, plan
from core.forms.responses.answered import Answered
from core.forms.values import content, score
from core.forms.words import Asked, Item, Kind, Place, Questionnaire, Value

NOT_ASKED = "#disabled"
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # wide ones, too
NUMBERS = frozenset({"valueInteger", "valueDecimal"})
OWN = ("response_id", "patient_id", "authored", "version")
Scopes = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How choices are written: what they count instead of their codes, each in a column of its own (0 or 1)."""

    weights: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its two heads, and what it says of an answer."""

    item: Item
    name: str
    words: str
    say: Callable[[Item, tuple[Value, ...]], str]


def sheets(form: Questionnaire, given: Iterable[Answered], layout: Layout | None = None) -> dict[str, str]:
    """The sheets by name: `answers.csv`, and one for each group or question that repeats with questions in it."""
    known, chosen = plan(form), layout or Layout()
    owners = {"": "answers.csv"}
    owners |= {o: f"repeated-{n}.csv" for n, o in enumerate((o for o in known.scopes if _repeats(known, o)), 1)}
    columns = {owner: list(_columns(known, owner, chosen)) for owner in owners}
    rows: dict[str, list[list[str]]] = {owner: _heads(columns[owner], owner) for owner in owners}
    for one in given:
        there = {(asked.place.link_id, _repeated(known, asked.place)): asked for asked in one.state.asked}
        for owner in owners:
            rows[owner] += [[*lead, *_cells(columns[owner], scopes, there)] for lead, scopes in _leads(one, owner)]
    return {name: _csv(rows[owner]) for owner, name in owners.items() if columns[owner] or not owner}


def packed(found: Mapping[str, str]) -> tuple[str, bytes]:
    """One sheet as it is, several as a zip; its ending, and the same bytes for the same sheets."""
    if len(found) == 1:
        return "csv", next(iter(found.values())).encode("utf-8-sig")
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in found.items():
            archive.writestr(zipfile.ZipInfo(name), text.encode("utf-8-sig"), zipfile.ZIP_DEFLATED)
    return "zip", whole.getvalue()


def harmless(text: str) -> str:
    """A cell that no spreadsheet runs (S89)."""
    return f"'{text}" if text.startswith(FORMULA) else text


# -- columns ---------------------------------------------------------------------------------------------------------


def _columns(form: Plan, owner: str, layout: Layout) -> Iterator[Column]:
    for item in form.items.values():
        if item.kind.asks and _owner(form, item) == owner:
            yield from _of(item, layout)


def _of(item: Item, layout: Layout) -> Iterator[Column]:
    words = item.look.short_text or f"{item.prefix} {item.text}".strip()
    if item.options and item.repeats and layout.apart:
        for number, option in enumerate(item.options, 1):
            yield Column(item, f"{item.link_id}.{number}", f"{words}: {option.label}", _chosen(option.value))
    elif layout.weights and any(option.score is not None for option in item.options):
        yield Column(item, item.link_id, words, _weights)
    elif item.kind in (Kind.CHOICE, Kind.OPEN_CHOICE):
        yield Column(item, item.link_id, words, _codes)
        yield Column(item, f"{item.link_id}.display", words, _displays)
    elif item.kind is Kind.QUANTITY:
        yield Column(item, item.link_id, words, _part("value"))
        yield Column(item, f"{item.link_id}.unit", words, _part("unit"))
    else:
        yield Column(item, item.link_id, words, _plain)


def _chosen(option: Value) -> Callable[[Item, tuple[Value, ...]], str]:
    return lambda _item, values: ("1" if option in values else "0") if values else ""


def _weights(item: Item, values: tuple[Value, ...]) -> str:
    return _joined("" if found is None else str(found) for found in (score(one, item.options) for one in values))


def _codes(_: Item, values: tuple[Value, ...]) -> str:
    return _joined(_code(content(one)) for one in values)


def _code(inside: Any) -> str:
    return harmless(str(inside.get("code", "")) if isinstance(inside, Mapping) else "")


def _displays(item: Item, values: tuple[Value, ...]) -> str:
    return _plain(item, values)


def _part(name: str) -> Callable[[Item, tuple[Value, ...]], str]:
    return lambda _item, values: _joined(harmless(str(content(one).get(name, ""))) for one in values)


def _plain(_: Item, values: tuple[Value, ...]) -> str:
    return _joined(_said(one) for one in values)


def _said(value: Value) -> str:
    inside = content(value)
    if NUMBERS & set(value) and isinstance(inside, int | Decimal):
        return str(inside)
    if isinstance(inside, bool):
        return str(inside).lower()
    if isinstance(inside, Mapping):
        inside = next((inside[key] for key in ("display", "title", "reference", "code") if inside.get(key)), "")
    return harmless(str(inside))


def _joined(said: Iterable[str]) -> str:
    """Several answers in one cell, by `; `; one that has a `;` or a quote in it is quoted."""
    found = list(said)
    if len(found) == 1:
        return found[0]
    return "; ".join('"' + one.replace('"', '""') + '"' if ";" in one or '"' in one else one for one in found)


# -- rows ------------------------------------------------------------------------------------------------------------


def _heads(columns: Sequence[Column], owner: str) -> list[list[str]]:
    own = [*OWN] if not owner else ["response_id", "repetition"]
    names = [harmless(one.name) for one in columns]
    return [[*own, *names], [*([""] * len(own)), *(harmless(one.words) for one in columns)]]


def _leads(one: Answered, owner: str) -> Iterator[tuple[list[str], Scopes]]:
    """How the rows of a sheet begin, each with the repetitions it stands for."""
    response_id, form = str(one.response.get("id", one.message_id)), plan(one.form)
    if not owner:
        at = f"{one.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        yield [response_id, str(one.patient.id), at, harmless(one.version)], ()
        return
    found = dict.fromkeys(
        scopes for asked in one.state.asked if (scopes := _cut(_repeated(form, asked.place), owner)) is not None
    )
    for scopes in found:
        yield [response_id, ".".join(str(number + 1) for _, number in scopes)], scopes


def _cells(columns: Sequence[Column], scopes: Scopes, there: Mapping[tuple[str, Scopes], Asked]) -> list[str]:
    found = [(column, there.get((column.item.link_id, scopes))) for column in columns]
    return [NOT_ASKED if asked is None else column.say(column.item, asked.values) for column, asked in found]


def _owner(form: Plan, item: Item) -> str:
    """What repeats around an item, innermost; empty for none."""
    return next((one for one in reversed(form.owners[item.link_id]) if _repeats(form, one)), "")


def _repeats(form: Plan, owner: str) -> bool:
    return bool(owner) and form.items[owner].repeats and opens_scopes(form.items[owner])


def _repeated(form: Plan, place: Place) -> Scopes:
    """The repetitions a place stands in; one answer that cannot be given twice is none."""
    return tuple((owner, number) for owner, number in place.under if _repeats(form, owner))


def _cut(scopes: Scopes, owner: str) -> Scopes | None:
    return next((scopes[: n + 1] for n, (one, _) in enumerate(scopes) if one == owner), None)


def _csv(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
