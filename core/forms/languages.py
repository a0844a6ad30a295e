"""A form in another language, where its owner translated it (F82): the `translation` beside a text takes its place.

Codes, names and conditions stay as they are; what was not translated stays in the form's own language.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from core.forms.extensions import Extensions

Form = dict[str, Any]


def languages(form: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages a form can be read in, its own first where it says which."""
    own = str(form.get("language") or "")
    return tuple(dict.fromkeys([*([own] if own else []), *sorted(_codes(form))]))


def in_language(form: Mapping[str, Any], code: str) -> Form:
    """The same form with every text that is translated into a language, as an element or part of one may be."""
    found: Form = {key: _translated(value, code) for key, value in form.items()}
    for key, beside in form.items():
        if key.startswith("_") and isinstance(beside, dict) and (said := _said(beside, code)):
            found[key[1:]] = said
    return found


def _translated(value: Any, code: str) -> Any:
    if isinstance(value, dict):
        return in_language(value, code)
    return [_translated(one, code) for one in value] if isinstance(value, list) else value


def _said(beside: Mapping[str, Any], code: str) -> str:
    return next((content for lang, content in _translations(beside) if lang == code), "")


def _translations(element: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in Extensions(element).every("translation"):
        inside = Extensions(one)
        yield inside.text("lang"), inside.text("content")


def _codes(element: Any) -> set[str]:
    found: set[str] = set()
    todo = [element]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            found |= {lang for lang, content in _translations(one) if lang and content}
            todo += one.values()
        elif isinstance(one, list):
            todo += one
    return found
