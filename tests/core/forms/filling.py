"""Answers made up for a form: the way to every place is filled with something its question can take."""

from decimal import Decimal

from core.forms.asking.judging import broken
from core.forms.asking.route import at, put
from core.forms.engine import evaluate
from core.forms.words import Entry, Kind, walk

TEXTS = ("Something, 3", "someone@example.org", "12", "1234", "0412345678", "12345678", "A1A 1A1", "Ada", "x")
MADE = {
    Kind.BOOLEAN: {"valueBoolean": True},
    Kind.INTEGER: {"valueInteger": 7},
    Kind.DECIMAL: {"valueDecimal": Decimal("2.50")},
    Kind.DATE: {"valueDate": "1985-03-14"},
    Kind.DATE_TIME: {"valueDateTime": "2026-11-23T10:00:00+00:00"},
    Kind.TIME: {"valueTime": "10:30:00"},
    Kind.STRING: {"valueString": "Something, 3"},
    Kind.TEXT: {"valueString": "Several\nlines"},
    Kind.URL: {"valueUri": "https://example.org/"},
    Kind.OPEN_CHOICE: {"valueString": "another one"},
    Kind.ATTACHMENT: {"valueAttachment": {"contentType": "image/png", "title": "a.png", "size": 3, "hash": "AAAA"}},
}


def fill(form, now, rounds=12):
    """Answer every page of the route, follow what that opens, take back what nobody asked for and cannot be right."""
    answers, left_out = {}, set()
    groups = {one.link_id: one for one in walk(form.items) if one.kind is Kind.GROUP}
    state = evaluate(form, answers, now=now)
    for _ in range(rounds):
        wrong = {one.place for one in state.invalid} - {
            one.asked.place for page in state.pages for one in page.questions if not one.asked.entries and not one.lists
        }
        asked = [
            one.asked
            for page in state.pages
            for one in page.questions
            if not one.asked.entries and not one.lists and one.asked.place not in left_out
        ]
        if not asked and not wrong:
            break
        for one in asked:
            answers = put(answers, one.place, tuple(map(Entry, values(one))))
        for place in wrong:
            group = groups.get(place.link_id)
            left_out |= {place} if group is None else set()
            entries = at(answers, place)
            answers = put(answers, place, entries[:1] * least(group) if group is not None else ())
        state = evaluate(form, answers, now=now)
    return answers, state


def least(item):
    """How many answers an item needs once it has any."""
    return max(1, item.limits.min_occurs or 1) if item.repeats else 1


def values(asked):
    """As many answers to one question as it needs; of choices the first ones."""
    number = least(asked.item)
    return [one.value for one in asked.options[:number]] if asked.options else [value(asked)] * number


def value(asked):
    """An answer to one question."""
    item = asked.item
    limit = next(iter((item.limits.minimum or item.limits.maximum or {}).values()), None)
    if item.kind is Kind.QUANTITY:
        unit = item.units[0] if item.units else {}
        number = Decimal(limit) if isinstance(limit, int | Decimal) else Decimal("2.5")
        named = {
            "unit": unit.get("display") or unit.get("code"),
            "system": unit.get("system"),
            "code": unit.get("code"),
        }
        return {"valueQuantity": {"value": number, **{key: one for key, one in named.items() if one}}}
    if item.kind in (Kind.STRING, Kind.TEXT):
        texts = ({"valueString": text} for text in TEXTS)
        return next((one for one in texts if not broken(asked, one)), MADE[item.kind])
    made = MADE[item.kind]
    if item.kind is Kind.ATTACHMENT and item.limits.mime_types:
        return {"valueAttachment": made["valueAttachment"] | {"contentType": item.limits.mime_types[0]}}
    if limit is not None and isinstance(limit, type(next(iter(made.values())))) and item.kind is not Kind.BOOLEAN:
        return {next(iter(made)): limit}
    return made
