"""The route through a form: what is asked on which page, in the order of the form (F44).

One question a page; displays join the question that follows them. A group's name goes with its questions.
"""

from collections.abc import Iterable

from core.forms.places import Plan
from core.forms.words import Answers, Asked, Entry, Item, Kind, Page, Place, State


def route(form: Plan, asked: Iterable[Asked]) -> tuple[Page, ...]:
    """The pages of what is enabled."""
    pages: list[Page] = []
    before: list[Item] = []
    for one in asked:
        if one.item.hidden:
            continue
        if one.item.kind is Kind.DISPLAY:
            before.append(one.item)
        elif one.item.askable and (one.options or not one.item.formulas.answers):
            pages.append(Page(one, tuple(before), _group(form, one.item)))
            before = []
    return tuple(pages)


def first_open(state: State) -> int:
    """The number (from 1) of the first page that still needs something; one past the last when none does."""
    bad = {one.place for one in state.invalid}
    for number, page in enumerate(state.pages, 1):
        if page.asked.place in bad or not page.asked.entries:
            return number
    return len(state.pages) + 1


def at(answers: Answers, place: Place) -> tuple[Entry, ...]:
    """The entries of a draft at a place; empty where nothing was answered."""
    for link_id, number in place.under:
        entries = answers.get(link_id, ())
        if number >= len(entries):
            return ()
        answers = entries[number].below
    return answers.get(place.link_id, ())


def put(answers: Answers, place: Place, entries: tuple[Entry, ...]) -> Answers:
    """The draft with other entries at a place; repetitions that lead there come to be."""
    if not place.under:
        rest = {link_id: kept for link_id, kept in answers.items() if link_id != place.link_id}
        return {**rest, place.link_id: entries} if entries else rest
    (link_id, number), *under = place.under
    here = list(answers.get(link_id, ()))
    here += [Entry()] * (number + 1 - len(here))
    inside = put(here[number].below, Place(place.link_id, tuple(under)), entries)
    here[number] = Entry(here[number].value, inside, here[number].key)
    return {**answers, link_id: tuple(here)}


def _group(form: Plan, item: Item) -> str:
    above = form.parent[item.link_id]
    while above:
        group = form.items[above]
        if group.kind is Kind.GROUP and group.text:
            return group.text
        above = form.parent[above]
    return ""
