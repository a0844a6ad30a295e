"""A page of a form as its template needs it: which control, what its fields hold, what is wrong, what it offers."""

import secrets
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import request
from markupsafe import Markup

from core.calendar import clock
from core.errors import Invalid
from core.forms import kinds, languages
from core.forms.answering import saving
from core.forms.answering.drawing import UNNAMED
from core.forms.answering.saving import Offer, Saved
from core.forms.answering.signing import LONGEST_NAME
from core.forms.answers import POSTED_LATE, Filling
from core.forms.asking import dates
from core.forms.asking.conditions import chosen_by
from core.forms.asking.controls import autocomplete, control
from core.forms.asking.places import plan
from core.forms.asking.route import at
from core.forms.kinds import SIGNATURE
from core.forms.values import equal
from core.forms.words import Asked, Item, Kind, Page, Place, Questionnaire, Value, walk
from core.forms.words import Invalid as Wrong
from core.messages.filetypes import FROM_PATIENTS
from portal import date_words
from portal.language import day, page_language, say
from portal.shown import size_in_words
from portal.visit import house
from portal.wording import question

FINE = 10  # a slider over a shorter way goes in steps of less than one
NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.QUANTITY})
WRITTEN = (Kind.STRING, Kind.TEXT)
FOLDED = {"help", "legal", "flyover"}


def about(now: Filling) -> dict[str, Any]:
    """What every page of a form says of it."""
    until = day(now.until, str(now.zone))
    facts = {
        "title": now.form.title,
        "title_language": now.form.title_language,
        "copyright": now.form.copyright,
        "until": until,
        "urgent": now.urgent,
        "in_time_until": clock(now.until + POSTED_LATE, str(now.zone)) if now.late else "",
    }
    return {**facts, "base": "/form", "rehearsal": "", "place": now.place + 1, "forms": now.of}


def spoken(now: Filling) -> dict[str, Any]:
    """The languages that a form can be read in, each by its own name, where there is a choice."""
    codes = languages.offered(now.form)
    found = [(code, languages.name_of(code)) for code in codes] if len(codes) > 1 else []
    return {"languages": found, "reads": now.form.reads}


def page(now: Filling, number: int, link_id: UUID, saved: Saved | None = None, problem: str = "") -> dict[str, Any]:
    """A page; `saved` is what came of its post, `problem` what else is wrong."""
    one = now.page(number)
    questions = _in_place(now, [_question(now, each, saved, first=not n) for n, each in enumerate(one.offered)])
    if problem:
        questions[0]["problem"] = problem
    return {
        **about(now),
        "number": number,
        "of": len(now.state.pages),
        "roughly": _branches(now),
        "questions": questions,
        "problems": _problems(_flat(questions)),
        "clears": [q for q in _flat(questions) if _can_clear(q)],
        "skips": now.habits.skip and any(q["item"].required for q in questions),
        "after": [_text(text) for text in one.after],
        "group": grouped(now, one),
        "group_language": _group_language(now, one),
        "because": _because(now, number),
        "signed": signed(now, number, link_id),
        "typed_name": request.form.get("signed", "")[:LONGEST_NAME],
        "elsewhere": "elsewhere" in request.args,
        "change": "change" in request.values,
    }


def _question(now: Filling, one: Page, saved: Saved | None, *, first: bool) -> dict[str, Any]:
    """One question of a page: its control, what its fields hold, what stands around it, what is wrong."""
    asked = one.asked
    wrong = saved.wrong.get(asked.name) if saved else _shown_again(now, asked)
    answered = now.values(asked) if saving.takes_fields(asked.item) else ()
    fields, name = saving.fields(now, asked), "first" if first else asked.name
    fault = kinds.date_fault(asked, fields, now.zone) if wrong else None
    marked = tuple(fault.parts) if fault else dates.needed(asked.item) if wrong else ()
    return {
        "id": name,
        "title": now.form.title,
        "asked": asked,
        "item": asked.item,
        "markup": _markup(asked.item),
        "links": _links(asked.item),
        "span": _span(asked.item),
        "group": grouped(now, one),
        "group_language": _group_language(now, one),
        "before": [_text(text) for text in one.before],
        "notes": [_text(text) for text in one.notes],
        "control": control(asked),
        "autocomplete": autocomplete(asked.item),
        "fields": fields,
        "offer": bool(not answered and not wrong and _untouched(now, asked) and any(map(any, fields.values()))),
        "reveals": {},
        "listed": listed(now, one),
        "more": saving.room(now, asked),
        "problem": question(_about(now, asked, wrong), wrong, fault, kinds.length(fields)) if wrong else "",
        "wrong_fields": marked,
        "slider": _slider(asked.item),
        "unit": _unit(asked.item),
        "most": (asked.item.limits.max_length or kinds.LONGEST) if asked.item.kind in WRITTEN else 0,
        "example": date_words.example(asked.item),
        "lead": _field_id(name, marked[0] if marked else ""),
        "types": ",".join(sorted(asked.item.limits.mime_types or FROM_PATIENTS)),
    }


def _untouched(now: Filling, asked: Asked) -> bool:
    """Whether nobody passed a question or typed into it."""
    return asked.name not in now.draft.seen and not saving.of(asked.name, now.draft.typed)


def _field_id(name: str, part: str) -> str:
    """Where a summary leads: to the first wrong field of a date, or to the one field there is."""
    return name if part in ("", "day") else f"{name}-{part}"


def _in_place(now: Filling, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions of a page; one that a choice asks for stands in the question before it, by that choice (F36)."""
    in_place, found = plan(now.form).revealed, list[dict[str, Any]]()
    by_place = {(q["item"].link_id, q["asked"].place.under): q for q in questions}
    for q in sorted(questions, key=lambda q: plan(now.form).order[q["item"].link_id]):
        condition = in_place.get(q["item"].link_id)
        over = by_place.get((condition.question, q["asked"].place.under)) if condition else None
        if condition is None or over is None:
            found.append(q)
        else:
            over["reveals"].setdefault(chosen_by(condition, over["asked"]), []).append(q)
    return found


def _flat(questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for q in questions for one in (q, *(below for some in q["reveals"].values() for below in some))]


def _can_clear(q: dict[str, Any]) -> bool:
    """Whether radios, which cannot be unticked, need a button for it."""
    picked = q["control"] in ("radios", "boolean")
    return bool(picked and not q["item"].required and q["fields"].get(q["asked"].name))


def _problems(questions: list[dict[str, Any]]) -> list[Any]:
    """What a summary says: the first problem and its field, then the others."""
    first, *others = [(q["problem"], q["lead"]) for q in questions if q["problem"]] or [("", "")]
    return [*first, *others]


def _shown_again(now: Filling, asked: Asked) -> Wrong | None:
    """What is wrong still: what was typed wrongly, kept from going on (F84), or is missing to send it (F41)."""
    if "wrong" in request.args:
        return now.insisted(asked) or now.doubt(asked)
    return now.why(asked) if asked.name in now.draft.wrong or "missing" in request.args else None


def _about(now: Filling, asked: Asked, wrong: Wrong) -> Asked:
    """What a message is about: the question, or the group it stands in."""
    return replace(asked, item=now.item(wrong.place) or asked.item)


def _because(now: Filling, number: int) -> str:
    """Why a page is asked: `Yes` to which question (F35)."""
    opened = now.because(number)
    if opened is None:
        return ""
    given, question = _shown(opened.item, opened.values), opened.item.text
    return say("Because you answered “%(answer)s” to “%(question)s”.", answer=given, question=question)


def sections(now: Filling) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every answer as it is checked, and as a copy has it, by group; `wrong` where something is missing.

    What is calculated or known, and shown, stands among them without a page to change it (F40).
    """
    lines: dict[str, dict[str, Any]] = {}
    for number, page in enumerate(now.state.pages, 1):
        for one in (*page.questions, page):  # the page once more, for what stands at its end
            for asked in (*one.before, one.asked, *one.after):
                if asked is one.asked or (asked.item.kind.asks and asked.values and not asked.shut):
                    lines.setdefault(asked.name, _line(now, one, asked, number))
    return [(group, list(some)) for group, some in groupby(lines.values(), key=itemgetter("group"))]


def _line(now: Filling, one: Page, asked: Asked, number: int) -> dict[str, Any]:
    mine = asked is one.asked
    return {
        "number": number if mine else 0,
        "group": grouped(now, one),
        "group_language": _group_language(now, one),
        "question": asked.item.look.short_text or asked.item.text or one.group,
        "language": asked.item.language,
        "answer": counted(now, one) if mine and one.lists else _shown(asked.item, asked.values),
        "answer_language": _language_of(asked),
        "wrong": mine and now.why(asked) is not None,
    }


def _language_of(asked: Asked) -> str:
    """The language of the choices that were made; empty where they have several or none."""
    chosen = {one.language for one in asked.options if any(equal(one.value, value) for value in asked.values)}
    return chosen.pop() if len(chosen) == 1 else ""


def signed(now: Filling, number: int, link_id: UUID) -> str:
    """What a page offers, signed (F37)."""
    offer = saving.offer(now, number)
    marks = " ".join(f"{name}:{mark}" for name, mark in offer.marks.items())
    facts = {
        "link": str(link_id),
        "place": str(offer.place),
        "page": offer.page,
        "version": str(offer.version),
        "count": str(offer.count),
        "sheet": secrets.token_urlsafe(9),
    }
    return house().offers.write({**facts, "marks": marks})


def offered(link_id: UUID) -> Offer:
    """What the page that posts had offered. Raises Invalid("form", "offer") for one that is not ours."""
    found = house().offers.read(request.form.get("offer", ""))
    if found.get("link") != str(link_id):
        raise Invalid("form", "offer")
    marks = dict(one.split(":") for one in found["marks"].split())
    return Offer(
        int(found["place"]), found["page"], int(found["version"]), int(found["count"]), marks, found.get("sheet", "")
    )


def _group_language(now: Filling, one: Page) -> str:
    """The language of the name of the group that a question stands in."""
    form, above = plan(now.form), plan(now.form).parent[one.question.link_id]
    while above and not (form.items[above].kind is Kind.GROUP and form.items[above].text):
        above = form.parent[above]
    return form.items[above].language if above else ""


def _shown(item: Item, values: tuple[Value, ...]) -> str:
    said = kinds.shown(item, values, page_language())
    return say("Drawn by hand") if item.look.control == SIGNATURE and said == UNNAMED else said


def _branches(now: Filling) -> bool:
    """Whether answers to come may still change how many questions there are (F45)."""
    return _open_ended(now.form) and now.next_page <= len(now.state.pages)


@lru_cache(maxsize=256)
def _open_ended(form: Questionnaire) -> bool:
    """Whether any answer to a form changes how many questions there are."""
    return any(
        item.conditions or item.formulas.enabled or (item.repeats and item.kind is Kind.GROUP)
        for item in walk(form.items)
    )


def _links(item: Item) -> list[tuple[str, str]]:
    """Where more can be read: addresses, and the host of each in words."""
    return [(link, urlsplit(link).hostname or "") for link in item.look.links]


def _span(item: Item) -> tuple[str, str] | None:
    """Both ends of a slider, which without script is a number to be typed."""
    ends = item.limits.minimum, item.limits.maximum
    if item.look.control != "slider" or ends[0] is None or ends[1] is None:
        return None
    return _shown(item, (ends[0],)), _shown(item, (ends[1],))


def _slider(item: Item) -> str:
    """The ends of a slider and its step, for a page's script; empty where it is none."""
    if not _span(item):
        return ""
    ends = [next(iter(end.values())) for end in (item.limits.minimum, item.limits.maximum) if end]
    places = 0 if item.kind is Kind.INTEGER or ends[1] - ends[0] >= FINE else 1
    usual = Decimal(1).scaleb(-(places if item.limits.decimals is None else min(places, item.limits.decimals)))
    return " ".join(str(one) for one in (*ends, item.look.step or usual))


def _unit(item: Item) -> str:
    """The one unit a number is in, to stand beside its field; empty where there is none or a choice of them."""
    if len(item.units) != 1 or item.unit_open or item.kind not in NUMBERS:
        return ""
    return str(item.units[0].get("display") or item.units[0].get("code") or "")


def _markup(item: Item) -> Markup:
    """Its author's marked-up words; they passed the sieve of `core.forms.asking.markup`."""
    return Markup(item.markup)  # noqa: S704 - nothing else ever is in it


def _text(one: Asked) -> dict[str, Any]:
    """A display, or an answer that is shown and not asked."""
    look = one.item.look
    folded = look.control if look.control in FOLDED else look.category if look.category in FOLDED else ""
    answer = _shown(one.item, one.values) if one.item.kind.asks and not one.shut else ""
    return {
        "text": one.item.text,
        "markup": _markup(one.item),
        "links": _links(one.item),
        "folded": folded,
        "answer": answer,
        "look": look.category,
        "shut": one.shut,
        "language": one.item.language,
    }


def grouped(now: Filling, one: Page) -> str:
    """The group a question stands in; with which of its repetitions, once there are several."""
    items, under = plan(now.form).items, one.asked.place.under
    last = next((n for n in reversed(range(len(under))) if items[under[n][0]].kind is Kind.GROUP), None)
    if last is None:
        return one.group
    link_id, number = under[last]
    name = one.group or items[link_id].text
    several = len(at(now.draft.answers, Place(link_id, under[:last]))) > 1
    return f"{name} ({number + 1})" if name and several else name


def counted(now: Filling, one: Page) -> str:
    """How many repetitions of a group there are, in words."""
    number = sum(bool(entry.below) for entry in now.entries(one.asked))
    return say("%(count)s added", count=number) if number else ""


def listed(now: Filling, one: Page) -> list[dict[str, str]]:
    """What was added so far: repetitions of a group, or answers given one by one."""
    if one.lists:
        return [
            {"key": entry.key, "text": _summary(now, one.asked, number), "page": _page_of(now, one.asked, number)}
            for number, entry in enumerate(now.entries(one.asked))
        ]
    if one.asked.item.kind is Kind.ATTACHMENT or saving.one_by_one(one.asked.item):
        return [
            {"key": entry.key, "text": _answer(one.asked, entry.value), "page": ""}
            for entry in now.entries(one.asked)
            if entry.value is not None
        ]
    return []


def _answer(asked: Asked, value: Any) -> str:
    said = _shown(asked.item, (value,))
    size = value.get("valueAttachment", {}).get("size")
    return f"{said}, {size_in_words(size)}" if size and asked.item.look.control != SIGNATURE else said


def _summary(now: Filling, group: Asked, number: int) -> str:
    """A repetition in a line: its first answers."""
    way = (*group.place.under, (group.place.link_id, number))
    answers = [
        _shown(one.item, one.values)
        for one in now.state.asked
        if one.place.under[: len(way)] == way and one.entries and one.item.kind.asks and not one.item.hidden
    ]
    return ", ".join(answers[:3]) or say("Nothing filled in yet")


def _page_of(now: Filling, group: Asked, number: int) -> str:
    way = (*group.place.under, (group.place.link_id, number))
    pages = enumerate(now.state.pages, 1)
    return next((str(n) for n, page in pages if page.asked.place.under[: len(way)] == way), "")
