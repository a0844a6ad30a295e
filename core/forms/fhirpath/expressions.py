"""Expressions at work: which formula stands where, what it may see, and what its results mean (F30, F52, F56-F58).

The expressions run in the cage of `paths`, over a working copy of the response in which chosen codings carry what they
count. Nothing here fails: an expression in trouble is told as late and never disables a question.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any

from core.forms.asking import judging
from core.forms.asking.judging import DIGITS
from core.forms.asking.places import Layout, Plan, Scope, Spot, counting, plan, repetition
from core.forms.fhirpath import paths
from core.forms.fhirpath.paths import Context, Task
from core.forms.launching import also_the_patient
from core.forms.response import Tree
from core.forms.values import content, equal, kind, order
from core.forms.words import (
    Answers,
    Constraint,
    Formula,
    Invalid,
    Item,
    Kind,
    Option,
    Place,
    Questionnaire,
    Toggle,
    Value,
    walk,
)

AT_ROOT = Place("")
UNNAMED = re.compile(
    r"linkId`?(?!`?\s*(?:=|in\b))|\bitem\)?\s*\.\s*(?!where\b|item\b)|\b(?:descendants|children)\(\)\s*\.\s*(?!where\b)"
)  # `linkId.startsWith('a')`, `item.answer`, `repeat(item).answer`, `descendants().answer`
_Key = tuple[Place, str, str]  # where, what for, which expression


@dataclass(frozen=True, slots=True)
class Worked:
    """What the expressions came to, by place. `late` are linkIds whose expression failed or took too long."""

    calculated: Mapping[Place, tuple[Value, ...]] = field(default_factory=dict)
    enabled: Mapping[Place, bool] = field(default_factory=dict)
    options: Mapping[Place, tuple[Option, ...]] = field(default_factory=dict)
    off: Mapping[Place, tuple[Value, ...]] = field(default_factory=dict)
    minimum: Mapping[Place, Value] = field(default_factory=dict)
    maximum: Mapping[Place, Value] = field(default_factory=dict)
    broken: Mapping[Place, tuple[Constraint, ...]] = field(default_factory=dict)
    late: frozenset[str] = frozenset()

    def same_as(self, other: "Worked") -> bool:
        """Whether another round changed anything that decides what is enabled or answered."""
        mine = (self.calculated, self.enabled, self.options, self.off)
        return mine == (other.calculated, other.enabled, other.options, other.off)

    def beyond(self, spot: Spot) -> str:
        """The moving limit that a spot's answers break, as a word; empty when they keep to it."""
        for limits, word, sign in ((self.minimum, "minValue", -1), (self.maximum, "maxValue", 1)):
            limit = limits.get(spot.place) if limits else None
            if limit is not None and any(order(value, limit) == sign for value in spot.values):
                return word
        return ""

    def constraints(self, form: Questionnaire, layout: Layout) -> tuple[tuple[Invalid, ...], tuple[Invalid, ...]]:
        """The checks that do not hold: those that block, and those that only warn."""
        found = [
            (Invalid(place, "constraint", one.human), one.warning) for place, all in self.broken.items() for one in all
        ]
        return tuple(one for one, warning in found if not warning), tuple(one for one, warning in found if warning)


NOTHING_WORKED = Worked()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One expression where it stands, and what its result is for."""

    spot: Spot | None
    purpose: str
    formula: Formula
    constraint: Constraint | None = None
    toggle: Toggle | None = None
    scope: Scope | None = None  # the repetition that is meant, where the spot is a group that has several

    @property
    def place(self) -> Place:
        """Where it stands."""
        if self.spot is None:
            return AT_ROOT
        return self.spot.place if self.scope is None else repetition(self.scope)

    @property
    def key(self) -> _Key:
        """What its result is kept under from round to round."""
        return (self.place, self.purpose, self.formula.text)


class Working:
    """The expressions of one form, for one evaluation: the budget of time is shared by its rounds."""

    def __init__(self, form: Questionnaire, now: datetime | None, patient: Mapping[str, Any] | None) -> None:
        self._form = form
        self._asking = paths.Asking(form.digest, form.source, now, patient)
        self._answers: Answers = {}
        self._results: dict[_Key, list[Any] | None] = {}

    def work(self, layout: Layout) -> Worked:
        """One round; an expression is evaluated again only when a question that its text names has changed."""
        tree = Tree(scored=True)
        answers = counting(layout.root)
        resource = {
            "resourceType": "QuestionnaireResponse",
            "status": "in-progress",
            "item": tree.items(self._form.items, answers),
        }
        changed = _changed(plan(self._form), self._answers, answers)
        self._answers = answers
        wanted = [*self._of_form(), *(one for spot in _enabled_or_not(layout) for one in _of_spot(spot))]
        contexts = _Contexts(self._form, tree.where, layout)
        due = [one for one in wanted if one.key not in self._results or self._reads(one, changed)]
        tasks = [Task(one.formula.text, contexts.of(one.spot, one.scope)) for one in due]
        for one, found in zip(due, self._asking.ask(resource, tasks), strict=True):
            self._results[one.key] = found
        return _sorted([(one, self._results[one.key]) for one in wanted])

    def _reads(self, wanted: _Wanted, changed: Set[str]) -> bool:
        """Whether an expression or a variable it may use names what has changed; without names it may read all."""
        formulas = [wanted.formula, *self._form.formulas.variables]
        above = wanted.spot.item.link_id if wanted.spot else ""
        form = plan(self._form)
        while above:
            formulas += form.items[above].formulas.variables
            above = form.parent[above]
        named = {string for one in formulas for string in one.strings if string in form.items}
        return bool(changed) and (not named or any(map(_reads_unnamed, formulas)) or not named.isdisjoint(changed))

    def _of_form(self) -> Iterator[_Wanted]:
        for one in self._form.formulas.constraints:
            yield _Wanted(None, "constraint", one.formula, one)


def _reads_unnamed(formula: Formula) -> bool:
    """Whether it may read answers of questions that it does not call by their linkId."""
    return UNNAMED.search(formula.text) is not None


def _changed(form: Plan, before: Answers, after: Answers) -> set[str]:
    """Questions whose answers are not what they were, and the groups they stand in."""
    found: set[str] = set()
    for link_id in before.keys() | after.keys():
        if before.get(link_id) == after.get(link_id):
            continue
        # What stands under a repetition or an answer changes with it: its whole subtree may have.
        found |= {link_id, *(one.link_id for one in walk(form.items[link_id].items))}
        above = form.parent[link_id]
        while above:
            found.add(above)
            above = form.parent[above]
    return found


def _enabled_or_not(layout: Layout) -> Iterator[Spot]:
    for link_id, item in layout.plan.items.items():
        if item.formulas or item.limits.minimum_formula or item.limits.maximum_formula:
            yield from layout.by_item[link_id]


def _of_spot(spot: Spot) -> Iterator[_Wanted]:
    formulas, limits = spot.item.formulas, spot.item.limits
    by_purpose = {
        "enabled": formulas.enabled,
        "calculated": formulas.calculated if spot.enabled else None,
        "options": formulas.answers,
        "minimum": limits.minimum_formula,
        "maximum": limits.maximum_formula,
    }
    for purpose, formula in by_purpose.items():
        if formula is not None:
            yield _Wanted(spot, purpose, formula)
    for toggle in formulas.toggles:
        yield _Wanted(spot, "off", toggle.formula, toggle=toggle)
    if spot.enabled:
        several = spot.scopes if spot.item.kind is Kind.GROUP and spot.item.repeats else (None,)
        for one, scope in product(formulas.constraints, several):
            yield _Wanted(spot, "constraint", one.formula, one, scope=scope)


class _Contexts:
    """What an expression may see where it stands: `%context` and the variables in scope, outermost first (F58)."""

    def __init__(self, form: Questionnaire, where: Mapping[Place, tuple[str | int, ...]], layout: Layout) -> None:
        self._form = form
        self._where = where
        self._plan = plan(form)
        self._raw = _raw_places(form.source)
        variables = ((one.name, one.text) for one in form.formulas.variables)
        self._root = Context((), (), (*also_the_patient(form.source), *variables), None)
        self._known: dict[Place, Context] = {}

    def of(self, spot: Spot | None, scope: Scope | None = None) -> Context:
        """The context of a spot, or of one repetition of a group; of the form itself without one."""
        if spot is None:
            return self._root
        place = spot.place if scope is None else repetition(scope)
        if place not in self._known:
            variables = tuple((one.name, one.text) for one in spot.item.formulas.variables)
            way = self._where.get(place)
            self._known[place] = Context(way, self._raw.get(spot.item.link_id, ()), variables, self._above(spot))
        return self._known[place]

    def _above(self, spot: Spot) -> Context:
        parent = self._plan.parent[spot.item.link_id]
        if not parent:
            return self._root
        if (inside := spot.scope.spots.get(parent)) is not None:
            return self.of(inside)
        owner = spot.scope.owner
        return self.of(owner, spot.scope if owner is not None and owner.item.kind is Kind.GROUP else None)


def _raw_places(source: Mapping[str, Any]) -> dict[str, tuple[str | int, ...]]:
    """The way to each item in the Questionnaire as it was written, for `%qitem`."""
    found: dict[str, tuple[str | int, ...]] = {}
    todo: list[tuple[Any, tuple[str | int, ...]]] = [(source, ())]
    while todo:
        one, way = todo.pop()
        below = one.get("item")
        for number, item in enumerate(below if isinstance(below, list) else ()):
            if isinstance(item, dict):
                here = (*way, "item", number)
                found.setdefault(str(item.get("linkId")), here)
                todo.append((item, here))
    return found


def _sorted(results: Sequence[tuple[_Wanted, list[Any] | None]]) -> Worked:
    """Results by their purpose; None is an expression in trouble."""
    worked: dict[str, dict[Place, Any]] = {
        name: {} for name in ("calculated", "enabled", "options", "off", "minimum", "maximum", "broken")
    }
    late = set()
    for one, found in results:
        place = one.place
        if found is None:
            late.add(place.link_id)
        elif one.purpose == "enabled":
            worked["enabled"][place] = bool(found) and bool(found[0])  # an answer is as good as a yes, as elsewhere
        elif one.toggle is not None:
            if found != [True]:
                worked["off"][place] = (*worked["off"].get(place, ()), *one.toggle.options)
        elif one.purpose == "constraint":
            if found == [False]:
                worked["broken"][place] = (*worked["broken"].get(place, ()), one.constraint)
        elif one.spot is not None and one.purpose == "options":
            worked["options"][place] = tuple(
                _option(one.spot.item, content) for content in found if content is not None
            )
        elif one.spot is not None and (values := as_values(one.spot.item, found)):
            worked[one.purpose][place] = values if one.purpose == "calculated" else values[0]
    return Worked(**worked, late=frozenset(late))


def _option(item: Item, content: Any) -> Option:
    value = as_value(item, content) or {"valueString": str(content)}
    inside = next(iter(value.values()))
    label = inside.get("display") or inside.get("code") or "" if isinstance(inside, dict) else str(inside)
    return Option(value, str(label))


def as_values(item: Item, found: Sequence[Any]) -> tuple[Value, ...]:
    """Results of an expression as answers of an item; what does not fit is no answer (F57)."""
    values = tuple(value for one in found if (value := as_value(item, one)) is not None)
    return values if item.repeats else values[:1]


def as_value(item: Item, found: Any) -> Value | None:
    """One result as an answer of an item's own kind; None where no answer of that kind can hold it (F57)."""
    if item.options:
        return next((o.value for o in item.options if _chooses(o, found)), None)
    if isinstance(found, Decimal) and not found.is_finite():
        return None
    value = _as_written(item, found)
    return value if value is not None and _can_be_kept(item, value) else None


def _can_be_kept(item: Item, value: Value) -> bool:
    expected, judge = judging.JUDGES[item.kind]
    return kind(value) not in expected or judge(content(value), value)


def _as_written(item: Item, found: Any) -> Value | None:
    match item.kind, found:
        case Kind.BOOLEAN, bool():
            return {"valueBoolean": found}
        case _, bool():
            return None
        case Kind.INTEGER, int() | Decimal():
            return {"valueInteger": int(Decimal(found).to_integral_value(ROUND_HALF_UP))}
        case Kind.DECIMAL, int() | Decimal():
            return {"valueDecimal": _within(item, tidy(Decimal(found)))}
        case Kind.QUANTITY, int() | Decimal():
            unit = item.units[0] if item.units else {}
            named = {
                "unit": unit.get("display") or unit.get("code"),
                "system": unit.get("system"),
                "code": unit.get("code"),
            }
            return {"valueQuantity": {"value": tidy(Decimal(found)), **{k: v for k, v in named.items() if v}}}
        case Kind.QUANTITY, {"value": _}:
            return {"valueQuantity": found}
        case Kind.DATE, str():
            return {"valueDate": found.removeprefix("@")[:10]}
        case Kind.DATE_TIME, str():
            return {"valueDateTime": found.removeprefix("@")}
        case Kind.TIME, str():
            return {"valueTime": found.removeprefix("@").removeprefix("T")}
        case Kind.STRING | Kind.TEXT, str() | int() | Decimal() if str(found):
            return {"valueString": str(found)}
        case Kind.URL, str():
            return {"valueUri": found}
        case Kind.CHOICE | Kind.OPEN_CHOICE, {"code": _} | {"display": _}:
            return {"valueCoding": {key: one for key, one in found.items() if key != "extension"}}
        case Kind.OPEN_CHOICE | Kind.CHOICE, str() if found:
            return {"valueString": found}
    return None


def _within(item: Item, number: Decimal) -> Decimal:
    """Rounded to the places that the item may have: nobody could put a calculated one right."""
    places = item.limits.decimals
    exponent = number.as_tuple().exponent
    too_many = places is not None and isinstance(exponent, int) and -exponent > places
    return number.quantize(Decimal(1).scaleb(-(places or 0)), ROUND_HALF_UP) if too_many else number


def tidy(number: Decimal) -> Decimal:
    """At most 18 digits, at least 15 of them where there were more; one too large for that stays as it is."""
    whole = max(number.adjusted() + 1, 1) if number.is_finite() else DIGITS
    if len(number.as_tuple().digits) > DIGITS and whole <= DIGITS:
        places = min(max(9, 14 - number.adjusted()), DIGITS - whole if number.adjusted() >= 0 else 40)
        number = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP).normalize()
    return Decimal(format(number, "f"))


def _chooses(option: Option, found: Any) -> bool:
    inside = next(iter(option.value.values()), None)
    if isinstance(found, dict):
        return equal(option.value, {"valueCoding": found}, loose=True)
    return found == inside or (isinstance(inside, dict) and found in (inside.get("code"), inside.get("display")))
