"""Whether every question of a form can come to be asked, and whether its bands fit: what building checks (F78). Pure.

The answers that conditions look at are tried in all combinations, up to a number; beyond it by a fixed sample. Forms
whose conditions are calculated are not judged.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice, product
from math import prod
from random import Random

from core.forms.engine import evaluate
from core.forms.words import Condition, Entry, Item, Kind, Questionnaire, Value, walk

MOST_TRIED = 2_000
NOW = datetime(2000, 1, 1, tzinfo=UTC)


def never_asked(form: Questionnaire) -> tuple[Item, ...]:
    """The items that no combination of answers enables."""
    items = {item.link_id: item for item in walk(form.items)}
    if form.calculates:
        return ()
    looked_at: dict[str, list[Condition]] = {}
    for item in items.values():
        for condition in item.conditions:
            looked_at.setdefault(condition.question, []).append(condition)
    tried = [[(question, value) for value in _values(items[question], found)] for question, found in looked_at.items()]
    left = dict(items)
    for given in _combinations(tried):
        answers = {question: (Entry(value),) for question, value in given if value is not None}
        for asked in evaluate(form, answers, now=NOW).asked:
            left.pop(asked.item.link_id, None)
        if not left:
            break
    under = {below.link_id for item in items.values() if item.kind.asks for below in walk(item.items)}
    return tuple(item for link_id, item in left.items() if link_id not in under)


def _values(item: Item, conditions: list[Condition]) -> Iterator[Value | None]:
    """No answer, every choice, and for each condition a value on either side of what it compares with."""
    yield None
    if item.kind is Kind.BOOLEAN:
        yield from ({"valueBoolean": True}, {"valueBoolean": False})
    yield from (option.value for option in item.options)
    for condition in conditions:
        name, compared = next(iter(condition.answer.items()), ("", None))
        if condition.operator == "exists":
            yield _any(item)
        elif isinstance(compared, int | Decimal) and not isinstance(compared, bool):
            yield from ({name: compared + step} for step in (-1, 0, 1))
        elif compared is not None:
            yield dict(condition.answer)


def _any(item: Item) -> Value:
    if item.options:
        return item.options[0].value
    made: dict[Kind, Value] = {
        Kind.BOOLEAN: {"valueBoolean": True},
        Kind.INTEGER: {"valueInteger": 1},
        Kind.DECIMAL: {"valueDecimal": Decimal(1)},
        Kind.DATE: {"valueDate": "2000-01-01"},
        Kind.TIME: {"valueTime": "12:00:00"},
    }
    return made.get(item.kind, {"valueString": "x"})


def _combinations(tried: list[list[tuple[str, Value | None]]]) -> Iterator[tuple[tuple[str, Value | None], ...]]:
    if prod(map(len, tried)) <= MOST_TRIED:
        yield from product(*tried)
        return
    chance = Random(1)  # noqa: S311 - the same sample every time, and nothing secret
    yield from islice((tuple(chance.choice(values) for values in tried) for _ in range(MOST_TRIED)), MOST_TRIED)
