"""Building a form: what people who do not know FHIR do to a Questionnaire, each a pure change of its JSON (F75-F77).

The file itself is what is built on, so that what an import brought and nobody can see here stays as it was. A linkId is
never given again, also when its question is gone: the file remembers the last number.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.errors import NotFound
from core.forms.extensions import OWN, Extensions
from core.forms.own import LICENCE, SCORING, Licence, Rule, licence, licence_of, scoring

Form = dict[str, Any]
NUMBERED = re.compile(r"q[0-9]{1,8}")  # as questions are named here
LAST = f"{OWN}last-item"
LONGEST_TITLE = 200


class Way(StrEnum):
    """Where a question can be moved."""

    UP = "up"
    DOWN = "down"
    INTO = "into"
    OUT = "out"


def blank(title: str, form_id: UUID) -> Form:
    """A form without questions, of the practice's own."""
    return {
        "resourceType": "Questionnaire",
        "url": f"urn:uuid:{form_id}",
        "version": "1",
        "title": title.strip()[:LONGEST_TITLE],
        "status": "active",
        "subjectType": ["Patient"],
        "item": [],
    }


def copied(form: Form, title: str, form_id: UUID) -> Form:
    """A copy under a name of its own: it is no longer what its owner publishes, and does not say so."""
    made = deepcopy(form)
    made.update({"url": f"urn:uuid:{form_id}", "version": "1", "title": title.strip()[:LONGEST_TITLE]})
    made.pop("name", None)
    return with_extension(made, LICENCE, licence(replace(licence_of(form), unaltered=False)))


def rows(form: Form) -> Iterator[tuple[Form, int]]:
    """Every item that the builder shows, with how deep it stands; a question's help belongs to the question."""
    todo = [(item, 0) for item in reversed(_below(form))]
    while todo:
        item, depth = todo.pop()
        yield item, depth
        todo += [(one, depth + 1) for one in reversed(_below(item)) if not is_help(one)]


def item_of(form: Form, link_id: str) -> Form:
    """One item. Raises NotFound("question")."""
    siblings, place, _ = _find(form, link_id)
    return siblings[place]


def is_help(item: Mapping[str, Any]) -> bool:
    """Whether an item is the help of the question it stands under."""
    return item.get("type") == "display" and bool({"help", "flyover"} & set(Extensions(item).codes("itemControl")))


def added(form: Form, item: Form, into: str = "") -> tuple[Form, str]:
    """One more item at the end of the form, or of a section; and its linkId. Raises NotFound."""
    made = deepcopy(form)
    link_id, made = _next_id(made)
    holder = item_of(made, into) if into else made
    holder.setdefault("item", []).append({"linkId": link_id, **item})
    return made, link_id


def moved(form: Form, link_id: str, way: Way) -> Form:
    """The form with an item one place up or down, into the section before it, or out of its own. Raises NotFound."""
    made = deepcopy(form)
    siblings, place, parents = _find(made, link_id)
    item = siblings[place]
    if way is Way.OUT and parents:
        siblings.pop(place)
        outer, outside, _ = _find(made, str(parents[-1]["linkId"]))
        outer.insert(outside + 1, item)
    elif way is Way.INTO and place and siblings[place - 1].get("type") == "group":
        siblings.pop(place)
        siblings[place - 1].setdefault("item", []).append(item)
    elif way in (Way.UP, Way.DOWN):
        other = place - 1 if way is Way.UP else place + 1
        if 0 <= other < len(siblings):
            siblings[place], siblings[other] = siblings[other], siblings[place]
    return made


def placed(form: Form, link_id: str, before: str) -> Form:
    """The form with an item put right before another one, wherever that stands; never into itself. Raises NotFound."""
    made = deepcopy(form)
    item = item_of(made, link_id)
    if before == link_id or any(one.get("linkId") == before for one, _ in all_items(item)):
        return made
    siblings, place, _ = _find(made, link_id)
    siblings.pop(place)
    there, at, _ = _find(made, before)
    there.insert(at, item)
    return made


def duplicated(form: Form, link_id: str) -> tuple[Form, str]:
    """The form with a copy of an item after it, under linkIds of its own; and the copy's. Raises NotFound."""
    made = deepcopy(form)
    siblings, place, _ = _find(made, link_id)
    copy = deepcopy(siblings[place])
    names: dict[str, str] = {}
    for one in (copy, *(found for found, _ in all_items(copy))):
        names[str(one["linkId"])], made = _next_id(made)
    for one in (copy, *(found for found, _ in all_items(copy))):
        one["linkId"] = names[str(one["linkId"])]
        for condition in one.get("enableWhen", ()):
            condition["question"] = names.get(str(condition.get("question")), condition.get("question"))
    siblings.insert(place + 1, copy)
    return made, str(copy["linkId"])


def removed(form: Form, link_id: str) -> tuple[Form, tuple[str, ...]]:
    """The form without an item and what stands below; and the texts of those that waited for it, now always asked.

    Raises NotFound.
    """
    made = deepcopy(form)
    siblings, place, _ = _find(made, link_id)
    item = siblings.pop(place)
    gone = {str(item["linkId"]), *(str(one["linkId"]) for one, _ in all_items(item))}
    made = _remembering(made, gone)
    freed = []
    for one, _ in all_items(made):
        left = [when for when in one.get("enableWhen", ()) if when.get("question") not in gone]
        if len(left) != len(one.get("enableWhen", ())):
            freed.append(str(one.get("text", "")))
            one["enableWhen"] = left
            if not left:
                del one["enableWhen"]
                one.pop("enableBehavior", None)
    return made, tuple(freed)


def titled(form: Form, title: str, owner: Licence) -> Form:
    """The form with another title and licence."""
    made = {**form, "title": title.strip()[:LONGEST_TITLE]}
    return with_extension(made, LICENCE, licence(owner))


def scored(form: Form, rule: Rule) -> Form:
    """The form with a rule for its score; none where no question counts and nothing is urgent."""
    return with_extension(form, SCORING, scoring(rule) if rule.questions or rule.flags else None)


def with_extension(element: Form, url: str, extension: Form | None) -> Form:
    """An element with one extension of that address, or with none."""
    others = [one for one in element.get("extension", ()) if one.get("url") != url]
    found = [*others, extension] if extension else others
    rest = {key: value for key, value in element.items() if key != "extension"}
    return {**rest, "extension": found} if found else rest


def _next_id(form: Form) -> tuple[str, Form]:
    known = {str(one.get("linkId")) for one, _ in all_items(form)}
    last = Extensions(form).whole("last-item") or 0
    while f"q{last + 1}" in known:
        last += 1
    return f"q{last + 1}", with_extension(form, LAST, {"url": LAST, "valueInteger": last + 1})


def _remembering(form: Form, gone: set[str]) -> Form:
    """The form with the last number ever given, also where the file that brought these linkIds did not say it."""
    last = max((int(one[1:]) for one in gone if NUMBERED.fullmatch(one)), default=0)
    known = Extensions(form).whole("last-item") or 0
    return with_extension(form, LAST, {"url": LAST, "valueInteger": last}) if last > known else form


def _find(form: Form, link_id: str) -> tuple[list[Form], int, tuple[Form, ...]]:
    """The siblings of an item, its place among them, and the items above, outermost first."""
    todo: list[tuple[list[Form], tuple[Form, ...]]] = [(_below(form), ())]
    while todo:
        siblings, parents = todo.pop()
        for place, item in enumerate(siblings):
            if item.get("linkId") == link_id:
                return siblings, place, parents
            todo.append((_below(item), (*parents, item)))
    raise NotFound("question")


def all_items(form: Form) -> Iterator[tuple[Form, int]]:
    """Every item below, help too."""
    todo = [(item, 0) for item in reversed(_below(form))]
    while todo:
        item, depth = todo.pop()
        yield item, depth
        todo += [(one, depth + 1) for one in reversed(_below(item))]


def _below(element: Form) -> list[Form]:
    found = element.get("item")
    return found if isinstance(found, list) else []
