"""Which questions are shown in place, under the choice that asks for them (F36).

Only where the one condition is `=` on the question right before: then the page can offer both, and one static rule of
the style sheet shows what belongs to the choice. Everything else that waits for an answer stands on a later page.
"""

from collections.abc import Iterator

from core.forms.asking.controls import control
from core.forms.values import equal
from core.forms.words import Asked, Condition, Item, Kind, Place

MOST = 3  # questions under one question: more would be a page of its own in hiding
PICKED = frozenset({"boolean", "radios", "checkboxes"})


def revealed(items: tuple[Item, ...]) -> dict[str, Condition]:
    """By linkId the condition under whose choice a question is shown."""
    found: dict[str, Condition] = {}
    todo = [items]
    while todo:
        siblings = todo.pop()
        todo += [item.items for item in siblings if item.items]
        for place, item in enumerate(siblings):
            if _is_picked(item):
                under = list(_under(item, siblings[place + 1 :]))
                found |= {one.link_id: one.conditions[0] for one in under} if len(under) <= MOST else {}
    return found


def shares(item: Item) -> bool:
    """Whether a question can stand beside others: files and lists have buttons of their own."""
    formulas = bool(item.formulas.enabled or item.formulas.answers or item.formulas.toggles)
    listed = item.repeats and not item.options
    asks_on = any(below.kind is not Kind.DISPLAY for below in item.items)
    return item.askable and item.kind is not Kind.ATTACHMENT and not (formulas or listed or asks_on)


def _is_picked(item: Item) -> bool:
    whole = Asked(Place(item.link_id), item, item.name, options=item.options)
    return item.askable and shares(item) and control(whole) in PICKED


def _under(item: Item, after: tuple[Item, ...]) -> Iterator[Item]:
    for one in after:
        if not (shares(one) and _waits_for_a_choice(one, item)):
            return
        yield one


def _waits_for_a_choice(one: Item, item: Item) -> bool:
    if len(one.conditions) != 1:
        return False
    (condition,) = one.conditions
    if condition.question != item.link_id or condition.operator != "=" or condition.broken:
        return False
    if item.kind is Kind.BOOLEAN:
        return isinstance(condition.answer.get("valueBoolean"), bool)
    return any(equal(option.value, condition.answer, loose=True) for option in item.options)
