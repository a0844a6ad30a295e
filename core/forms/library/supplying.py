"""Choices that staff type in for a question whose value set is not in the file (F22). Pure.

The question gets them as its own, each with a code in a system of the form's; where they were said to be is noted
beside it. What comes out is a file like any other, read and judged anew.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from core.forms.extensions import OWN
from core.forms.importing.source import questionnaire
from core.forms.library.naming import slug
from core.forms.response import dumps

CAN_BE_SUPPLIED = frozenset({"value_set_elsewhere", "value_set_unlisted", "no_choices", "required_unaskable"})
CHOICES_FROM = f"{OWN}choices-from"


def supplied(data: bytes, choices: Mapping[str, str]) -> bytes:
    """The form of a file with choices, one a line (`code | words`, or words alone), by linkId. Raises Refused."""
    form = questionnaire(data)
    system = f"{form.get('url') or 'urn:latchkey'}:choices"
    for item in _items(form):
        if lines := choices.get(str(item.get("linkId")), "").splitlines():
            written = str(item.pop("answerValueSet", "") or "the author, without a list")
            item["answerOption"] = [{"valueCoding": {"system": system, **one}} for one in _codings(lines)]
            if isinstance(extensions := item.setdefault("extension", []), list):
                extensions.append({"url": CHOICES_FROM, "valueString": written})
    return dumps(form)


def _codings(lines: list[str]) -> Iterator[dict[str, str]]:
    taken: set[str] = set()
    for line in filter(None, map(str.strip, lines)):
        code, bar, words = (part.strip() for part in line.partition("|"))
        if not bar:
            code, words = slug(line, "choice")[:40], line
        while code in taken:
            code = f"{code}-2"
        taken.add(code)
        yield {"code": code, "display": words or code}


def _items(form: Any) -> Iterator[dict[str, Any]]:
    todo = [form]
    while todo:
        below = todo.pop().get("item")
        for one in below if isinstance(below, list) else ():
            if isinstance(one, dict):
                yield one
                todo.append(one)
