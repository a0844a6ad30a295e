"""What Latchkey writes into a form beyond FHIR's own words: its licence, its score, its red flags (F59, F61, F80).

All are extensions of the Questionnaire, below one address; others may ignore them.
What a file does not say has its plain default.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.forms.extensions import OWN, Extensions
from core.forms.words import Condition

LICENCE, SCORING, PROPOSES = f"{OWN}licence", f"{OWN}scoring", f"{OWN}proposes"
FILLS = f"{OWN}autocomplete"
FILLING = ("name", "given-name", "family-name", "tel", "email", "street-address", "postal-code", "bday", "sex")  # F17
Number = int | Decimal


class Method(StrEnum):
    """How the points of the questions come to one number."""

    SUM = "sum"
    MEAN = "mean"  # of the questions that are answered, to two places
    COUNT = "count"  # of the questions with any points


@dataclass(frozen=True, slots=True)
class Licence:
    """Whose a form is, on what terms, where that is written; `unaltered`: its words may not be changed."""

    owner: str = ""
    terms: str = ""
    source: str = ""
    unaltered: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """What a score from `low` to `high` means; `tone` is `good`, `fair`, `poor` or nothing."""

    low: Number
    high: Number
    label: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Flag:
    """What wants a look at once (F61): answers to a question that come to so many points or that a condition describes;
    without a question the score itself, from so many on."""

    question: str = ""
    least: Decimal | None = None
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """How a form is scored: what these questions count, what it means, what is urgent.

    Of `reverse` questions the highest answer counts least. `minimum`: how many must be answered for a score (None:
    all). `prorate`: a sum with open questions is brought to what all would make at the same average.
    """

    questions: tuple[str, ...]
    bands: tuple[Band, ...] = ()
    flags: tuple[Flag, ...] = ()
    method: Method = Method.SUM
    reverse: tuple[str, ...] = ()
    minimum: int | None = None
    prorate: bool = False


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
    """How a form is scored; None where its JSON does not say, or names a method that we do not know."""
    written = Extensions(source).first("scoring")
    if written.get("url") != SCORING:
        return None
    said = Extensions(written)
    method = said.text("method") or Method.SUM
    if method not in set(Method):
        return None
    return Rule(
        questions=tuple(str(one.get("valueString")) for one in said.every("item")),
        bands=tuple(_band(Extensions(one)) for one in said.every("band")),
        flags=tuple(_flag(Extensions(one)) for one in said.every("flag")),
        method=Method(method),
        reverse=tuple(str(one.get("valueString")) for one in said.every("reverse")),
        minimum=said.whole("minimum"),
        prorate=said.flag("prorate"),
    )


def proposes_of(item: Mapping[str, Any]) -> str:
    """Which detail of a patient the answers to an item propose to change (F62); empty where it does not say."""
    said = Extensions(item).first("proposes")
    return str(said.get("valueCode") or "") if said.get("url") == PROPOSES else ""


def fills_of(item: Mapping[str, Any]) -> str:
    """What a browser may fill into the field of an item, one of FILLING; empty where it does not say (F17)."""
    said = Extensions(item).first("autocomplete")
    code = str(said.get("valueCode") or "") if said.get("url") == FILLS else ""
    return code if code in FILLING else ""


def licence(found: Licence) -> dict[str, Any]:
    """A licence as its extension."""
    words = {"owner": found.owner, "terms": found.terms, "source": found.source}
    inside = [{"url": url, "valueString": text} for url, text in words.items() if text]
    return {"url": LICENCE, "extension": [*inside, {"url": "unaltered", "valueBoolean": found.unaltered}]}


def scoring(found: Rule) -> dict[str, Any]:
    """A rule as its extension; what is plain default is not written."""
    return {
        "url": SCORING,
        "extension": [
            *({"url": "item", "valueString": one} for one in found.questions),
            *({"url": "band", "extension": _written_band(one)} for one in found.bands),
            *({"url": "flag", "extension": _written_flag(one)} for one in found.flags),
            *([] if found.method is Method.SUM else [{"url": "method", "valueCode": found.method.value}]),
            *({"url": "reverse", "valueString": one} for one in found.reverse),
            *([] if found.minimum is None else [{"url": "minimum", "valueInteger": found.minimum}]),
            *([{"url": "prorate", "valueBoolean": True}] if found.prorate else []),
        ],
    }


def _band(said: Extensions) -> Band:
    low, high = (said.value(name, "Integer", "Decimal") or 0 for name in ("from", "to"))
    return Band(low, high, said.text("label"), said.text("tone"))


def _flag(said: Extensions) -> Flag:
    question, operator = said.text("item"), said.text("operator")
    if operator:
        answer = {key: one for key, one in said.first("answer").items() if key.startswith("value")}
        return Flag(question, condition=Condition(question, operator, answer))
    least = said.value("least", "Decimal", "Integer")
    return Flag(question, Decimal(1) if least is None else Decimal(least))


def _written_band(band: Band) -> list[Mapping[str, Any]]:
    ends = [{"url": url, _number(one): one} for url, one in (("from", band.low), ("to", band.high))]
    tone = [{"url": "tone", "valueCode": band.tone}] if band.tone else []
    return [*ends, {"url": "label", "valueString": band.label}, *tone]


def _written_flag(flag: Flag) -> list[Mapping[str, Any]]:
    about = [{"url": "item", "valueString": flag.question}] if flag.question else []
    if flag.condition is not None:
        said = {"url": "operator", "valueCode": flag.condition.operator}
        return [*about, said, {"url": "answer", **flag.condition.answer}]
    return [*about, {"url": "least", "valueDecimal": flag.least}]


def _number(found: Number) -> str:
    return "valueInteger" if isinstance(found, int) else "valueDecimal"
