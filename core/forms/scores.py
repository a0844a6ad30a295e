"""Scores: plain sums of the weights that options carry, explained by bands; never a low score by silence (F59).

Which questions count, what the sums mean and what is urgent comes with the form (`own.rule_of`).
"""

from dataclasses import dataclass
from decimal import Decimal

from core.forms.own import Band, Rule, rule_of
from core.forms.values import score as weight_of
from core.forms.words import Answers, Item, Questionnaire, walk


@dataclass(frozen=True, slots=True)
class Counted:
    """What one question counts in a sum; None while it is open."""

    item: Item
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Score:
    """A sum with its range, its meaning and how it came about; `total` is None when questions are open."""

    total: int | None
    highest: int
    band: str
    working: tuple[Counted, ...]
    bands: tuple[Band, ...] = ()

    @property
    def answered(self) -> int:
        """How many of its questions are answered."""
        return sum(one.points is not None for one in self.working)


def score(form: Questionnaire, answers: Answers) -> Score | None:
    """The score of a form's answers; None when the form has no rule, or lacks a question that its rule counts."""
    rule = rule_of(form.source)
    items = {item.link_id: item for item in walk(form.items)}
    if rule is None or any(question not in items for question in rule.questions):
        return None
    working = tuple(Counted(items[q], _weight(items[q], answers)) for q in rule.questions)
    known = [one.points for one in working if one.points is not None]
    total = int(sum(known)) if len(known) == len(rule.questions) else None
    band = next((b.label for b in rule.bands if total is not None and b.low <= total <= b.high), "")
    return Score(total, highest(form, rule), band, working, rule.bands)


def highest(form: Questionnaire, rule: Rule) -> int:
    """The largest sum that the questions of a rule can come to."""
    counted = (item for item in walk(form.items) if item.link_id in rule.questions)
    return sum(int(max((option.score or 0 for option in item.options), default=0)) for item in counted)


def flagged(form: Questionnaire, answers: Answers) -> bool:
    """Whether answers want a look at once: of its own, so that no score that fails can silence it (F61)."""
    rule = rule_of(form.source)
    items = {item.link_id: item for item in walk(form.items)}
    if rule is None:
        return False
    points = ((flag, _weight(items[flag.question], answers)) for flag in rule.flags if flag.question in items)
    return any(found is not None and found >= flag.least for flag, found in points)


def _weight(item: Item, answers: Answers) -> Decimal | None:
    values = [entry.value for entry in answers.get(item.link_id, ()) if entry.value is not None]
    return next((found for value in values if (found := weight_of(value, item.options)) is not None), None)
