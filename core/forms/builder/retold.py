"""What a version of a form says otherwise in another language than the one before it (F9, F82). Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from core.forms.builder.translating import Text, texts, through
from core.forms.languages import languages
from core.forms.words import Questionnaire


@dataclass(frozen=True, slots=True)
class Retold:
    """A text of a version whose translation is `new`, `changed`, `gone`, or `left` as it was while the text changed."""

    kind: str
    original: str
    before: str
    now: str


def retold(versions: Sequence[Questionnaire]) -> dict[str, tuple[Retold, ...]]:
    """By language, what the last of some versions changed, the oldest coming first; none for one that says the same."""
    *before, newest = (form.source for form in versions)
    own = str(newest.get("language") or "")
    codes = dict.fromkeys(code for form in (newest, *before[-1:]) for code in languages(form) if code != own)
    found = {}
    for code in codes:
        old = {one.place: one for one in texts(before[-1], code)} if before else {}
        found[code] = tuple(_changes(through(newest, before, code), old))
    return {code: changes for code, changes in found.items() if changes}


def _changes(now: list[Text], old: dict[str, Text]) -> Iterator[Retold]:
    for one in now:
        was = old.pop(one.place, None)
        said = was.said if was else ""
        if one.said != said:
            kind = "changed" if one.said and said else "new" if one.said else "gone"
            yield Retold(kind, one.original, said, one.said)
        elif one.stale:
            yield Retold("left", one.original, "", one.said)
    yield from (Retold("gone", one.original, one.said, "") for one in old.values() if one.said)
