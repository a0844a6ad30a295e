"""The choices of a question: written beside it, in a value set of the file, or in one Latchkey brings along (F20, F22).

No terminology server is ever asked. What is nowhere to be found is a problem with the address of the value set.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.forms.asking import pictures
from core.forms.asking.valuesets import BUNDLED
from core.forms.extensions import Extensions, content
from core.forms.importing.source import Refused
from core.forms.values import equal
from core.forms.words import ORDINALS, Kind, Option

MOST = 500  # choices of one question
MOST_IN_A_SET = 5_000
DEEPEST = 5  # value sets that take in others


class Elsewhere(Exception):
    """The choices are not in the file: `why` is the problem's word, `where` the value set."""

    def __init__(self, why: str, where: str) -> None:
        super().__init__(why)
        self.why = why
        self.where = where


class Choices:
    """The value sets and code systems that a file contains."""

    def __init__(self, source: Mapping[str, Any], shows: Callable[[bytes], bool] = bool) -> None:
        self._shows = shows  # whether a picture beside a choice is one
        contained = source.get("contained")
        resources = [one for one in contained if isinstance(one, dict)] if isinstance(contained, list) else []
        self._sets = [one for one in resources if one.get("resourceType") == "ValueSet"]
        self._systems = {
            str(one.get("url")): one for one in resources if one.get("resourceType") == "CodeSystem" and one.get("url")
        }
        self._scores = dict(_scores(self._systems))

    def of(self, raw: Mapping[str, Any]) -> tuple[Option, ...]:
        """All choices of an item; empty when it names none. Raises Elsewhere, and Refused beyond the limits."""
        written = raw.get("answerOption")
        options = [self._option(one) for one in written if isinstance(one, dict)] if isinstance(written, list) else []
        options = [one for one in options if one.label.strip()]
        if isinstance(raw.get("answerValueSet"), str):
            options += self._listed(raw["answerValueSet"])
        if len(options) > MOST:
            raise Refused("too_many_options", found=len(options), limit=MOST)
        return tuple(self._scored(one) for one in options) if self._scores else tuple(options)

    def _option(self, raw: Mapping[str, Any]) -> Option:
        """A choice that is written beside its question, with its picture."""
        option, media = _option(raw), pictures.beside(raw, pictures.OF_A_CHOICE)
        shown = media is not None and self._shows(media[0])
        return replace(option, picture=pictures.image(*media)) if media and shown else option

    def _scored(self, option: Option) -> Option:
        """With what its code system says it counts, where nothing nearer says it (F59)."""
        coding = option.value.get("valueCoding")
        if option.score is not None or not isinstance(coding, dict):
            return option
        return replace(option, score=self._scores.get(_key(coding)))

    def blank(self, raw: Mapping[str, Any]) -> int:
        """How many choices written beside an item say nothing at all: nobody could choose them."""
        written = raw.get("answerOption")
        options = [_option(one) for one in written if isinstance(one, dict)] if isinstance(written, list) else []
        return sum(not one.label.strip() for one in options)

    def constant(self, raw: Mapping[str, Any]) -> tuple[Option, ...]:
        """The initial answers of a choice that has no choices: they are all there is to choose (F7)."""
        initial = raw.get("initial")
        return tuple(_option(one) for one in initial if isinstance(one, dict)) if isinstance(initial, list) else ()

    def _listed(self, reference: str) -> list[Option]:
        address = reference.partition("|")[0]
        if (one := self._contained(reference)) is not None:
            options = list(self._concepts(one))
            if not options:
                raise Elsewhere("value_set_unlisted", f"#{one.get('id')}")
            return options
        if address in BUNDLED:
            system, concepts = BUNDLED[address]
            return [_coded({"system": system, "code": code, "display": display}) for code, display in concepts]
        raise Elsewhere("value_set_elsewhere", reference)

    def _contained(self, reference: str) -> Mapping[str, Any] | None:
        """The value set of the file that goes by an address, in that version if one is wanted."""
        address, _, version = reference.partition("|")
        for one in self._sets:
            named = address in (f"#{one.get('id')}", one.get("url"))
            if named and (not version or version == one.get("version") or address.startswith("#")):
                return one
        return None

    def _concepts(self, value_set: Mapping[str, Any], depth: int = 0) -> Iterator[Option]:
        expansion = value_set.get("expansion")
        listed = expansion.get("contains") if isinstance(expansion, dict) else None
        if isinstance(listed, list) and listed:
            yield from _within(_coded(one) for one in _flat(listed, "contains") if _selectable(one))
            return
        compose = value_set.get("compose")
        compose = compose if isinstance(compose, dict) else {}
        left_out = {_key(coding) for part in _parts(compose, "exclude") for coding in self._part(part)}
        included = (option for part in _parts(compose, "include") for option in self._included(part, depth))
        yield from _within(one for one in included if _key(one.value["valueCoding"]) not in left_out)

    def _included(self, part: Mapping[str, Any], depth: int) -> Iterator[Option]:
        """The choices of one include; of other value sets of the file those that are in all of them."""
        named = part.get("valueSet")
        if not isinstance(named, list) or not named or part.get("system") or depth >= DEEPEST:
            yield from map(_coded, self._part(part))
            return
        found = [self._contained(str(one)) for one in named]
        first, *others = [[] if one is None else list(self._concepts(one, depth + 1)) for one in found]
        shared = [{_key(option.value["valueCoding"]) for option in one} for one in others]
        yield from (one for one in first if all(_key(one.value["valueCoding"]) in keys for keys in shared))

    def _part(self, part: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The codings of one include or exclude: listed, or a whole code system of the file, filtered."""
        system = part.get("system")
        concepts = part.get("concept")
        if isinstance(concepts, list):
            found = [one for one in concepts if isinstance(one, dict)]
        elif isinstance(system, str) and system in self._systems and not part.get("valueSet"):
            found = _filtered(self._systems[system], _parts(part, "filter"))
        else:
            found = []
        for one in found:
            yield {**({"system": system} if system else {}), **one}


def _scores(systems: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[tuple[Any, Any], Decimal]]:
    """What the concepts of code systems count: by an extension, or by a property of that meaning."""
    for url, system in systems.items():
        named = {
            one.get("code")
            for one in _parts(system, "property")
            if str(one.get("uri", "")).rpartition("#")[2] in ORDINALS
        }
        for concept in _flat(system.get("concept"), "concept"):
            said = [one for one in _parts(concept, "property") if one.get("code") in named]
            found = (_score(Extensions(concept)), *(one.get("valueDecimal", one.get("valueInteger")) for one in said))
            for score in found:
                if isinstance(score, int | Decimal) and not isinstance(score, bool):
                    yield (url, concept.get("code")), Decimal(score)
                    break


def _filtered(system: Mapping[str, Any], filters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The concepts of a code system that pass every filter; a filter we do not know lists nothing."""
    found = list(_flat(system.get("concept"), "concept"))
    for one in filters:
        operator, wanted = one.get("op"), str(one.get("value", ""))
        if operator in ("is-a", "descendent-of"):
            below = {c.get("code") for c in _flat([c for c in found if c.get("code") == wanted], "concept")}
            found = [c for c in found if c.get("code") in below and (operator == "is-a" or c.get("code") != wanted)]
        elif operator in ("=", "in") and one.get("property") in ("code", "concept"):
            codes = wanted.split(",") if operator == "in" else [wanted]
            found = [c for c in found if c.get("code") in codes]
        else:
            return []
    return found


def _flat(concepts: Any, below: str) -> Iterator[dict[str, Any]]:
    for one in concepts if isinstance(concepts, list) else ():
        if isinstance(one, dict):
            yield one
            yield from _flat(one.get(below), below)


def _selectable(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of an expansion is a choice, and not the heading of some (hl7.org/fhir/R4/valueset.html)."""
    return entry.get("abstract") is not True and bool(entry.get("code"))


def _parts(holder: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = holder.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _within(options: Iterator[Option]) -> Iterator[Option]:
    for number, option in enumerate(options):
        if number >= MOST_IN_A_SET:
            raise Refused("too_many_options", found=f"more than {MOST_IN_A_SET}", limit=MOST_IN_A_SET)
        yield option


def _key(coding: Mapping[str, Any]) -> tuple[Any, Any]:
    return coding.get("system"), coding.get("code")


def _coded(concept: Mapping[str, Any]) -> Option:
    kept = {key: concept[key] for key in ("system", "version", "code", "display") if key in concept}
    return _labelled({"valueCoding": kept}, (concept,))


def _option(raw: Mapping[str, Any]) -> Option:
    value = content(raw) or {}
    inside = next(iter(value.values()), None)
    if isinstance(inside, dict):
        value = {next(iter(value)): {key: one for key, one in inside.items() if key != "extension"}}
    return _labelled(value, (raw, inside), chosen=raw.get("initialSelected") is True)


def _labelled(value: Mapping[str, Any], holders: tuple[Any, ...], *, chosen: bool = False) -> Option:
    inside = next(iter(value.values()), "")
    label = (
        inside.get("display") or inside.get("code") or inside.get("reference") if isinstance(inside, dict) else inside
    )
    extensions = [Extensions(holder) for holder in holders]
    return Option(
        value,
        str("" if label is None else label),
        score=next((score for one in extensions if (score := _score(one)) is not None), None),
        prefix=next((prefix for one in extensions if (prefix := one.text("optionPrefix"))), ""),
        chosen=chosen,
        exclusive=any(one.flag("optionExclusive") for one in extensions),
    )


def _score(extensions: Extensions) -> Decimal | None:
    for name in ORDINALS:
        found = extensions.value(name, "Decimal", "Integer")
        if isinstance(found, int | Decimal) and not isinstance(found, bool):
            return Decimal(found)
    return None


def needed(kind: Kind) -> bool:
    """Whether a question of that kind cannot be asked without choices."""
    return kind in (Kind.CHOICE, Kind.REFERENCE)


def twin(options: tuple[Option, ...]) -> tuple[Option, Option] | None:
    """Two choices that are one and the same as answers; those that read the same, if there are such."""
    seen: dict[str, list[Option]] = {}
    found: tuple[Option, Option] | None = None
    for option in options:
        inside = next(iter(option.value.values()), None)
        near = seen.setdefault(str(inside.get("code")) if isinstance(inside, dict) else str(inside), [])
        for other in near:
            if equal(option.value, other.value):
                if option.label == other.label:
                    return other, option
                found = found or (other, option)
        near.append(option)
    return found
