"""Whether every question of a form can come to be asked, and whether its bands fit: what building checks (F78). Pure.

Each item is tried with the answers that it depends on, however far, and with nothing else: in all combinations of those
that make a difference to any condition, up to a number; beyond it by a fixed sample. Forms whose conditions are
calculated are not judged.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from math import prod
from random import Random
from typing import Any

from core.forms.asking.conditions import met
from core.forms.asking.places import Plan, plan
from core.forms.engine import evaluate
from core.forms.words import Answers, Condition, Entry, Item, Kind, Questionnaire, Value, walk

MOST_TRIED = 10_000
NOW = datetime(2000, 1, 1, tzinfo=UTC)
LITTLE = Decimal("0.001")
ANY: Mapping[Kind, Value] = {
    Kind.INTEGER: {"valueInteger": 1},
    Kind.DECIMAL: {"valueDecimal": Decimal(1)},
    Kind.DATE: {"valueDate": "2000-01-01"},
    Kind.DATE_TIME: {"valueDateTime": "2000-01-01"},
    Kind.TIME: {"valueTime": "12:00:00"},
    Kind.STRING: {"valueString": "x"},
    Kind.TEXT: {"valueString": "x"},
    Kind.OPEN_CHOICE: {"valueString": "x"},
    Kind.URL: {"valueUri": "https://x"},
    Kind.QUANTITY: {"valueQuantity": {"value": 1}},
    Kind.ATTACHMENT: {"valueAttachment": {"title": "x"}},
}
Given = Mapping[str, Value | None]


def never_asked(form: Questionnaire) -> tuple[Item, ...]:
    """The items that no combination of answers enables."""
    if form.calculates:
        return ()
    whole = plan(form)
    never: dict[str, Item] = {}
    for needed, together in _by_need(whole).items():
        # What stands in something that is never asked is not asked either, and needs no trying.
        hopeful = {name for name in together if whole.parent[name] not in never}
        left = hopeful - _reached(form, needed, hopeful)
        never |= {name: whole.items[name] for name in together if name in left or name not in hopeful}
    under = {below.link_id for item in whole.items.values() if item.kind.asks for below in walk(item.items)}
    return tuple(item for name, item in whole.items.items() if name in never and name not in under)


def _by_need(form: Plan) -> dict[frozenset[str], list[str]]:
    """The items by the questions whose answers decide whether they are asked; outer ones first."""
    needs: dict[str, frozenset[str]] = {}
    for name in form.settled:  # whoever is waited for comes before
        item, above = form.items[name], form.parent[name]
        asked = [one.question for one in item.conditions if not one.broken]
        asked += [above] if above and form.items[above].kind.asks else []
        needs[name] = frozenset().union(asked, *(needs[one] for one in (*asked, *([above] if above else ()))))
    found: dict[frozenset[str], list[str]] = {}
    for name in form.items:
        found.setdefault(needs[name], []).append(name)
    return found


def _reached(form: Questionnaire, needed: frozenset[str], wanted: Set[str]) -> set[str]:
    """Which of some items come to be asked, as far as all they need is concerned."""
    items = plan(form).items
    looked_at: dict[str, list[Condition]] = {name: [] for name in needed}
    for item in items.values():
        for condition in item.conditions:
            if condition.question in needed and not condition.broken:
                looked_at[condition.question].append(condition)
    small = replace(form, items=_only(form.items, needed | wanted))
    found: set[str] = set()
    tried = [[(name, value) for value in _telling(items[name], those)] for name, those in looked_at.items()]
    for given in _combinations(tried):
        found |= {one.item.link_id for one in evaluate(small, _placed(plan(small), dict(given)), now=NOW).asked}
        if wanted <= found:
            break
    return found


def _only(items: tuple[Item, ...], names: Set[str]) -> tuple[Item, ...]:
    """The same items, without those that neither are meant nor hold one that is."""
    cut = (replace(item, items=_only(item.items, names)) for item in items)
    return tuple(item for item in cut if item.items or item.link_id in names)


def _placed(form: Plan, given: Given, owner: str = "") -> Answers:
    """Answers where their questions stand: a group that repeats has one repetition."""
    found: dict[str, tuple[Entry, ...]] = {}
    for item in form.scopes.get(owner, ()):
        value = given.get(item.link_id)
        below = _placed(form, given, item.link_id) if item.link_id in form.scopes else {}
        if value is not None or (item.kind is Kind.GROUP and item.repeats):
            found[item.link_id] = (Entry(value, below),)
    return found


def _telling(item: Item, conditions: list[Condition]) -> list[Value | None]:
    """One answer for each way in which answers can meet the conditions that look at a question, or leave them unmet."""
    found: dict[tuple[bool, ...], Value | None] = {}
    for value in _values(item, conditions):
        values = () if value is None else (value,)
        told = (value is None and bool(item.items), *(met(one, values, item.options) for one in conditions))
        found.setdefault(told, value)
    # Most is met first: so what can be asked at all is mostly found at once.
    return [found[told] for told in sorted(found, key=lambda told: sum(told[1:]), reverse=True)]


def _values(item: Item, conditions: list[Condition]) -> Iterator[Value | None]:
    """No answer, any, every choice, and for each condition what it compares with and what lies around that."""
    yield None
    if item.kind is Kind.BOOLEAN:
        yield from ({"valueBoolean": True}, {"valueBoolean": False})
    yield from (option.value for option in item.options)
    if item.kind in ANY:
        yield ANY[item.kind]
    for condition in conditions:
        if condition.operator != "exists":
            ((name, compared),) = condition.answer.items()
            yield from ({name: one} for one in _around(name, compared))


def _around(name: str, compared: Any) -> tuple[Any, ...]:
    """A value with one less and one more; numbers also by a little, so that there is one between two near ones."""
    if isinstance(compared, bool):
        return (compared,)
    if isinstance(compared, int | Decimal):
        steps = (-1, 0, 1) if name == "valueInteger" else (-1, -LITTLE, 0, LITTLE, 1)
        return tuple(compared + step for step in steps)
    if isinstance(compared, dict) and isinstance(compared.get("value"), int | Decimal):
        return tuple({**compared, "value": one} for one in _around("", compared["value"]))
    if name in ("valueDate", "valueDateTime"):
        return (_days_on(compared, -1), compared, _days_on(compared, 1))
    if name == "valueTime":
        return ("00:00:00", _seconds_on(compared, -1), compared, _seconds_on(compared, 1), "23:59:59")
    return ("!", compared, f"{compared}!") if isinstance(compared, str) else (compared,)


def _days_on(written: str, days: int) -> str:
    """The day before or after, with the same time; of a month or a year the one before or after."""
    day, rest = written[:10], written[10:]
    try:
        if len(day) == len("2000-01-01"):
            return (date.fromisoformat(day) + timedelta(days)).isoformat() + rest
        moved = date.fromisoformat(f"{day}-01-01"[:10]) + timedelta(days * 366 if days > 0 else days)
    except (ValueError, OverflowError):
        return written
    return moved.isoformat()[: len(day)]


def _seconds_on(written: str, seconds: int) -> str:
    try:
        moved = datetime.combine(NOW, time.fromisoformat(written)) + timedelta(seconds=seconds)
    except ValueError:
        return written
    return moved.time().isoformat("seconds")


def _combinations(tried: list[list[tuple[str, Value | None]]]) -> Iterator[tuple[tuple[str, Value | None], ...]]:
    if prod(map(len, tried)) <= MOST_TRIED:
        yield from product(*tried)
        return
    chance = Random(1)  # noqa: S311 - the same sample every time, and nothing secret
    yield from (tuple(chance.choice(values) for values in tried) for _ in range(MOST_TRIED))
