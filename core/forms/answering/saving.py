"""What a page's post makes of a draft: pure, judged by the engine, refused as a whole when it was tampered with (F37).

What is valid is saved, what is not is kept as typed (F34). A page that is older than the draft wins only where it
differs from what it showed.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256

from core.errors import Invalid
from core.forms import kinds
from core.forms.answering.drafts import Draft, keyed
from core.forms.answers import Filling, StalePage
from core.forms.asking import judging
from core.forms.asking.route import at, begin, put
from core.forms.kinds import Posted
from core.forms.words import Asked, Entry, Item, Kind, Value
from core.forms.words import Invalid as Wrong

MOST_ENTRIES = 50  # of one list (F55)
PARTS = ("day", "month", "year", "time", "unit", "other", "pick")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a page offered: which form, question, version and draft, and by name a mark of what each field held.

    `sheet` tells one showing of a page from another.
    """

    place: int
    page: str
    version: int
    count: int
    marks: Mapping[str, str]
    sheet: str = ""

    @property
    def by_script(self) -> str:
        """How a draft says that this showing's script was the last to change it: `Draft.kept`."""
        return f"{self.page} {self.sheet}"


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of a post: the form as it is then, what is wrong on that page, what another page had changed."""

    then: Filling
    number: int
    wrong: Mapping[str, Wrong] = field(default_factory=dict)
    elsewhere: bool = False


def offer(now: Filling, number: int) -> Offer:
    """What a page offers, to be signed by the face that shows it."""
    page = now.page(number)
    asked = [one.asked for one in page.offered if takes_fields(one.question)]
    names = {one.name: mark(fields(now, one)) for one in asked}
    return Offer(now.place, page.asked.name, now.number, now.draft.count, names)


def takes_fields(item: Item) -> bool:
    """Whether an item is answered by the fields of a page; files come by their own way, groups are lists."""
    return item.kind.asks and item.kind is not Kind.ATTACHMENT


def one_by_one(item: Item) -> bool:
    """Whether a question takes several answers, one field after the other."""
    return item.kind.asks and item.repeats and not item.options and not item.formulas.answers


def fields(now: Filling, asked: Asked) -> dict[str, list[str]]:
    """What the fields of a question hold: what was typed if it is wrong, else its answer, else what is offered."""
    if asked.name in now.draft.wrong or one_by_one(asked.item):
        return of(asked.name, now.draft.typed)
    return kinds.typed_again(asked, now.values(asked) or _fresh(now, asked))


def mark(held: Posted) -> str:
    """A short mark of what the fields of a question hold; a unit alone is nothing."""
    full = {key: [one.replace("\r\n", "\n") for one in some] for key, some in held.items() if any(some)}
    if all(key.endswith("-unit") for key in full):
        full = {}
    return sha256(json.dumps(full, sort_keys=True).encode()).hexdigest()[:12]


def saved(now: Filling, offered: Offer, posted: Posted, *, demand: bool) -> Saved:
    """Save what a page posted. `demand` is false for who only leaves: nothing is insisted on (F34).

    Raises StalePage, and Invalid("form", …) when the page had not offered what was posted: nothing of it is taken.
    """
    refuse_others(offered, posted)
    if (offered.place, offered.version) != (now.place, now.number):
        raise StalePage(now.next_page)
    page = now.page(now.number_of(offered.page))
    then, elsewhere = now, False
    for one in page.offered:
        if one.asked.name not in offered.marks:
            continue
        mine = of(one.asked.name, posted)
        if _overtaken(now, one.asked, offered, mine):
            elsewhere = True
        else:
            then = replace(then, draft=with_answer(then, one.asked, mine))
    names = {one.asked.name for one in page.offered}
    then = changed(now, replace(then.draft, seen=then.draft.seen | names))
    return _judged(then, page.asked.name, demand=demand, elsewhere=elsewhere)


def _judged(then: Filling, name: str, *, demand: bool, elsewhere: bool) -> Saved:
    """What is wrong on a page that was saved, all of it together (F50); a doubt is told once (F52)."""
    number = then.number_of(name)
    asked = [one.asked for one in then.page(number).questions]
    insists = [one for one in asked if demand or one.name in then.draft.wrong]
    wrong = {one.name: why for one in insists if (why := then.insisted(one))}
    doubts = {one.name: why for one in asked if demand and not wrong and (why := then.warning(one))}
    if doubts:
        then = replace(then, draft=replace(then.draft, warned=then.draft.warned | doubts.keys()))
    return Saved(then, number, wrong or doubts, elsewhere)


def of(name: str, posted: Posted) -> dict[str, list[str]]:
    """What was posted to one question."""
    return {key: list(held) for key, held in posted.items() if key.split("-")[0] == name}


def added(now: Filling, group: Asked) -> tuple[Filling, int]:
    """One more repetition of a group, and the page it begins at; an empty one at the end is used first.

    Raises Invalid("form", "most") when there may be no more.
    """
    entries = now.entries(group)
    if not entries or (entries[-1].below and room(now, group)):
        entries = (*entries, Entry(key=f"{now.draft.count}n"))
    elif entries[-1].below:
        raise Invalid("form", "most")
    then = changed(now, replace(now.draft, answers=put(now.draft.answers, group.place, entries)))
    return then, begin(then.state.pages, group.place, len(entries) - 1)


def room(now: Filling, asked: Asked) -> bool:
    """Whether one more repetition or answer may be added."""
    most = asked.item.limits.max_occurs if asked.item.repeats else 1
    return len(now.entries(asked)) < min(MOST_ENTRIES, most or MOST_ENTRIES)


def removed(now: Filling, asked: Asked, key: str) -> Filling:
    """Take one repetition or answer away; the others keep their names. A key that is gone already is no mistake."""
    entries = tuple(one for one in now.entries(asked) if one.key != key)
    return changed(now, replace(now.draft, answers=put(now.draft.answers, asked.place, entries)))


def with_value(now: Filling, asked: Asked, value: Value) -> Filling:
    """One more answer that came by its own way (a file); the only one where a question takes one."""
    before = now.entries(asked) if asked.item.repeats else ()
    entries = (*before, Entry(value, key=f"{now.draft.count}n"))
    draft = replace(now.draft, answers=put(now.draft.answers, asked.place, entries), seen=now.draft.seen | {asked.name})
    return changed(now, draft)


def refuse_others(offered: Offer, posted: Posted) -> None:
    """Raises Invalid("form", "field") for a field that the page had not."""
    known = {name for head in offered.marks for name in (head, *(f"{head}-{part}" for part in PARTS))}
    if set(posted) - known:
        raise Invalid("form", "field")


def _overtaken(now: Filling, asked: Asked, offered: Offer, posted: Posted) -> bool:
    """Whether another page changed the answer meanwhile, and this one only says again what it showed."""
    shown = offered.marks[asked.name]
    return not newest(now, offered) and mark(fields(now, asked)) != shown == mark(posted)


def newest(now: Filling, offered: Offer) -> bool:
    """Whether nothing changed the draft since a page was shown, but perhaps that very page by its script."""
    return offered.count >= now.draft.count or (bool(offered.sheet) and offered.by_script == now.draft.kept)


def with_answer(now: Filling, asked: Asked, posted: Posted) -> Draft:
    """The draft with what was posted: as answers, or as typed where it cannot be taken."""
    draft = now.draft
    typed = {key: held for key, held in draft.typed.items() if key.split("-")[0] != asked.name}
    wrong = {name: why for name, why in draft.wrong.items() if name != asked.name}
    values, why = _taken(now, asked, posted)
    before = at(draft.answers, asked.place)
    if why:
        typed |= {key: list(held) for key, held in posted.items()}
        wrong[asked.name] = why
    if one_by_one(asked.item):
        again = bool(values and before) and before[-1].value == values[0]
        entries = before if why or again or not room(now, asked) else (*before, *map(Entry, values))
    else:
        entries = () if why else as_entries(values, before)
    return replace(draft, answers=put(draft.answers, asked.place, entries), typed=typed, wrong=wrong)


def _taken(now: Filling, asked: Asked, posted: Posted) -> tuple[tuple[Value, ...], str]:
    try:
        values = kinds.answer(asked, posted, now.zone)
    except kinds.Mistyped as mistyped:
        return (), mistyped.why
    return values, next((why for value in values if (why := judging.broken(asked, value))), "")


def as_entries(values: tuple[Value, ...], before: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """New answers; one that was given before keeps what stands under it (forms.md section 0, point 4)."""
    known = {repr(one.value): one for one in before}
    return tuple(known.get(repr(value), Entry(value)) for value in values)


def _fresh(now: Filling, asked: Asked) -> tuple[Value, ...]:
    """What is offered to who has not passed the question yet."""
    return () if asked.name in now.draft.seen else now.offered(asked)


def changed(now: Filling, draft: Draft, kept: str = "") -> Filling:
    """A form whose draft was changed, once more; `kept` by which page's script, if by one."""
    count = now.draft.count + 1
    return replace(now, draft=replace(draft, answers=keyed(draft.answers, count), count=count, kept=kept))
