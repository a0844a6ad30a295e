"""A built form's words in another language: each beside its original, kept as FHIR's `translation` (F82)."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from core.errors import Invalid
from core.forms.building import Form
from core.forms.extensions import Extensions
from core.forms.languages import NAMES, languages

URL = "http://hl7.org/fhir/StructureDefinition/translation"
LONGEST = 10_000  # letters of one text (F2)
WORDS = ("title", "text", "display", "valueString")
INSIDE = ("item", "answerOption", "valueCoding")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a form: where it stands, its own words, and those in the other language; empty where there are none."""

    place: str
    original: str
    said: str


def texts(form: Mapping[str, Any], code: str) -> list[Text]:
    """Every text of a form that is read, in its order: title, questions, help, choices."""
    found = ((place, element, key) for place, element, key in _walk(form, ""))
    return [Text(place, str(element[key]), _said(element, key, code)) for place, element, key in found]


def translated(form: Form, code: str, own: str, words: Mapping[str, str]) -> Form:
    """The form with words in another language, by their places; without a text that place has none any more.

    `own` is the language that the form is written in where it says none itself. Raises Invalid("language", …).
    """
    made = deepcopy(form)
    made.setdefault("language", own)
    if code == made["language"]:
        raise Invalid("language", "own")
    if code not in NAMES and code not in languages(form):
        raise Invalid("language", "unknown")
    for place, element, key in list(_walk(made, "")):
        if place in words:
            _put(element, key, code, words[place].strip()[:LONGEST])
    return made


def _walk(element: Mapping[str, Any], way: str) -> Iterator[tuple[str, Any, str]]:
    for key in WORDS:
        if isinstance(element.get(key), str) and element[key].strip():
            yield f"{way}{key}", element, key
    for key in INSIDE:
        inside = element.get(key, ())
        if isinstance(inside, dict):
            yield from _walk(inside, f"{way}{key}.")
        for number, one in enumerate(inside if isinstance(inside, list) else ()):
            yield from _walk(one, f"{way}{key}.{number}.")


def _said(element: Mapping[str, Any], key: str, code: str) -> str:
    parts = map(Extensions, Extensions(element.get(f"_{key}") or {}).every("translation"))
    return next((part.text("content") for part in parts if part.text("lang") == code), "")


def _put(element: Form, key: str, code: str, content: str) -> None:
    beside = element.setdefault(f"_{key}", {})
    others = [one for one in beside.get("extension", ()) if not _is_of(one, code)]
    said = [{"url": "lang", "valueCode": code}, {"url": "content", "valueString": content}]
    beside["extension"] = [*others, *([{"url": URL, "extension": said}] if content else [])]
    if not beside["extension"]:
        del beside["extension"]
    if not beside:
        del element[f"_{key}"]


def _is_of(one: Mapping[str, Any], code: str) -> bool:
    return one.get("url") == URL and Extensions(one).text("lang") == code
