"""What an answer must keep to, as a file writes it; a limit that means nothing is left out and told (F50, F51)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import re2

from core.forms.extensions import Extensions, content
from core.forms.importing.findings import Findings
from core.forms.values import content as inside
from core.forms.values import kind as kind_of
from core.forms.values import order, parts
from core.forms.words import Formula, Kind, Limits, Option, Value

LONGEST_REGEX = 500
MOMENTS = ("valueDate", "valueDateTime", "valueInstant", "valueTime")
_NUMBERS = ("valueInteger", "valueDecimal")
_DATES = ("valueDate", "valueDateTime", "valueInstant")
HELD_AGAINST: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys((Kind.INTEGER, Kind.DECIMAL, *_NUMBERS), _NUMBERS),
    **dict.fromkeys((Kind.DATE, Kind.DATE_TIME, "valueDate", "valueDateTime"), _DATES),
    **dict.fromkeys((Kind.TIME, "valueTime"), ("valueTime",)),
    **dict.fromkeys((Kind.QUANTITY, "valueQuantity"), (*_NUMBERS, "valueQuantity")),
}  # answers, by the kind of question or of its choices, and the limits that they compare with
PATTERNED = frozenset({Kind.STRING, Kind.TEXT, Kind.URL, Kind.INTEGER, Kind.DECIMAL, Kind.OPEN_CHOICE})
LEAST: Mapping[str, int] = {"minLength": 0, "maxLength": 1, "maxDecimalPlaces": 0, "minOccurs": 0, "maxOccurs": 1}


@dataclass(frozen=True, slots=True)
class Limited:
    """The question whose limits are read."""

    link_id: str
    text: str
    kind: Kind
    options: tuple[Option, ...]


def read(
    raw: Mapping[str, Any],
    question: Limited,
    findings: Findings,
    moving: Callable[[Mapping[str, Any]], Formula | None],
) -> Limits:
    """The limits of one item; `moving` reads the formula that a limit may be instead of a value (F50)."""
    extensions = Extensions(raw)
    lowest, highest = extensions.first("minValue"), extensions.first("maxValue")
    size = extensions.value("maxSize", "Decimal", "Integer")
    found = Limits(
        min_length=extensions.whole("minLength"),
        max_length=raw.get("maxLength"),
        minimum=content(lowest or extensions.first("minQuantity")),
        maximum=content(highest or extensions.first("maxQuantity")),
        regex=_regex(extensions.text("regex"), question, findings),
        decimals=extensions.whole("maxDecimalPlaces"),
        min_occurs=extensions.whole("minOccurs"),
        max_occurs=extensions.whole("maxOccurs"),
        max_size=None if size is None else Decimal(size),
        mime_types=tuple(str(one.get("valueCode")) for one in extensions.every("mimeType") if one.get("valueCode")),
        minimum_formula=moving(lowest) if lowest else None,
        maximum_formula=moving(highest) if highest else None,
    )
    if found.regex and not _written_out(question):
        facts = {"kind": question.kind.value, "pattern": found.regex[:80]}
        findings.problem(question.link_id, question.text, "regex", "regex_kind", "check_left_out", **facts)
        found = replace(found, regex="")
    for element, said, gone in _senseless(found, question):
        why = "limit_type" if said.startswith("value") else "limit_senseless"
        facts = {"element": element, "found": said, "kind": question.kind.value}
        findings.problem(question.link_id, question.text, element, why, "check_left_out", **facts)
        without: dict[str, Any] = dict.fromkeys(gone)
        found = replace(found, **without)
    return found


def quiet() -> re2.Options:
    """Options for strangers' patterns: the engine prints what it cannot read unless told not to."""
    options = re2.Options()
    options.log_errors = False
    return options


def _senseless(limits: Limits, question: Limited) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The limits that no answer can keep to, or be held against: what they are called, what they say, which go."""
    wrong = set()
    for name, field in (("minValue", "minimum"), ("maxValue", "maximum")):
        limit = getattr(limits, field)
        if limit is not None and not _compares(limit, question):
            wrong.add(field)
            yield name, f"{kind_of(limit)} {_said(limit)}", (field,)
    numbers = (
        ("minLength", "min_length", "maxLength", "max_length"),
        ("minOccurs", "min_occurs", "maxOccurs", "max_occurs"),
        ("maxDecimalPlaces", "decimals", "", ""),
    )
    for low, least, high, most in numbers:
        pair = [(name, field) for name, field in ((low, least), (high, most)) if name]
        below = [one for one in pair if (said := getattr(limits, one[1])) is not None and said < LEAST[one[0]]]
        for name, field in below:
            yield name, str(getattr(limits, field)), (field,)
        if not below and most and _crossed(getattr(limits, least), getattr(limits, most)):
            yield f"{low}, {high}", f"{getattr(limits, least)}, {getattr(limits, most)}", (least, most)
    if limits.max_size is not None and limits.max_size <= 0:
        yield "maxSize", str(limits.max_size), ("max_size",)
    if limits.minimum and limits.maximum and not wrong and order(limits.minimum, limits.maximum) == 1:
        said = f"{_said(limits.minimum)}, {_said(limits.maximum)}"
        yield "minValue, maxValue", said, ("minimum", "maximum")


def _written_out(question: Limited) -> bool:
    """Whether its answers are texts or numbers; a pattern for days means how they are typed, which nobody can know."""
    return question.kind in PATTERNED or any(kind_of(option.value) == "valueString" for option in question.options)


def _crossed(least: int | None, most: int | None) -> bool:
    return least is not None and most is not None and least > most


def _compares(limit: Value, question: Limited) -> bool:
    answers = {kind_of(option.value) for option in question.options} or {question.kind}
    if not any(kind_of(limit) in HELD_AGAINST.get(one, ()) for one in answers):
        return False
    return kind_of(limit) not in MOMENTS or parts(limit) is not None


def _said(limit: Value) -> str:
    found = inside(limit)
    if isinstance(found, dict):
        return " ".join(str(found[name]) for name in ("value", "unit") if name in found)
    return str(found)


def _regex(pattern: str, question: Limited, findings: Findings) -> str:
    """A pattern that `re2` can run (F51); any other check is left out, and said so."""
    if not pattern:
        return ""
    try:
        if len(pattern) > LONGEST_REGEX:
            raise re2.error
        re2.compile(pattern, options=quiet())
    except re2.error:
        facts = {"pattern": pattern[:80]}
        findings.problem(question.link_id, question.text, "regex", "regex", "check_left_out", **facts)
        return ""
    return pattern
