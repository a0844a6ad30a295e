"""A question as the builder shows it: plain words out of an item's JSON, and back into it (F75-F77).

Only what is shown is written; everything else an item carries stays as it was and is named in `kept`.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from core.errors import Invalid, NotFound
from core.forms.asking import dates
from core.forms.asking.choices import Choices, Elsewhere
from core.forms.builder.building import Form, all_items, is_help, item_of, with_extension
from core.forms.extensions import Extensions, content, short
from core.forms.importing.source import Refused
from core.forms.library.naming import slug
from core.forms.own import FILLS, PROPOSES, Flag, Rule, fills_of, proposes_of
from core.forms.words import ORDINALS

HL7 = "http://hl7.org/fhir/StructureDefinition/"
KINDS: Mapping[str, tuple[str, bool | None]] = {  # plain name -> FHIR type, and whether it repeats (None: asked)
    "section": ("group", None),
    "reading": ("display", False),
    "yes": ("boolean", False),
    "one": ("choice", False),
    "several": ("choice", True),
    "other": ("open-choice", False),
    "short": ("string", None),
    "long": ("text", False),
    "whole": ("integer", False),
    "number": ("decimal", False),
    "unit": ("quantity", False),
    "date": ("date", False),
    "time": ("time", False),
    "file": ("attachment", False),
    "signature": ("attachment", False),  # told from a file by its control (F71)
}
CHOOSES = frozenset({"choice", "open-choice"})
NUMBERS = frozenset({"integer", "decimal"})
PROPOSING = frozenset({"string", "date", "choice"})  # whose answers may be a detail of the patient (F62)
WRITTEN = frozenset({"string", "text", "open-choice"})
OPERATORS: Mapping[str, str] = {
    "is": "=",
    "not": "!=",
    "more": ">",
    "less": "<",
    "answered": "exists",
    "open": "exists",
}
SHOWN = frozenset(
    "linkId type text required repeats answerOption item enableWhen enableBehavior maxLength extension prefix".split()
)
SHOWN_EXTENSIONS = frozenset({"minValue", "maxValue", "unit", "itemControl", "proposes", "autocomplete"})
CONTROL, FORMAT = f"{HL7}questionnaire-itemControl", f"{HL7}entryFormat"
CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
UNSAID = "new-choice-"  # the code of a choice that nobody has put into words yet
SIGNS: Form = {"url": CONTROL, "valueCodeableConcept": {"coding": [{"system": CONTROLS, "code": "signature"}]}}
EXACT: Mapping[str, str] = {"month": "yyyy-mm", "year": "yyyy"}  # what is enough of a date, and how FHIR says so (F16)
FILLED = frozenset({"string", "date"})  # whose field a browser may fill in (F17)


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: `was` is its place in the file (none for a new one), `points` what it counts."""

    label: str
    points: Decimal | None = None
    was: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """*Ask only if*: a question, one of OPERATORS, and the value as people write it."""

    question: str
    operator: str
    value: str = ""
    asked: str = ""  # the words of the question, where somebody reads it


@dataclass(frozen=True, slots=True)
class Question:
    """What the builder shows of an item. `kind` is a plain name, or the FHIR type where there is none."""

    text: str
    kind: str
    help: str = ""
    required: bool = False
    repeats: bool = False
    choices: tuple[Choice, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    longest: int | None = None
    unit: str = ""
    waits: tuple[Wait, ...] = ()
    any_of: bool = False
    counts: bool = False
    reverse: bool = False
    urgent_from: Decimal | None = None
    proposes: str = ""
    exact: str = ""
    fills: str = ""
    kept: tuple[str, ...] = ()


def question(form: Form, link_id: str, rule: Rule | None) -> Question:
    """An item in plain words. Raises NotFound("question")."""
    raw = item_of(form, link_id)
    extensions = Extensions(raw)
    flags = [one.least for one in rule.flags if one.question == link_id and one.least is not None] if rule else []
    return Question(
        text=str(raw.get("text", "")),
        kind=plain(raw),
        help=next((str(one.get("text", "")) for one in raw.get("item", ()) if is_help(one)), ""),
        required=raw.get("required") is True,
        repeats=raw.get("repeats") is True,
        choices=tuple(_choices(raw)),
        least=_number(content(extensions.first("minValue"))),
        most=_number(content(extensions.first("maxValue"))),
        longest=raw.get("maxLength"),
        unit=str((extensions.value("unit", "Coding") or {}).get("display", "")),
        waits=tuple(_wait(form, one) for one in raw.get("enableWhen", ())),
        any_of=raw.get("enableBehavior") == "any",
        counts=rule is not None and link_id in rule.questions,
        reverse=rule is not None and link_id in rule.reverse,
        urgent_from=flags[0] if flags else None,
        proposes=proposes_of(raw),
        exact=next((name for name, said in EXACT.items() if said == extensions.text("entryFormat").casefold()), ""),
        fills=fills_of(raw),
        kept=tuple(sorted(_kept(raw))),
    )


def texts_of(form: Form) -> dict[str, str]:
    """What each item says, by its name."""
    return {str(one.get("linkId")): str(one.get("text") or one.get("linkId")) for one, _ in all_items(form)}


def conditions(form: Form, raw: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[Wait]:
    """When an item is asked, each condition with the words of the question it looks at; `texts` are those of all."""
    for one in raw.get("enableWhen", ()):
        wait = _wait(form, one)
        yield replace(wait, asked=texts.get(wait.question, wait.question))


def plain(raw: Mapping[str, Any]) -> str:
    """The plain name of an item's kind; its FHIR type where there is none."""
    kind, repeats = str(raw.get("type")), raw.get("repeats") is True
    if kind == "attachment" and "signature" in Extensions(raw).codes("itemControl"):
        return "signature"
    return next((name for name, (type_, r) in KINDS.items() if type_ == kind and r in (None, repeats)), kind)


def changed(form: Form, link_id: str, new: Question) -> Form:
    """The form with an item as `new` says.

    Raises NotFound("question"), and Invalid("question" | "choices" | "condition" | "limits" | "unit" | "urgent", …).
    """
    if not new.text.strip():
        raise Invalid("question", "empty")
    if new.least is not None and new.most is not None and new.least > new.most:
        raise Invalid("limits", "range")
    made = deepcopy(form)
    raw = item_of(made, link_id)
    _check_use(raw, new)
    kind, repeats = KINDS.get(new.kind, (str(raw["type"]), None))
    _put(raw, "type", kind)
    _put(raw, "text", new.text.strip())
    _put(raw, "required", (new.required and kind not in ("display", "group")) or None)
    _put(raw, "repeats", (new.repeats if repeats is None else repeats) or None)
    _put(raw, "maxLength", new.longest if kind in WRITTEN else None)
    if "answerValueSet" not in raw:
        _put(raw, "answerOption", _options(made, raw, new) if kind in CHOOSES else None)
    waits = [_condition(made, one) for one in new.waits]
    _put(raw, "enableWhen", waits or None)
    _put(raw, "enableBehavior", ("any" if new.any_of else "all") if len(waits) > 1 else None)
    _put_help(raw, new.help.strip())
    whole = with_extension(raw, f"{HL7}minValue", _limit("minValue", kind, new.least))
    whole = with_extension(whole, f"{HL7}maxValue", _limit("maxValue", kind, new.most))
    unit = (
        {"url": f"{HL7}questionnaire-unit", "valueCoding": {"display": new.unit.strip()}} if new.unit.strip() else None
    )
    whole = with_extension(whole, f"{HL7}questionnaire-unit", unit if kind == "quantity" else None)
    proposed = {"url": PROPOSES, "valueCode": new.proposes} if new.proposes and kind in PROPOSING else None
    whole = with_extension(whole, PROPOSES, proposed)
    fills = {"url": FILLS, "valueCode": new.fills} if new.fills and kind in FILLED else None
    whole = _with_look(with_extension(whole, FILLS, fills), kind, new)
    raw.clear()
    raw.update(whole)
    return made


def _check_use(raw: Form, new: Question) -> None:
    """A number of nobody knows what, or an alarm that no choice can set off, is no question."""
    known = any(
        url.endswith(("unitOption", "unitValueSet"))
        for url in (str(one.get("url")) for one in raw.get("extension", ()))
    )
    if new.kind == "unit" == plain(raw) and not new.unit.strip() and not known:
        raise Invalid("unit", "empty")
    points = [one.points for one in new.choices if one.points is not None]
    if new.urgent_from is not None and new.choices and max(points, default=0) < new.urgent_from:
        raise Invalid("urgent", "never", most=max(points, default=None))


def _with_look(raw: Form, kind: str, new: Question) -> Form:
    """An item that is signed, or whose date need not be whole; what else was said of its look stays."""
    if (plain(raw) == "signature") is not (new.kind == "signature"):
        raw = with_extension(raw, CONTROL, SIGNS if new.kind == "signature" else None)
    ours = Extensions(raw).text("entryFormat").casefold() in EXACT.values()
    if kind == "date" and new.exact in EXACT:
        return with_extension(raw, FORMAT, {"url": FORMAT, "valueString": EXACT[new.exact]})
    return with_extension(raw, FORMAT, None) if ours else raw


def counted(rule: Rule, link_id: str, new: Question) -> Rule:
    """The rule of the score with a question counted or not, urgent or not."""
    others = tuple(one for one in rule.questions if one != link_id)
    flags = tuple(one for one in rule.flags if one.question != link_id or one.condition is not None)
    if new.urgent_from is not None:
        flags = (*flags, Flag(link_id, new.urgent_from))
    reverse = tuple(one for one in rule.reverse if one != link_id)
    if not new.counts:
        return replace(rule, questions=others, flags=flags, reverse=reverse)
    questions = rule.questions if link_id in rule.questions else (*others, link_id)
    return replace(rule, questions=questions, flags=flags, reverse=(*reverse, link_id) if new.reverse else reverse)


def unsaid_choices(system: str, labels: tuple[str, ...]) -> list[Form]:
    """The choices a question begins with: each gets its code with the words that it is first saved with."""
    codings = ({"system": system, "code": f"{UNSAID}{n}", "display": one} for n, one in enumerate(labels, 1))
    return [{"valueCoding": one} for one in codings]


# -- choices ---------------------------------------------------------------------------------------------------------


def _choices(raw: Mapping[str, Any]) -> Iterator[Choice]:
    if "answerValueSet" in raw:
        return
    for place, option in enumerate(Choices({}).of(raw)):
        yield Choice(option.label, option.score, place)


def _options(form: Form, raw: Form, new: Question) -> list[Form]:
    before = raw.get("answerOption") or []
    system = f"{form.get('url', 'urn:latchkey')}:choices"
    codes = {str((one.get("valueCoding") or {}).get("code", "")) for one in before}
    found: list[Form] = []
    for choice in new.choices:
        known = before[choice.was] if choice.was is not None and choice.was < len(before) else None
        fresh = known is None or str((known.get("valueCoding") or {}).get("code", "")).startswith(UNSAID)
        option = _fresh(system, choice.label, codes) if fresh or known is None else _relabelled(known, choice.label)
        found.append(_pointed(option, choice.points))
    labels = [one.label.casefold() for one in new.choices]
    if len(labels) < 2 or len(set(labels)) != len(labels):
        raise Invalid("choices", "few" if len(labels) < 2 else "twice")
    return found


def _fresh(system: str, label: str, codes: set[str]) -> Form:
    first = slug(label, "choice")[:40]
    code, number = first, 2
    while code in codes:
        code, number = f"{first}-{number}", number + 1
    codes.add(code)
    return {"valueCoding": {"system": system, "code": code, "display": label}}


def _relabelled(option: Form, label: str) -> Form:
    """A choice with other words: a coding keeps its code, so that answers of both versions compare."""
    (old,) = Choices({}).of({"answerOption": [option]})
    if old.label == label:
        return deepcopy(option)
    if isinstance(coding := option.get("valueCoding"), dict):
        return {**option, "valueCoding": {**coding, "display": label}}
    return {**{key: one for key, one in option.items() if not key.startswith("value")}, "valueString": label}


def _pointed(option: Form, points: Decimal | None) -> Form:
    others = [one for one in option.get("extension", ()) if not str(one.get("url", "")).endswith(ORDINALS)]
    if points is not None:
        others.append({"url": f"{HL7}ordinalValue", "valueDecimal": points})
    rest = {key: value for key, value in option.items() if key != "extension"}
    return {"extension": others, **rest} if others else rest


# -- ask only if -----------------------------------------------------------------------------------------------------


def _wait(form: Form, raw: Mapping[str, Any]) -> Wait:
    asked, operator = str(raw.get("question", "")), str(raw.get("operator", ""))
    found = next((one for key, one in raw.items() if key.startswith("answer")), None)
    if operator == "exists":
        return Wait(asked, "answered" if found else "open")
    name = next((name for name, one in OPERATORS.items() if one == operator), operator)
    if isinstance(found, bool):
        return Wait(asked, name, "Yes" if found else "No")
    if isinstance(found, dict):
        return Wait(asked, name, _label_of(form, asked, found))
    return Wait(asked, name, str(found))


def _label_of(form: Form, link_id: str, coding: Mapping[str, Any]) -> str:
    try:
        options = Choices(form).of(item_of(form, link_id))
    except (Elsewhere, Refused, NotFound):  # then the code can be shown
        options = ()
    wanted = (coding.get("system"), coding.get("code"))
    codings = ((one, one.value.get("valueCoding", {})) for one in options)
    found = next((one.label for one, mine in codings if (mine.get("system"), mine.get("code")) == wanted), "")
    return found or str(coding.get("display") or coding.get("code") or coding.get("value") or "")


def _condition(form: Form, wait: Wait) -> Form:
    asked = item_of(form, wait.question)
    kind = asked.get("type")
    condition: Form = {"question": wait.question, "operator": OPERATORS.get(wait.operator, wait.operator)}
    if condition["operator"] == "exists":
        return {**condition, "answerBoolean": wait.operator == "answered"}
    said = wait.value.strip()
    if kind == "boolean" and said.casefold() in ("yes", "no"):
        return {**condition, "answerBoolean": said.casefold() == "yes"}
    if options := Choices(form).of(asked) if kind in CHOOSES else ():
        found = next((one.value for one in options if one.label.casefold() == said.casefold()), None)
        if found is not None:
            return {**condition, **{f"answer{key.removeprefix('value')}": one for key, one in found.items()}}
    if kind in NUMBERS and (number := _typed(said)) is not None:
        whole = kind == "integer" and number == int(number)
        return {**condition, **({"answerInteger": int(number)} if whole else {"answerDecimal": number})}
    if kind in ("string", "text", "open-choice") and said:
        return {**condition, "answerString": said}
    with suppress(dates.Mistyped):
        if kind == "date" and said:
            return {**condition, "answerDate": dates.written(said)}
        if kind == "time" and said:
            return {**condition, "answerTime": dates.clock(said).isoformat()}
    raise Invalid("condition", "value", asked=str(asked.get("text", "")), value=said)


# -- small things ----------------------------------------------------------------------------------------------------


def _put(raw: Form, key: str, value: Any) -> None:
    if value is None:
        raw.pop(key, None)
    else:
        raw[key] = value


def _put_help(raw: Form, help: str) -> None:
    others = [one for one in raw.get("item", ()) if not is_help(one)]
    if help:
        concept = {"coding": [{"system": "http://hl7.org/fhir/questionnaire-item-control", "code": "help"}]}
        control = {"url": f"{HL7}questionnaire-itemControl", "valueCodeableConcept": concept}
        known = next((one for one in raw.get("item", ()) if is_help(one)), {"linkId": f"{raw['linkId']}-help"})
        others.insert(0, {**known, "type": "display", "text": help, "extension": [control]})
    _put(raw, "item", others or None)


def _limit(name: str, kind: str, value: Decimal | None) -> Form | None:
    if value is None or kind not in NUMBERS:
        return None
    written = {"valueInteger": int(value)} if kind == "integer" else {"valueDecimal": value}
    return {"url": f"{HL7}{name}", **written}


def _number(value: Mapping[str, Any] | None) -> Decimal | None:
    found = next(iter((value or {}).values()), None)
    return Decimal(found) if isinstance(found, int | Decimal) and not isinstance(found, bool) else None


def _typed(said: str) -> Decimal | None:
    plain = said.replace(",", ".")
    return Decimal(plain) if plain.removeprefix("-").replace(".", "", 1).isascii() and _is_number(plain) else None


def _is_number(said: str) -> bool:
    head, _, tail = said.removeprefix("-").partition(".")
    return bool(head or tail) and (head + tail).isdigit() and len(said) <= 18


def _kept(raw: Mapping[str, Any]) -> Iterator[str]:
    yield from (key for key in raw if key not in SHOWN and not key.startswith("_"))
    names = {short(url) for url, _ in Extensions(raw)} - SHOWN_EXTENSIONS
    known = Extensions(raw).text("entryFormat").casefold() in EXACT.values()
    yield from names - ({"entryFormat"} if known else set())
    if Extensions(raw.get("_text") or {}).has("translation"):
        yield "words in other languages"
