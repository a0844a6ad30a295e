"""The route through a form: what is asked on which page, in the order of the form (F44).

One question a page, unless `together` says otherwise; displays join the question that follows them. A group's name goes
with its questions.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import replace

from core.forms.asking.places import Plan
from core.forms.words import Answers, Asked, Entry, Item, Kind, Page, Place, State


def route(form: Plan, asked: Iterable[Asked]) -> tuple[Page, ...]:
    """The pages of what is enabled. After the repetitions of a group comes the page that lists them."""
    pages: list[Page] = []
    before: list[Asked] = []
    around: dict[str, list[Asked]] = {"header": [], "footer": []}
    lists: list[tuple[Asked, int]] = []  # groups that repeat and are not over, with the page they begin at
    for one in asked:
        while lists and not _inside(one.place, lists[-1][0].place):
            _close(pages, lists, before)
        if one.item.hidden or (form.scored and one.item.formulas.calculated):
            continue
        if one.item.kind is Kind.DISPLAY and (part := _repeated_on_each_page(form, one.item)):
            around[part].append(one)
            continue
        if one.shut:
            _put_shut(form, pages, before, one)
            continue
        if one.place.repetition is not None:
            if one.place.repetition == 0:
                group = Place(one.place.link_id, one.place.under)
                lists.append((replace(one, place=group, name=one.name.rpartition("_")[0]), len(pages)))
        elif one.item.kind is Kind.DISPLAY and pages and _is_note(form, one, pages[-1]):
            pages[-1] = _with_note(pages[-1], one)
        elif one.item.kind is Kind.DISPLAY or (one.item.read_only and one.entries):
            before.append(one)
        elif one.item.askable and (one.options or not one.item.formulas.answers):
            page = Page(one, tuple(before), _group(form, one.item))
            if pages and _shares(form, pages[-1], page):
                pages[-1] = replace(pages[-1], others=(*pages[-1].others, page))
            else:
                pages.append(page)
            before = []
    while lists:
        _close(pages, lists, before)
    if before and pages:
        pages[-1] = replace(pages[-1], after=tuple(before))
    head, foot = around["header"], around["footer"]
    return tuple(replace(p, before=(*head, *p.before), after=(*p.after, *foot)) for p in pages)


def _repeated_on_each_page(form: Plan, item: Item) -> str:
    """`header` or `footer` for what stands at the head or foot of every page (F44); empty for everything else."""
    link_id = item.link_id
    while link_id:
        if (found := form.items[link_id].look.control) in ("header", "footer"):
            return found
        link_id = form.parent[link_id]
    return ""


def _put_shut(form: Plan, pages: list[Page], before: list[Asked], one: Asked) -> None:
    """What is not asked but shown: under the choice that would ask for it, or greyed where it would stand."""
    page = pages[-1] if pages else None
    if page and one.item.link_id in form.revealed and _shares(form, page, Page(one)):
        pages[-1] = replace(page, dormant=(*page.dormant, Page(one)))
    elif page and page.dormant and form.parent[one.item.link_id] == page.dormant[-1].question.link_id:
        *others, last = page.dormant
        pages[-1] = replace(page, dormant=(*others, replace(last, notes=(*last.notes, one))))
    elif one.item.text and not {one.item.link_id, form.parent[one.item.link_id]} & form.revealed.keys():
        before.append(one)


def _close(pages: list[Page], lists: list[tuple[Asked, int]], before: list[Asked]) -> None:
    """The page that lists the repetitions of a group, unless nothing in it was asked."""
    group, start = lists.pop()
    if len(pages) > start:
        pages.append(Page(group, tuple(before)))
        before.clear()


def _inside(place: Place, group: Place) -> bool:
    """Whether a place stands in a group's repetitions, or is one of them."""
    if place.repetition is not None and (place.link_id, place.under) == (group.link_id, group.under):
        return True
    depth = len(group.under)
    return len(place.under) > depth and place.under[:depth] == group.under and place.under[depth][0] == group.link_id


def _shares(form: Plan, page: Page, one: Page) -> bool:
    """Whether a question is asked on the page before it; a sum before it must have seen its answers."""
    if (condition := form.revealed.get(one.question.link_id)) is not None:
        here = one.asked.place.under
        if any(p.question.link_id == condition.question and p.asked.place.under == here for p in page.questions):
            return True
    first = form.together.get(one.question.link_id)
    same = first is not None and first == form.together.get(page.question.link_id)
    return same and one.asked.place.under == page.asked.place.under and not any(b.item.formulas for b in one.before)


def _is_note(form: Plan, display: Asked, page: Page) -> bool:
    """Whether a display is the help of the question just asked (F29)."""
    last = page.questions[-1]
    return form.parent[display.item.link_id] == last.question.link_id and display.place.under == last.asked.place.under


def _with_note(page: Page, note: Asked) -> Page:
    if not page.others:
        return replace(page, notes=(*page.notes, note))
    *others, last = page.others
    return replace(page, others=(*others, _with_note(last, note)))


def after(pages: tuple[Page, ...], number: int) -> int:
    """The number of the page after a page; who leaves one repetition of a group comes to the list of all (F55)."""
    if number >= len(pages):
        return number + 1
    here, there = pages[number - 1].asked.place, pages[number].asked.place
    for depth, (mine, theirs) in enumerate(zip(here.under, there.under, strict=False)):
        if mine != theirs:
            listed = Place(mine[0], here.under[:depth])
            return next((n for n, page in enumerate(pages, 1) if page.lists and page.asked.place == listed), number + 1)
    return number + 1


def because(form: Plan, state: State, number: int) -> Asked | None:
    """The answered question that opened a page, unless it or what it opened too was asked just before (F35)."""
    page = state.pages[number - 1]
    above = page.question.link_id
    while above and not form.items[above].conditions:
        above = form.parent[above]
    if not above:
        return None
    before = state.pages[number - 2].question.link_id if number > 1 else ""
    questions = {one.question for one in form.items[above].conditions}
    if before in questions or _stands_in(form, before, above):
        return None
    return next((one for one in reversed(state.asked) if one.item.link_id in questions and one.values), None)


def unsent(form: Plan, draft: Answers, counted: Answers) -> Iterator[Item]:
    """The answered questions of a draft whose answers do not count, because they are not asked any more (F38)."""
    for link_id, entries in draft.items():
        item, there = form.items.get(link_id), counted.get(link_id, ())
        if item is None:
            continue
        if not there and any(one.value is not None for one in entries):
            yield item
        for number, entry in enumerate(entries):
            yield from unsent(form, entry.below, there[number].below if number < len(there) else {})


def remedies(form: Plan, pages: tuple[Page, ...], place: Place) -> tuple[Asked, ...]:
    """The questions by which a place can be put right: its own; of a group all inside it; else the last one.

    What is wrong with a group that is not a page of its own must still lead somewhere (F41).
    """
    questions = [one.asked for page in pages for one in page.questions]
    own = [one for one in questions if one.place == place]
    inside = [one for one in questions if not own and _below(form, one.place, place)]
    return tuple(own or inside or questions[-1:])


def _below(form: Plan, place: Place, group: Place) -> bool:
    """Whether a place stands in a group, in the same repetitions."""
    way = group.under if group.repetition is None else (*group.under, (group.link_id, group.repetition))
    same = place.under[: len(way)] == way
    return same and bool(group.link_id) and _stands_in(form, place.link_id, group.link_id)


def _stands_in(form: Plan, link_id: str, group: str) -> bool:
    while link_id and link_id != group:
        link_id = form.parent[link_id]
    return bool(link_id)


def begin(pages: tuple[Page, ...], group: Place, repetition: int) -> int:
    """The number of the first page of a repetition of a group; of its list where nothing is asked in it."""
    way = (*group.under, (group.link_id, repetition))
    for number, page in enumerate(pages, 1):
        if page.asked.place.under[: len(way)] == way or page.asked.place == group:
            return number
    return 1


def first_open(form: Plan, state: State, seen: Set[str] = frozenset()) -> int:
    """The number (from 1) of the first page that still needs something; one past the last when none does.

    `seen` are the names of questions that were passed over, which nobody has to pass again.
    """
    found = (remedies(form, state.pages, one.place) for one in state.invalid)
    bad = {questions[0].name for questions in found if questions}
    for number, page in enumerate(state.pages, 1):
        asked = [one.asked for one in page.questions]
        if any(one.name in bad or not (one.entries or page.lists or one.name in seen) for one in asked):
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
