"""Answers as a FHIR QuestionnaireResponse, and back (F67-F70).

Enabled questions only, in the order of the form; a repeating group is several items side by side, a repeating question
one item with several answers, and what was asked under an answer stands in that answer. Decimals keep their digits.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

from core.forms.asking.places import Plan, opens_scopes, plan
from core.forms.extensions import OWN
from core.forms.values import equal
from core.forms.words import Answers, Entry, Item, Kind, Option, Place, Questionnaire, Value

AMENDS = f"{OWN}amends"


@dataclass(frozen=True, slots=True)
class Given:
    """Who answered which version: the facts of a response that stand outside its answers; ids are URNs or plain.

    Where staff put answers right, `corrected_by` is who (id and name), and `amends` the id of the response before.
    `signature` is the extension of `signing`.
    """

    id: str = ""
    identifier: str = ""
    questionnaire: str = ""
    patient: str = ""
    language: str = ""
    amends: str = ""
    corrected_by: tuple[str, str] = ("", "")
    signature: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A response as answers; `strange` are linkIds that the form does not have there, `surplus` second groups."""

    answers: Answers
    strange: tuple[str, ...] = ()
    surplus: tuple[Place, ...] = ()


def response(form: Questionnaire, answers: Answers, authored: datetime, given: Given | None = None) -> dict[str, Any]:
    """The QuestionnaireResponse of answers that count (`State.answers`); `authored` in UTC, to the second."""
    given = given or Given()
    version = form.url + (f"|{form.version}" if form.version else "") if form.url else ""
    subject = {"reference": f"Patient/{given.patient}"} if given.patient else None
    system = {"system": "urn:ietf:rfc:3986", "value": given.identifier} if given.identifier else None
    staff_id, name = given.corrected_by
    staff = {"reference": f"Practitioner/{staff_id}", "display": name} if staff_id else None
    before = {"url": AMENDS, "valueReference": {"reference": f"QuestionnaireResponse/{given.amends}"}}
    found = {
        "resourceType": "QuestionnaireResponse",
        "id": given.id,
        "language": given.language or form.language,
        "extension": [*([before] if given.amends else ()), *([given.signature] if given.signature else ())],
        "identifier": system,
        "questionnaire": given.questionnaire or version,
        "status": "amended" if given.amends else "completed",
        "subject": subject,
        "authored": authored.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "author": staff or subject,
        "source": subject,
        "item": items(form.items, answers),
    }
    return {key: value for key, value in found.items() if value}


def items(asked: tuple[Item, ...], answers: Answers) -> list[dict[str, Any]]:
    """The answers to some items, as `item` of a response."""
    return Tree().items(asked, answers)


@dataclass(slots=True)
class Tree:
    """Builds response items; `scored` puts what options count onto codings, `where` keeps the way to each item."""

    scored: bool = False
    where: dict[Place, tuple[str | int, ...]] = field(default_factory=dict)

    def items(
        self,
        asked: tuple[Item, ...],
        answers: Answers,
        under: tuple[tuple[str, int], ...] = (),
        way: tuple[str | int, ...] = (),
    ) -> list[dict[str, Any]]:
        """The items of one scope that have anything in them."""
        found: list[dict[str, Any]] = []
        for item in asked:
            if item.kind is Kind.DISPLAY:
                continue
            entries = answers.get(item.link_id, ())
            here = (*way, "item", len(found))
            if item.kind is Kind.GROUP and item.repeats:
                for number, entry in enumerate(entries):
                    here = (*way, "item", len(found))
                    inside = self.items(item.items, entry.below, (*under, (item.link_id, number)), here)
                    self._add(found, item, Place(item.link_id, under, number), here, {"item": inside})
            elif item.kind is Kind.GROUP:
                inside = self.items(item.items, answers, under, here)
                self._add(found, item, Place(item.link_id, under), here, {"item": inside})
            else:
                given = [self._answer(item, one, number, under, here) for number, one in enumerate(entries)]
                self._add(found, item, Place(item.link_id, under), here, {"answer": given})
        return found

    def _add(
        self,
        found: list[dict[str, Any]],
        item: Item,
        place: Place,
        way: tuple[str | int, ...],
        inside: dict[str, list[dict[str, Any]]],
    ) -> None:
        if not any(inside.values()):
            return
        self.where[place] = way
        words = {"linkId": item.link_id, "definition": item.definition, "text": item.text}
        found.append({**{key: value for key, value in words.items() if value}, **inside})

    def _answer(
        self, item: Item, entry: Entry, number: int, under: tuple[tuple[str, int], ...], way: tuple[str | int, ...]
    ) -> dict[str, Any]:
        value = dict(entry.value or {})
        if self.scored and isinstance(value.get("valueCoding"), dict):
            value["valueCoding"] = _with_score(value, item.options)
        below = self.items(item.items, entry.below, (*under, (item.link_id, number)), (*way, "answer", number))
        return {**value, "item": below} if below else value


def _with_score(value: Value, options: tuple[Option, ...]) -> dict[str, Any]:
    coding = dict(value["valueCoding"])
    score = next((o.score for o in options if o.score is not None and equal(o.value, value)), None)
    if score is not None:
        url = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
        coding["extension"] = [{"url": url, "valueDecimal": score}]
    return coding


def dumps(value: Any) -> bytes:
    """JSON with decimals as numbers of the same digits."""
    return orjson.dumps(value, default=_digits)


def _digits(value: Any) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).encode())
    raise TypeError(type(value).__name__)


# -- reading ---------------------------------------------------------------------------------------------------------


def read(form: Questionnaire, source: Mapping[str, Any]) -> Read:
    """The answers of a response to a form; judging them is the engine's. Never raises."""
    reader = _Reader(plan(form))
    answers = reader.scope(source.get("item"), (), "")
    return Read(answers, tuple(reader.strange), tuple(reader.surplus))


class _Reader:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.strange: list[str] = []
        self.surplus: list[Place] = []

    def scope(self, raw: Any, under: tuple[tuple[str, int], ...], owner: str) -> dict[str, tuple[Entry, ...]]:
        """The answers of one scope."""
        found: dict[str, list[Entry]] = {}
        self._gather(raw, under, owner, found, set())
        return {link_id: tuple(entries) for link_id, entries in found.items()}

    def _gather(
        self,
        raw: Any,
        under: tuple[tuple[str, int], ...],
        owner: str,
        found: dict[str, list[Entry]],
        groups: set[str],
    ) -> None:
        for one in _dicts(raw):
            link_id = str(one.get("linkId", ""))
            item = self._plan.items.get(link_id)
            owners = self._plan.owners.get(link_id, ())
            if item is None or (owners[-1] if owners else "") != owner:
                self.strange.append(link_id)
            elif item.kind is Kind.DISPLAY:
                self.strange += [link_id] if one.get("answer") or one.get("item") else []  # its words may come along
            elif item.kind is Kind.GROUP and one.get("answer"):
                self.strange.append(link_id)
            elif item.kind is Kind.GROUP and item.repeats:
                entries = found.setdefault(link_id, [])
                inside = self.scope(one.get("item"), (*under, (link_id, len(entries))), link_id)
                entries.append(Entry(None, inside))
            elif item.kind is Kind.GROUP:
                if link_id in groups:
                    self.surplus.append(Place(link_id, under))
                groups.add(link_id)
                self._gather(one.get("item"), under, owner, found, groups)
            else:
                entries = found.setdefault(link_id, [])
                entries += self._answers(item, one, under, len(entries))
                # What is asked under a question stands in its answer; beside it nobody knows under which.
                self.strange += [str(below.get("linkId", "")) for below in _dicts(one.get("item")) if _says(below)]

    def _answers(
        self, item: Item, one: Mapping[str, Any], under: tuple[tuple[str, int], ...], start: int
    ) -> Iterator[Entry]:
        for number, answer in enumerate(_dicts(one.get("answer")), start):
            value = {key: inside for key, inside in answer.items() if key.startswith("value")}
            below = self.scope(answer.get("item"), (*under, (item.link_id, number)), item.link_id)
            yield Entry(value, below if opens_scopes(item) else {})


def _says(item: Mapping[str, Any]) -> bool:
    """Whether an item of a response holds any answer, however deep."""
    return bool(item.get("answer")) or any(map(_says, _dicts(item.get("item"))))


def _dicts(raw: Any) -> list[dict[str, Any]]:
    return [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
