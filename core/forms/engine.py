"""The engine: `(form, answers) -> State`, pure. Portal, preview and the final judge call this one function.

Conditions follow the tables of forms.md section 3. A disabled question has no answer for any other condition, and what
stands below it is disabled too (F27); the result does not depend on the order of items (F31).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from core.forms.questionnaire import walk
from core.forms.words import Answers, Condition, Invalid, Item, Kind, Page, Questionnaire, State, Value

NOT_ASKED = frozenset({Kind.GROUP, Kind.DISPLAY})


def evaluate(form: Questionnaire, answers: Answers) -> State:
    """Which items are enabled, on which pages they are asked, and what is wrong or missing."""
    enabled = _enabled(form, answers)
    pages = tuple(_pages(form.items, enabled))
    invalid = tuple(
        Invalid(page.question.link_id, why)
        for page in pages
        if (why := wrong(page.question, answers.get(page.question.link_id, ())))
    )
    return State(enabled, pages, invalid)


def wrong(item: Item, values: tuple[Value, ...]) -> str:
    """Why an item's answer cannot be taken, as one of the contract's words; empty when it can."""
    if not values:
        return "required" if item.required else ""
    if len(values) > 1 and not item.repeats:
        return "occurs"
    for value in values:
        if why := _wrong_value(item, value):
            return why
    return ""


def first_open(state: State, answers: Answers) -> int:
    """The number (from 1) of the first page that still needs something; one past the last when none does."""
    bad = {one.link_id for one in state.invalid}
    for number, page in enumerate(state.pages, 1):
        if page.question.link_id in bad or page.question.link_id not in answers:
            return number
    return len(state.pages) + 1


# -- conditions ------------------------------------------------------------------------------------------------------


def _enabled(form: Questionnaire, answers: Answers) -> frozenset[str]:
    """To a fixed point: at most one round more than there are items, since circles were refused at import."""
    known = {item.link_id: item for item in walk(form.items)}
    enabled = frozenset(known)
    for _ in range(len(known) + 2):
        now = frozenset(_round(form.items, known, enabled, answers))
        if now == enabled:
            break
        enabled = now
    return enabled


def _round(items: tuple[Item, ...], known: Mapping[str, Item], enabled: frozenset[str], answers: Answers) -> set[str]:
    found: set[str] = set()
    for item in items:
        if not _holds(item, known, enabled, answers):
            continue
        found.add(item.link_id)
        below = item.kind is Kind.GROUP or item.kind is Kind.DISPLAY or bool(answers.get(item.link_id))
        if below:
            found |= _round(item.items, known, enabled, answers)
    return found


def _holds(item: Item, known: Mapping[str, Item], enabled: frozenset[str], answers: Answers) -> bool:
    results = [_met(one, known, enabled, answers) for one in item.conditions if one.question in known]
    if not results:
        return True
    return any(results) if item.behavior == "any" else all(results)


def _met(condition: Condition, known: Mapping[str, Item], enabled: frozenset[str], answers: Answers) -> bool:
    values = answers.get(condition.question, ()) if condition.question in enabled else ()
    if condition.operator == "exists":
        return bool(values) == (condition.answer.get("valueBoolean") is True)
    item = known[condition.question]
    compared = [_compare(item, value, condition) for value in values]
    if condition.operator == "!=":
        return not any(compared)
    return any(compared)


def _compare(item: Item, value: Value, condition: Condition) -> bool:
    if condition.operator in ("=", "!="):
        return same(value, condition.answer)
    left, right = _rank(item, value), _rank(item, condition.answer)
    if left is None or right is None or type(left) is not type(right):
        return False
    order: dict[str, Callable[[Any, Any], bool]] = {
        ">": lambda a, b: a > b,
        "<": lambda a, b: a < b,
        ">=": lambda a, b: a >= b,
        "<=": lambda a, b: a <= b,
    }
    return order[condition.operator](left, right)


def same(left: Value, right: Value) -> bool:
    """Whether two answers are equal: codings by system and code (F21), numbers by value, the rest as written."""
    a, b = next(iter(left.values()), None), next(iter(right.values()), None)
    if isinstance(a, dict) and isinstance(b, dict):
        if "code" not in a or "code" not in b:
            return a.get("display") == b.get("display")
        return a["code"] == b["code"] and (a.get("system") == b.get("system") or b.get("system") is None)
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, int | float | Decimal) and isinstance(b, int | float | Decimal):
        return Decimal(str(a)) == Decimal(str(b))
    if isinstance(a, dict) and isinstance(b, str):
        return b in (a.get("display"), a.get("code"))
    return a is not None and a == b


def _rank(item: Item, value: Value) -> Decimal | str | None:
    """What an answer is ordered by: a number, a date or text of equal precision, a coding's ordinal."""
    content = next(iter(value.values()), None)
    if isinstance(content, dict):
        score = next((option.score for option in item.options if same(option.value, value)), None)
        return Decimal(str(score)) if score is not None else None
    if isinstance(content, bool) or content is None:
        return None
    try:
        return Decimal(str(content)) if isinstance(content, int | float | Decimal) else str(content)
    except InvalidOperation:
        return None


# -- pages -----------------------------------------------------------------------------------------------------------


def _pages(items: tuple[Item, ...], enabled: frozenset[str], group: str = "") -> list[Page]:
    """One question a page; displays join the question that follows them (F44)."""
    pages: list[Page] = []
    before: list[Item] = []
    for item in items:
        if item.link_id not in enabled or item.hidden:
            continue
        if item.kind is Kind.DISPLAY:
            before.append(item)
            continue
        if item.kind is Kind.GROUP:
            below = _pages(item.items, enabled, item.text or group)
        else:
            askable = not item.read_only and not (item.kind is Kind.CHOICE and not item.options)
            mine = [Page(item, (), group)] if askable else []
            below = mine + _pages(item.items, enabled, group)
        if below and before:
            below[0] = Page(below[0].question, (*before, *below[0].before), below[0].group)
            before = []
        pages += below
    return pages


def _wrong_value(item: Item, value: Value) -> str:
    content = next(iter(value.values()), None)
    if item.options and item.kind is not Kind.OPEN_CHOICE and not any(same(o.value, value) for o in item.options):
        return "option"
    if isinstance(content, str) and item.max_length is not None and len(content) > item.max_length:
        return "maxLength"
    rank = _rank(item, value)
    for bound, word, below in ((item.minimum, "minValue", True), (item.maximum, "maxValue", False)):
        limit = _rank(item, bound) if bound else None
        if rank is None or limit is None or type(rank) is not type(limit):
            continue
        if (rank < limit) if below else (rank > limit):  # type: ignore[operator]  # both of one type by now
            return word
    return ""
