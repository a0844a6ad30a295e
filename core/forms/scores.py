"""Scores: what the chosen options count, explained by bands; never a low score by silence (F59).

Which questions count, how, and what the result means comes with the form (`own.rule_of`); what is urgent is told by
`flags`, which needs no score.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import structlog

from core.forms.own import Band, Method, Number, Rule, rule_of
from core.forms.values import content
from core.forms.values import score as weight_of
from core.forms.words import Answers, Item, Kind, Questionnaire, Value, walk

log = structlog.get_logger(__name__)
CENT = Decimal("0.01")  # what a mean is rounded to
NUMBERS = (Kind.INTEGER, Kind.DECIMAL)


@dataclass(frozen=True, slots=True)
class Counted:
    """What one question counts; None while it is open. `reverse`: its highest answer counts least."""

    item: Item
    points: Decimal | None
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """A score with its range, its meaning and how it came about; `total` is None when too many questions are open."""

    total: Number | None
    highest: Number
    band: str
    working: tuple[Counted, ...]
    bands: tuple[Band, ...] = ()
    method: Method = Method.SUM
    prorated: bool = False

    @property
    def answered(self) -> int:
        """How many of its questions are answered."""
        return sum(one.points is not None for one in self.working)


def score(form: Questionnaire, answers: Answers) -> Score | None:
    """The score of a form's answers; None when the form has no rule, or lacks a question that its rule counts."""
    rule = rule_of(form.source)
    items = {item.link_id: item for item in walk(form.items)}
    if rule is None or not rule.questions or any(question not in items for question in rule.questions):
        return None
    working = tuple(Counted(items[q], points(items[q], answers, rule), q in rule.reverse) for q in rule.questions)
    known = [one.points for one in working if one.points is not None]
    needed = len(working) if rule.minimum is None else max(1, rule.minimum)
    total = _total(rule, known) if len(known) >= needed else None
    bands = () if band_trouble(rule, *span(form, rule)) else rule.bands
    band = next((b.label for b in bands if total is not None and b.low <= _rounded(rule, total) <= b.high), "")
    prorated = total is not None and _prorates(rule) and len(known) < len(working)
    return Score(total, highest(form, rule), band, working, bands, rule.method, prorated)


def attempt(form: Questionnaire, answers: Answers) -> Score | None:
    """The score; a rule that fails must neither lose the answers nor silence a red flag (F61). Never raises."""
    try:
        return score(form, answers)
    except Exception:  # whatever a rule runs into
        log.exception("a score failed", form=form.digest)
        return None


def highest(form: Questionnaire, rule: Rule) -> Number:
    """The largest score that the questions of a rule can come to."""
    return span(form, rule)[1]


def span(form: Questionnaire, rule: Rule) -> tuple[Number, Number]:
    """The smallest and the largest score that the questions of a rule can come to."""
    ranges = [_range(item) for item in walk(form.items) if item.link_id in rule.questions]
    if not ranges:
        return 0, 0
    if rule.method is Method.COUNT:
        return sum(low > 0 for low, _ in ranges), sum(high > 0 for _, high in ranges)
    if rule.method is Method.MEAN:
        return min(low for low, _ in ranges), max(high for _, high in ranges)
    return _plain(sum((low for low, _ in ranges), Decimal(0))), _plain(sum((high for _, high in ranges), Decimal(0)))


def points(item: Item, answers: Answers, rule: Rule | None = None) -> Decimal | None:
    """What the answers to a question count, wherever it stands; None while it is open."""
    found = [one for value in values_of(item.link_id, answers) if (one := _weight(item, value)) is not None]
    if not found:
        return None
    low, high = _range(item)
    together = sum(found, Decimal(0))
    return low + high - together if rule and item.link_id in rule.reverse else together


def band_trouble(rule: Rule, lowest: Number, highest: Number) -> str:
    """What is wrong with bands: `order`, `gap`, `overlap`, `start` or `range`; empty where they cover every score once.

    Sums and counts go up in ones; a mean in steps of the places that the bands are written with.
    """
    bands = sorted(rule.bands, key=lambda band: band.low)
    if not bands:
        return ""
    if any(band.low > band.high for band in bands):
        return "order"
    for before, after in pairwise(bands):
        if after.low != before.high + _step(rule):
            return "overlap" if after.low <= before.high else "gap"
    if bands[0].low > lowest:
        return "start"
    return "range" if bands[-1].high < highest else ""


def _total(rule: Rule, known: list[Decimal]) -> Number:
    together = sum(known, Decimal(0))
    if rule.method is Method.COUNT:
        return sum(one > 0 for one in known)
    if rule.method is Method.MEAN:
        return _plain((together / len(known)).quantize(CENT, ROUND_HALF_UP))
    if _prorates(rule) and len(known) < len(rule.questions):
        return int((together * len(rule.questions) / len(known)).to_integral_value(ROUND_HALF_UP))
    return _plain(together)


def _prorates(rule: Rule) -> bool:
    return rule.prorate and rule.method is Method.SUM


def _step(rule: Rule) -> Decimal:
    if rule.method is not Method.MEAN:
        return Decimal(1)
    exponents = [Decimal(end).as_tuple().exponent for band in rule.bands for end in (band.low, band.high)]
    return Decimal(1).scaleb(min(one for one in exponents if isinstance(one, int)))


def _rounded(rule: Rule, total: Number) -> Decimal:
    """A score as its bands can tell it apart."""
    return Decimal(total).quantize(_step(rule), ROUND_HALF_UP) if rule.method is Method.MEAN else Decimal(total)


def values_of(link_id: str, answers: Answers) -> Iterator[Value]:
    """The answers to a question, in every repetition and under every answer."""
    for found, entries in answers.items():
        for entry in entries:
            if found == link_id and entry.value is not None:
                yield entry.value
            yield from values_of(link_id, entry.below)


def _weight(item: Item, value: Value) -> Decimal | None:
    found = content(value)
    if item.options:
        return weight_of(value, item.options)
    if item.kind is Kind.BOOLEAN:
        return Decimal(found is True)
    return Decimal(found) if item.kind in NUMBERS and not isinstance(found, bool) else None


def _range(item: Item) -> tuple[Decimal, Decimal]:
    """The least and the most that an answer to a question counts."""
    if item.kind in NUMBERS and not item.options:
        ends = (content(one) if one else 0 for one in (item.limits.minimum, item.limits.maximum))
        low, high = (Decimal(one) if isinstance(one, int | Decimal) else Decimal(0) for one in ends)
        return low, max(low, high)
    if item.kind is Kind.BOOLEAN:
        return Decimal(0), Decimal(1)
    counted = [option.score for option in item.options if option.score is not None] or [Decimal(0)]
    if item.repeats:
        return min(Decimal(0), *counted), sum((one for one in counted if one > 0), Decimal(0))
    return min(counted), max(counted)


def _plain(number: Decimal) -> Number:
    return int(number) if number == number.to_integral_value() else number.normalize()
