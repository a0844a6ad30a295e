"""A form in another language, where its owner translated it (F82): the `translation` beside a text takes its place.

Codes, names, conditions and values stay as they are, so that whoever reads it in whatever language gives the same
answers; what was not translated stays in the form's own language and says so.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from core.forms.extensions import Extensions
from core.forms.questionnaire import read
from core.forms.response import dumps
from core.forms.words import Formulas, Item, Option, Questionnaire

Form = dict[str, Any]
_WRITTEN = """
    ar العربية  cs Čeština  cy Cymraeg  da Dansk  de Deutsch
    el Ελληνικά  en English  es Español  fa فارسی  fi Suomi
    fr Français  hi हिन्दी  hr Hrvatski  hu Magyar  it Italiano
    ja 日本語  ko 한국어  nl Nederlands  no Norsk  pl Polski
    pt Português  ro Română  ru Русский  so Soomaali  sq Shqip
    sr Српски  sv Svenska  sw Kiswahili  ti ትግርኛ  tr Türkçe
    uk Українська  ur اردو  vi Tiếng Việt  zh 中文
"""
NAMES: Mapping[str, str] = dict(one.strip().split(" ", 1) for one in re.split(r"  +|\n", _WRITTEN) if one.strip())


def languages(form: Mapping[str, Any]) -> tuple[str, ...]:
    """The languages a form can be read in, its own first where it says which."""
    own = str(form.get("language") or "")
    return tuple(dict.fromkeys([*([own] if own else []), *sorted(_codes(form))]))


@lru_cache(maxsize=256)
def offered(form: Questionnaire) -> tuple[str, ...]:
    """The languages of a form that a patient can choose from; its own has a name only where the form says it."""
    return languages(form.source)


def name_of(code: str) -> str:
    """A language as who speaks it calls it; its letters where we do not know."""
    return NAMES.get(code) or NAMES.get(code.partition("-")[0], code)


def read_in(form: Questionnaire, wanted: str) -> Questionnaire:
    """The form with its words in a language, as far as it was translated; `reads` says which one it is."""
    return _read_in(form.own or form, wanted)


@lru_cache(maxsize=256)
def _read_in(form: Questionnaire, wanted: str) -> Questionnaire:
    code = _nearest(offered(form), wanted) or form.language
    other = form
    if code != form.language:
        other = read(dumps(in_language(form.source, code)), called=form.title).form or form
    worded = _Worded(form.language, code)
    return replace(
        form,
        title=other.title,
        title_language=worded.language(form.title, other.title),
        copyright=other.copyright,
        items=tuple(map(worded.item, form.items, other.items)),
        formulas=worded.formulas(form.formulas, other.formulas),
        reads=code,
        own=form,
    )


def in_language(form: Mapping[str, Any], code: str) -> Form:
    """The same form with every text that is translated into a language, as an element or part of one may be."""
    found: Form = {key: _translated(value, code) for key, value in form.items()}
    for key, beside in form.items():
        if key.startswith("_") and isinstance(beside, dict) and (said := _said(beside, code)):
            found[key[1:]] = said
    return found


class _Worded:
    """Words of one language put over a form of another."""

    def __init__(self, own: str, code: str) -> None:
        self._own = own
        self._code = code

    def language(self, before: str, after: str) -> str:
        """Which language a text is in after it was, or was not, translated."""
        return self._own if before == after else self._code

    def item(self, own: Item, other: Item) -> Item:
        """A question in other words; it asks, checks and counts as before."""
        words = other.look
        short, example, other_one = words.short_text, words.entry_format, words.open_label
        return replace(
            own,
            text=other.text,
            markup=own.markup if own.text == other.text else other.markup if other.markup != own.markup else "",
            prefix=other.prefix,
            language=self.language(own.text, other.text),
            look=replace(own.look, short_text=short, entry_format=example, open_label=other_one),
            formulas=self.formulas(own.formulas, other.formulas),
            options=tuple(map(self._option, own.options, other.options)),
            items=tuple(map(self.item, own.items, other.items)),
        )

    def formulas(self, own: Formulas, other: Formulas) -> Formulas:
        """The same checks with their messages in the other language."""
        said = [
            replace(mine, human=theirs.human) for mine, theirs in zip(own.constraints, other.constraints, strict=False)
        ]
        return replace(own, constraints=tuple(said)) if said else own

    def _option(self, own: Option, other: Option) -> Option:
        return replace(own, label=other.label, prefix=other.prefix, language=self.language(own.label, other.label))


def _nearest(offered: tuple[str, ...], wanted: str) -> str:
    """The language that is wanted, or the same one of another region."""
    same = (code for code in offered if code.partition("-")[0] == wanted.partition("-")[0])
    return wanted if wanted in offered else next(same, "") if wanted else ""


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
