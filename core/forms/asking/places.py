"""Where items stand among repetitions: a form laid out over a draft (F28, F29).

A *scope* is the whole form, one repetition of a group, or one answer with questions under it. A *spot* is one item in
one scope; a group that does not repeat shares the scope it stands in. What of this depends on the form alone is worked
out once and kept as its `Plan`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from core.forms.asking.circles import settled
from core.forms.asking.conditions import waiting
from core.forms.asking.revealing import revealed
from core.forms.asking.together import together
from core.forms.words import Answers, Condition, Entry, Item, Kind, Option, Place, Questionnaire, Value, walk

ONE_EMPTY = (Entry(),)


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a form never changes: who stands under whom, who owns which scope, who is decided first."""

    items: Mapping[str, Item]
    parent: Mapping[str, str]  # empty for the top
    owners: Mapping[str, tuple[str, ...]]  # repeating groups and questions an item stands under, outermost first
    order: Mapping[str, int]
    settled: tuple[str, ...]
    scored: bool
    together: Mapping[str, str]  # by linkId the first question of the page that it shares
    revealed: Mapping[str, Condition]  # by linkId the condition under whose choice it is shown in place (F36)
    scopes: Mapping[str, tuple[Item, ...]]  # the items of an owner's scope; empty name: of the whole form


def opens_scopes(item: Item) -> bool:
    """Whether what stands below an item exists once for each repetition or answer."""
    return item.repeats if item.kind is Kind.GROUP else item.kind.asks


@lru_cache(maxsize=256)
def plan(form: Questionnaire) -> Plan:
    """The plan of a form, worked out once."""
    items = form.items
    found = {item.link_id: item for item in walk(items)}
    parent: dict[str, str] = {}
    owners: dict[str, tuple[str, ...]] = {}
    scopes: dict[str, list[Item]] = {"": []}
    todo: list[tuple[Item, str, tuple[str, ...]]] = [(item, "", ()) for item in reversed(items)]
    while todo:
        item, above, over = todo.pop()
        parent[item.link_id], owners[item.link_id] = above, over
        scopes.setdefault(over[-1] if over else "", []).append(item)
        for below in reversed(item.items):
            # A display under a question is its help: it is shown with the question, not with an answer (F29).
            inside = opens_scopes(item) and not (item.kind.asks and below.kind is Kind.DISPLAY)
            todo.append((below, item.link_id, (*over, item.link_id) if inside else over))
    waits, in_place = waiting(items, {}), revealed(items)
    return Plan(
        items=found,
        parent=parent,
        owners=owners,
        order={link_id: number for number, link_id in enumerate(found)},
        scored=form.scored,
        together=together(items, waits, in_place, lists=form.lists_together),
        revealed=in_place,
        settled=settled(waits),
        scopes={owner: tuple(inside) for owner, inside in scopes.items()},
    )


class Scope:
    """The whole form, one repetition, or one answer; it holds one spot of each of its items."""

    __slots__ = ("entry", "index", "owner", "spots")

    def __init__(self, owner: "Spot | None", index: int, entry: Entry) -> None:
        self.owner = owner
        self.index = index
        self.entry = entry
        self.spots: dict[str, Spot] = {}

    @property
    def under(self) -> tuple[tuple[str, int], ...]:
        """The repetitions that lead here."""
        if self.owner is None:
            return ()
        return (*self.owner.scope.under, (self.owner.item.link_id, self.index))

    @property
    def name(self) -> str:
        """What the names of fields carry, so that each repetition has its own."""
        return "" if self.owner is None else f"{self.owner.scope.name}_{self.entry.key or self.index}"

    def up(self) -> "Scope":
        """The scope that holds this one. Never asked of the whole form."""
        assert self.owner is not None  # noqa: S101 - the caller climbed no further than there are owners
        return self.owner.scope


class Spot:
    """One item in one scope. `entries` are the answers that count; `given` all that were handed in."""

    __slots__ = ("enabled", "entries", "given", "item", "options", "scope", "scopes", "wrong")

    def __init__(self, item: Item, scope: Scope, given: tuple[Entry, ...]) -> None:
        self.item = item
        self.scope = scope
        self.given = given
        self.entries = given
        self.options: tuple[Option, ...] = item.options
        self.scopes: list[Scope] = []
        self.enabled = False
        self.wrong = ""

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.item.link_id, self.scope.under)

    @property
    def name(self) -> str:
        """The opaque name of its field on a page."""
        return self.item.name + self.scope.name

    @property
    def values(self) -> tuple[Value, ...]:
        """Its answers that count, while it is enabled."""
        return tuple(one.value for one in self.entries if one.value is not None) if self.enabled else ()


class Layout:
    """A form laid out over answers: every spot, by item and in the order of the form.

    `fill` is called for each spot as it is made: it decides which of the `given` answers count.
    """

    def __init__(self, form: Questionnaire, answers: Answers, fill: Callable[["Spot"], None]) -> None:
        self.plan = plan(form)
        self._fill_spot = fill
        self.by_item: dict[str, list[Spot]] = {link_id: [] for link_id in self.plan.items}
        self.root = Scope(None, 0, Entry(None, answers))
        self._fill(self.root, "")

    def _fill(self, scope: Scope, owner: str) -> None:
        """Iterative by scopes: forms nest as deep as 20, drafts never deeper than their form."""
        todo = [(scope, owner)]
        while todo:
            inside, name = todo.pop()
            for item in self.plan.scopes.get(name, ()):
                spot = Spot(item, inside, inside.entry.below.get(item.link_id, ()))
                self._fill_spot(spot)
                inside.spots[item.link_id] = spot
                self.by_item[item.link_id].append(spot)
                if item.link_id in self.plan.scopes:
                    spot.scopes = self.scopes_of(spot)
                    todo += [(below, item.link_id) for below in reversed(spot.scopes)]

    @staticmethod
    def scopes_of(spot: Spot) -> list[Scope]:
        """One for each repetition (at least one, empty) or answer."""
        entries = spot.entries
        if spot.item.kind is Kind.GROUP:
            entries = entries or ONE_EMPTY
        return [Scope(spot, number, entry) for number, entry in enumerate(entries)]

    def seen_from(self, spot: Spot, link_id: str) -> "Spot | Entry | None":
        """Which occurrence of a question counts for an item (F28): None where there is none.

        An ancestor counts with the one answer the item stands under (an `Entry`). Else the smallest repetition that
        holds both is searched: the nearest occurrence before the item, or else the first after it.
        """
        mine, theirs = self.plan.owners[spot.item.link_id], self.plan.owners[link_id]
        if link_id in mine:
            return self._climb(spot.scope, len(mine) - mine.index(link_id) - 1).entry
        shared = next(
            (n for n, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs))
        )
        scope = self._climb(spot.scope, len(mine) - shared)
        if shared == len(theirs):
            return scope.spots.get(link_id)
        found = list(self._occurrences(scope, (*theirs[shared:], link_id)))
        if not found:
            return None
        before = self.plan.order[theirs[shared]] < self.plan.order[spot.item.link_id]
        return found[-1] if before else found[0]

    @staticmethod
    def _climb(scope: Scope, steps: int) -> Scope:
        for _ in range(steps):
            scope = scope.up()
        return scope

    def _occurrences(self, scope: Scope, path: tuple[str, ...]) -> Iterator[Spot]:
        spot = scope.spots[path[0]]
        if len(path) == 1:
            yield spot
            return
        for below in spot.scopes:
            yield from self._occurrences(below, path[1:])


def repetition(scope: Scope) -> Place:
    """One repetition of a group, as a place. Never asked of the whole form."""
    above = scope.up()
    return Place(scope.under[-1][0], above.under, scope.index)


def counting(scope: Scope) -> dict[str, tuple[Entry, ...]]:
    """The answers of a scope that count, as a tree; repetitions keep their places."""
    found: dict[str, tuple[Entry, ...]] = {}
    for link_id, spot in scope.spots.items():
        if not spot.enabled:
            continue
        if not spot.scopes:
            if spot.entries and spot.item.kind.asks:
                found[link_id] = tuple(Entry(one.value, key=one.key) for one in spot.entries)
            continue
        found[link_id] = tuple(Entry(one.entry.value, counting(one), one.entry.key) for one in spot.scopes)
    return found
