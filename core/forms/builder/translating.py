"""A built form's words in another language: each beside its original, kept as FHIR's `translation` (F82).

Beside a translation stands what it was made from (`translated-from`, ours), so that a question which is asked otherwise
since tells on its translations. One that came with a file is taken to fit the words that came with it, unless an
earlier version had the same one for other words.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from core.errors import Invalid
from core.forms.builder.building import Form
from core.forms.extensions import OWN, Extensions, known, short
from core.forms.languages import NAMES, languages
from core.forms.words import Questionnaire

URL = "http://hl7.org/fhir/StructureDefinition/translation"
FROM = f"{OWN}translated-from"
LONGEST = 10_000  # letters of one text (F2)
WORDS = ("title", "copyright", "text", "display", "valueString")
INSIDE = ("item", "answerOption", "valueCoding")
SAID_BY = frozenset({"constraint", "targetConstraint", "human", "shortText", "openLabel"})  # extensions that are read
PAGE, PAGE_LETTERS = 40, 12_000  # of one post: with all of it in letters of three bytes it stays below 200 KiB (S71)


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a form: the place it goes by, its own words, those in the other language; empty where there are none.

    `was`: the words that the translation was made from, where they are others now.
    """

    place: str
    original: str
    said: str
    was: str = ""

    @property
    def stale(self) -> bool:
        """Whether the original changed since it was translated."""
        return bool(self.was)


@dataclass(frozen=True, slots=True)
class Spoken:
    """How far a form is translated into a language: how many texts it has, how many are missing, how many are stale."""

    code: str
    texts: int
    missing: int
    stale: int


def texts(form: Mapping[str, Any], code: str) -> list[Text]:
    """Every text of a form that is read, in its order: title, questions, help, choices."""
    return [_text(place, element, key, code) for place, element, key in _walk(form, "")]


def pages(found: Iterable[Text]) -> list[list[Text]]:
    """The texts in helpings that one post carries, whatever the language they are put into."""
    made: list[list[Text]] = []
    room = 0
    for one in found:
        room -= max(len(one.original), len(one.said))
        if not made or room < 0 or len(made[-1]) == PAGE:
            made.append([])
            room = PAGE_LETTERS - max(len(one.original), len(one.said))
        made[-1].append(one)
    return made


def spoken(form: Mapping[str, Any]) -> tuple[Spoken, ...]:
    """The languages a form is translated into, each with what is missing or stale."""
    own = str(form.get("language") or "")
    return tuple(_spoken(code, texts(form, code)) for code in languages(form) if code != own)


@lru_cache(maxsize=256)
def spoken_of(*versions: Questionnaire) -> tuple[Spoken, ...]:
    """The same of a version, which never changes; before it come those that it followed, the oldest first."""
    *before, newest = (form.source for form in versions)
    own = str(newest.get("language") or "")
    return tuple(_spoken(code, through(newest, before, code)) for code in languages(newest) if code != own)


def through(form: Mapping[str, Any], before: Sequence[Mapping[str, Any]], code: str) -> list[Text]:
    """The texts of a version. A translation that stayed what it was while its original changed is stale.

    `before`: the versions that it followed, the oldest first.
    """
    older = [{one.place: one for one in texts(version, code)} for version in reversed(before)]
    looked_at = {place for place, element, key in _walk(form, "") if _made_from(element, key, code)}
    return [one if one.place in looked_at else _since(one, older) for one in texts(form, code)]


def translated(
    form: Form, code: str, own: str, words: Mapping[str, str], *, fits: frozenset[str] = frozenset()
) -> Form:
    """The form with words in another language, by their places; without a text that place has none any more.

    What is said as before stays stale, but at a place where it `fits` the new original, too.
    `own` is the language that the form is written in where it says none itself.
    Raises Invalid("language", …), Invalid("translation", "long").
    """
    made = deepcopy(form)
    made.setdefault("language", own)
    if code == made["language"]:
        raise Invalid("language", "own")
    if code not in NAMES and code not in languages(form):
        raise Invalid("language", "unknown")
    for place, element, key in list(_walk(made, "")):
        said = words.get(place, "").strip()
        if len(said) > LONGEST:
            raise Invalid("translation", "long", have=len(said), most=LONGEST)
        if place in words and (said != _said(element, key, code) or place in fits):
            _put(element, key, code, said)
    return made


def remembered(form: Form, before: Sequence[Mapping[str, Any]] = ()) -> Form:
    """A form that is going to be changed, its translations with the words they stand for."""
    made = deepcopy(form)
    stale = {code: {one.place: one.was for one in through(form, before, code)} for code in languages(made)}
    for place, element, key in list(_walk(made, "")):
        for code, was in stale.items():
            if (said := _said(element, key, code)) and not _made_from(element, key, code):
                _put(element, key, code, said, made_from=was.get(place, ""))
    return made


def _text(place: str, element: Mapping[str, Any], key: str, code: str) -> Text:
    original, said = str(element[key]), _said(element, key, code)
    before = _made_from(element, key, code) if said else ""
    return Text(place, original, said, before if before != original.strip() else "")


def _since(text: Text, older: Iterable[Mapping[str, Text]]) -> Text:
    """A text whose translation nobody has looked at here: what it was made from when it was new."""
    was = text.original
    for there in older:
        one = there.get(text.place)
        if one is None or not text.said or one.said != text.said:
            break
        was = one.was or one.original
    return replace(text, was="" if was.strip() == text.original.strip() else was)


def _spoken(code: str, found: list[Text]) -> Spoken:
    return Spoken(code, len(found), sum(not one.said for one in found), sum(one.stale for one in found))


def _walk(element: Mapping[str, Any], way: str) -> Iterator[tuple[str, Any, str]]:
    if Extensions(element).flag("hidden"):  # a score: nobody reads its words
        return
    for key in WORDS:
        if isinstance(element.get(key), str) and element[key].strip():
            yield f"{way}{key}", element, key
    for number, one in enumerate(element.get("extension", ())):
        if short(str(one.get("url", ""))) in SAID_BY and known(str(one.get("url", ""))):
            yield from _walk(one, f"{way}extension.{number}.")
    for key in INSIDE:
        inside = element.get(key, ())
        if isinstance(inside, dict):
            yield from _walk(inside, f"{way}{key}.")
        for number, one in enumerate(inside if isinstance(inside, list) else ()):
            yield from _walk(one, f"{way if key != 'item' else ''}{key}.{_name(one, number)}.")


def _name(one: Mapping[str, Any], number: int) -> str:
    """What a question or a choice goes by: its own name, so that its words find it when others come before it."""
    return str(one.get("linkId") or (one.get("valueCoding") or {}).get("code") or number)


def _said(element: Mapping[str, Any], key: str, code: str) -> str:
    return _beside(element, key, "translation", code)


def _made_from(element: Mapping[str, Any], key: str, code: str) -> str:
    return _beside(element, key, "translated-from", code)


def _beside(element: Mapping[str, Any], key: str, name: str, code: str) -> str:
    parts = map(Extensions, Extensions(element.get(f"_{key}") or {}).every(name))
    return next((part.text("content") for part in parts if part.text("lang") == code), "")


def _put(element: Form, key: str, code: str, content: str, made_from: str = "") -> None:
    beside = element.setdefault(f"_{key}", {})
    others = [one for one in beside.get("extension", ()) if not _is_of(one, code)]
    new = [_part(URL, code, content), _part(FROM, code, made_from or element[key])] if content else []
    beside["extension"] = [*others, *new]
    if not beside["extension"]:
        del beside["extension"]
    if not beside:
        del element[f"_{key}"]


def _part(url: str, code: str, content: str) -> Form:
    return {"url": url, "extension": [{"url": "lang", "valueCode": code}, {"url": "content", "valueString": content}]}


def _is_of(one: Mapping[str, Any], code: str) -> bool:
    return one.get("url") in (URL, FROM) and Extensions(one).text("lang") == code
