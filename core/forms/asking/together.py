"""Which questions share a page: those of a group that is a page, and of a group of few short fields (F35, F44).

What waits for an answer on a page begins the next one, so that no page holds a question which an answer on it removes.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from core.forms.asking.revealing import shares
from core.forms.words import Condition, Item, Kind, walk

MOST_SHORT = 5  # questions of a group that is one page without saying so: a name, an address
MOST = 20  # controls of a page
LISTED = frozenset({"list", "table", "htable", "gtable", "atable", "grid"})
SHORT = frozenset({Kind.STRING, Kind.INTEGER, Kind.DECIMAL, Kind.DATE, Kind.TIME, Kind.QUANTITY})


def together(
    items: tuple[Item, ...],
    waiting: Mapping[str, Sequence[str]],
    revealed: Mapping[str, Condition],
    *,
    lists: bool = False,
) -> dict[str, str]:
    """By linkId the first question of the page that it shares; who is asked alone is not in it.

    `waiting` is what each item waits for, the item above it included; who is `revealed` in place may stand beside the
    question it waits for. With `lists` the questions of a list, and those that share their choices, are one page.
    """
    calculated = {item.link_id for item in walk(items) if item.formulas.calculated}
    found: dict[str, str] = {}
    for group in walk(items):
        if group.kind is Kind.GROUP and (_is_page(group) or (lists and _is_list(group))):
            for page in _pages(tuple(_inside(group)), waiting, calculated, revealed):
                found |= {link_id: page[0] for link_id in page if len(page) > 1 and link_id not in found}
    if lists:
        found |= {link_id: run[0] for run in _alike(items, waiting) for link_id in run if link_id not in found}
    return found


def _is_list(group: Item) -> bool:
    asked = [item for item in group.items if item.kind is not Kind.DISPLAY and not item.hidden]
    alike = len(asked) > 1 and bool(asked[0].options) and all(item.options == asked[0].options for item in asked)
    return group.look.control in LISTED or alike


def _alike(items: tuple[Item, ...], waiting: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Runs of questions outside of groups that share one list of choices, like those of many instruments."""
    for options, run in groupby(items, lambda item: item.options):
        alike = [item.link_id for item in run if shares(item) and not _waits_for(item.link_id, waiting)]
        if options and 1 < len(alike) <= MOST:
            yield alike


def _is_page(group: Item) -> bool:
    asked = [item for item in group.items if item.kind is not Kind.DISPLAY and not item.hidden]
    return group.look.control == "page" or (1 < len(asked) <= MOST_SHORT and all(map(_short, asked)))


def _inside(group: Item) -> Iterator[Item]:
    """What a page of a group asks, in order: groups that repeat have pages of their own."""
    for item in group.items:
        yield item
        if item.kind is Kind.GROUP and not item.repeats:
            yield from _inside(item)


def _pages(
    inside: tuple[Item, ...],
    waiting: Mapping[str, Sequence[str]],
    calculated: set[str],
    revealed: Mapping[str, Condition],
) -> Iterator[list[str]]:
    page: list[str] = []
    for item in inside:
        if item.hidden or item.kind is Kind.DISPLAY or (item.kind is Kind.GROUP and not item.repeats):
            continue
        waits = _waits_for(item.link_id, waiting)
        alone = not shares(item) or bool(waits & calculated)
        if item.link_id in revealed and revealed[item.link_id].question in page:
            page.append(item.link_id)
            continue
        if alone or len(page) >= MOST or waits & set(page):
            yield page
            page = []
        if not alone:
            page.append(item.link_id)
    yield page


def _short(item: Item) -> bool:
    return item.kind in SHORT and not item.options and shares(item)


def _waits_for(link_id: str, waiting: Mapping[str, Sequence[str]]) -> set[str]:
    """Everything an item waits for, through whatever stands between."""
    found: set[str] = set()
    todo = [link_id]
    while todo:
        for other in waiting.get(todo.pop(), ()):
            if other not in found:
                found.add(other)
                todo.append(other)
    return found
