"""Scores: plain sums of the weights that options carry, explained by bands; never a low score by silence (F59).

Bands: PHQ-9, Kroenke, Spitzer, Williams 2001; GAD-7, Spitzer, Kroenke, Williams, Löwe 2006. The instruments' weights
come with the form (`ordinalValue`); here stands only which questions count, what the sums mean, and what is urgent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.forms.values import score as weight_of
from core.forms.words import Answers, Item, Questionnaire, walk


@dataclass(frozen=True, slots=True)
class Band:
    """What a sum from `low` to `high` means."""

    low: int
    high: int
    label: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How a form is scored; an `urgent` question with any weight above 0 wants a look at once (F61)."""

    questions: tuple[str, ...]
    bands: tuple[Band, ...]
    urgent: tuple[str, ...] = ()


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


_SEVERITY = (Band(0, 4, "minimal"), Band(5, 9, "mild"), Band(10, 14, "moderate"))

RULES: Mapping[str, Rule] = {
    "phq-9": Rule(
        tuple(f"phq9-{n}" for n in range(1, 10)),
        (*_SEVERITY, Band(15, 19, "moderately severe"), Band(20, 27, "severe")),
        urgent=("phq9-9",),
    ),
    "gad-7": Rule(tuple(f"gad7-{n}" for n in range(1, 8)), (*_SEVERITY, Band(15, 21, "severe"))),
}


def score(name: str, form: Questionnaire, answers: Answers) -> Score | None:
    """The score of a form's answers; None when the form has no rule, or is not the one the rule was made for."""
    rule = RULES.get(name)
    items = {item.link_id: item for item in walk(form.items)}
    if rule is None or any(question not in items for question in rule.questions):
        return None
    working = tuple(Counted(items[q], _weight(items[q], answers)) for q in rule.questions)
    known = [one.points for one in working if one.points is not None]
    highest = sum(int(max((o.score or 0 for o in items[q].options), default=0)) for q in rule.questions)
    total = int(sum(known)) if len(known) == len(rule.questions) else None
    band = next((b.label for b in rule.bands if total is not None and b.low <= total <= b.high), "")
    return Score(total, highest, band, working, rule.bands)


def flagged(name: str, form: Questionnaire, answers: Answers) -> bool:
    """Whether answers want a look at once: of its own, so that no score that fails can silence it (F61)."""
    rule = RULES.get(name)
    items = {item.link_id: item for item in walk(form.items)}
    if rule is None:
        return False
    return any((_weight(items[question], answers) or 0) > 0 for question in rule.urgent if question in items)


def _weight(item: Item, answers: Answers) -> Decimal | None:
    values = [entry.value for entry in answers.get(item.link_id, ()) if entry.value is not None]
    return next((found for value in values if (found := weight_of(value, item.options)) is not None), None)
