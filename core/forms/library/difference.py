"""What is different between two versions of a form, question by question (F9). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.forms.own import rule_of
from core.forms.words import Item, Questionnaire, walk

LOOKED_AT = ("kind", "text", "required", "repeats", "options", "limits", "conditions", "behavior", "formulas", "hidden")


@dataclass(frozen=True, slots=True)
class Change:
    """One question that is `new`, `gone`, `moved` or `changed`; `what` are the words of what changed about it."""

    kind: str
    link_id: str
    text: str
    before: str = ""
    what: tuple[str, ...] = ()


def difference(before: Questionnaire, after: Questionnaire) -> tuple[Change, ...]:
    """The changes in the order of the newer form; what is gone comes last."""
    old = {item.link_id: item for item in walk(before.items)}
    new = {item.link_id: item for item in walk(after.items)}
    places = _places(before, new), _places(after, old)
    return (
        *_of_the_whole(before, after),
        *(found for item in new.values() if (found := _change(old.get(item.link_id), item, places))),
        *(Change("gone", one.link_id, one.text) for one in old.values() if one.link_id not in new),
    )


def _of_the_whole(before: Questionnaire, after: Questionnaire) -> Iterator[Change]:
    """What is no question's: the title, and how answers are scored and whom they call."""
    if before.title != after.title:
        yield Change("changed", "", after.title, before.title, ("title",))
    if rule_of(before.source) != rule_of(after.source):
        yield Change("changed", "", after.title, "", ("score",))


def _change(old: Item | None, new: Item, places: tuple[dict[str, Any], dict[str, Any]]) -> Change | None:
    if old is None:
        return Change("new", new.link_id, new.text)
    what = tuple(_different(old, new))
    if what:
        return Change("changed", new.link_id, new.text, old.text if "text" in what else "", what)
    moved = places[0][new.link_id] != places[1][new.link_id]
    return Change("moved", new.link_id, new.text) if moved else None


def _different(old: Item, new: Item) -> Iterator[str]:
    for name in LOOKED_AT:
        mine, theirs = getattr(old, name), getattr(new, name)
        if name == "options":
            if [(o.label, o.value) for o in mine] != [(o.label, o.value) for o in theirs]:
                yield "options"
            elif [o.score for o in mine] != [o.score for o in theirs]:
                yield "points"
        elif mine != theirs:
            yield "conditions" if name == "behavior" else name


def _places(form: Questionnaire, others: dict[str, Item]) -> dict[str, tuple[str, str]]:
    """The group each question stands in, and the question before it that both versions have."""
    found: dict[str, tuple[str, str]] = {}
    todo = [(form.items, "")]
    while todo:
        items, above = todo.pop()
        before = ""
        for item in items:
            found[item.link_id] = (above, before)
            before = item.link_id if item.link_id in others else before
            todo.append((item.items, item.link_id))
    return found
