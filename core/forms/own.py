"""What Latchkey writes into a form beyond FHIR's own words: its licence and its score (F59, F76, F80).

Both are extensions of the Questionnaire, below one address; others may ignore them.
What a file does not say has its plain default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.forms.extensions import OWN, Extensions

LICENCE, SCORING = f"{OWN}licence", f"{OWN}scoring"


@dataclass(frozen=True, slots=True)
class Licence:
    """Whose a form is, on what terms, where that is written; `unaltered`: its words may not be changed."""

    owner: str = ""
    terms: str = ""
    source: str = ""
    unaltered: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """What a sum from `low` to `high` means."""

    low: int
    high: int
    label: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A question whose answer wants a look at once, from so many points on (F61)."""

    question: str
    least: Decimal


@dataclass(frozen=True, slots=True)
class Rule:
    """How a form is scored: the sum of what these questions count; what it means, what is urgent."""

    questions: tuple[str, ...]
    bands: tuple[Band, ...] = ()
    flags: tuple[Flag, ...] = ()


def licence_of(source: Mapping[str, Any]) -> Licence:
    """The licence of a form, as far as its JSON says."""
    said = Extensions(Extensions(source).first("licence"))
    return Licence(
        owner=said.text("owner") or str(source.get("publisher") or ""),
        terms=said.text("terms") or str(source.get("copyright") or ""),
        source=said.text("source"),
        unaltered=said.flag("unaltered"),
    )


def rule_of(source: Mapping[str, Any]) -> Rule | None:
    """How a form is scored; None where its JSON does not say."""
    written = Extensions(source).first("scoring")
    if written.get("url") != SCORING:
        return None
    said = Extensions(written)
    return Rule(
        questions=tuple(str(one.get("valueString")) for one in said.every("item")),
        bands=tuple(_band(Extensions(one)) for one in said.every("band")),
        flags=tuple(_flag(Extensions(one)) for one in said.every("flag")),
    )


def licence(found: Licence) -> dict[str, Any]:
    """A licence as its extension."""
    words = {"owner": found.owner, "terms": found.terms, "source": found.source}
    inside = [{"url": url, "valueString": text} for url, text in words.items() if text]
    return {"url": LICENCE, "extension": [*inside, {"url": "unaltered", "valueBoolean": found.unaltered}]}


def scoring(found: Rule) -> dict[str, Any]:
    """A rule as its extension."""
    return {
        "url": SCORING,
        "extension": [
            *({"url": "item", "valueString": one} for one in found.questions),
            *({"url": "band", "extension": _written_band(one)} for one in found.bands),
            *({"url": "flag", "extension": _written_flag(one)} for one in found.flags),
        ],
    }


def _band(said: Extensions) -> Band:
    return Band(said.whole("from") or 0, said.whole("to") or 0, said.text("label"))


def _flag(said: Extensions) -> Flag:
    least = said.value("least", "Decimal", "Integer")
    return Flag(said.text("item"), Decimal(1) if least is None else Decimal(least))


def _written_band(band: Band) -> list[Mapping[str, Any]]:
    ends = [{"url": "from", "valueInteger": band.low}, {"url": "to", "valueInteger": band.high}]
    return [*ends, {"url": "label", "valueString": band.label}]


def _written_flag(flag: Flag) -> list[Mapping[str, Any]]:
    return [{"url": "item", "valueString": flag.question}, {"url": "least", "valueDecimal": flag.least}]
