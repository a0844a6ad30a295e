"""Reading a FHIR R4 Questionnaire: our own walk, because real files break strict readers (forms.md section 0, point 2).

Everything found is reported at once. A *problem* changes what is asked or checked, a *note* loses nothing (F4). What
cannot be read safely is refused whole (F1, F2, F5).
"""

import json
from collections.abc import Iterator
from typing import Any

from core.forms.circles import circle
from core.forms.words import Condition, Import, Item, Kind, Option, Problem, Questionnaire, Result

LARGEST = 2_000_000  # bytes (F2)
DEEPEST_JSON = 64
DEEPEST = 20
MOST_ITEMS = 2_000
MOST_OPTIONS = 500
LONGEST_TEXT = 10_000
LONGEST_ID = 255
FHIR = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
UNASKABLE = {"quantity": "quantity", "reference": "lookup", "attachment": "attachment", "dateTime": "dateTime"}
EXPRESSIONS = ("calculatedExpression", "enableWhenExpression", "initialExpression", "answerExpression")
CHECKS = ("questionnaire-constraint", "targetConstraint", "regex", "minLength", "maxDecimalPlaces")
OPERATORS = frozenset({"exists", "=", "!=", ">", "<", ">=", "<="})


def read(data: bytes) -> Import:
    """What a file is, as a whole; never raises."""
    try:
        source = parse(data)
        return _Reader(source).read()
    except _Refused as refused:
        return Import(Result.REFUSED, None, (Problem(refused.link_id, refused.text, "", refused.why, "refused"),))


def parse(data: bytes) -> dict[str, Any]:
    """The JSON of a Questionnaire, within the limits of F2. Raises a refusal that `read` reports."""
    if len(data) > LARGEST:
        raise _Refused("too_large")
    try:
        source = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_no_twins)
    except RecursionError as error:
        raise _Refused("too_deep") from error
    except ValueError as error:
        raise _Refused("not_json") from error
    if _depth(source) > DEEPEST_JSON:
        raise _Refused("too_deep")
    source = _only_entry(source)
    if not isinstance(source, dict) or source.get("resourceType") != "Questionnaire":
        raise _Refused("other_resource", text=str(source.get("resourceType", "")) if isinstance(source, dict) else "")
    return source


class _Refused(Exception):
    def __init__(self, why: str, link_id: str = "", text: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.link_id = link_id
        self.text = text


class _Reader:
    """One walk over a source, gathering what it finds."""

    def __init__(self, source: dict[str, Any]) -> None:
        self._source = source
        self._problems: list[Problem] = []
        self._notes: list[str] = []
        self._seen: dict[str, str] = {}

    def read(self) -> Import:
        """The form, or why not."""
        self._refuse_what_changes_meaning(self._source)
        raw = self._source.get("item")
        if not isinstance(raw, list) or not raw:
            raise _Refused("no_items")
        items = tuple(self._item(one, 1) for one in raw)
        if self._source.get("status") is None:
            self._notes.append("missing status: taken as draft")
        self._conditions(items)
        form = Questionnaire(
            title=_text(self._source.get("title")) or _text(self._source.get("name")) or "Form",
            name=_text(self._source.get("name")),
            version=_text(self._source.get("version")),
            url=_text(self._source.get("url")),
            copyright=_text(self._source.get("copyright")),
            items=items,
        )
        result = Result.PART if self._problems else Result.FULL
        return Import(result, form, tuple(self._problems), tuple(self._notes), len(self._seen))

    def _item(self, raw: Any, depth: int) -> Item:
        if not isinstance(raw, dict) or depth > DEEPEST:
            raise _Refused("too_deep" if depth > DEEPEST else "no_link_id")
        self._refuse_what_changes_meaning(raw)
        link_id, text = self._identity(raw)
        kind = self._kind(raw, link_id, text)
        self._tell_extensions(raw, link_id, text)
        extensions = _extensions(raw)
        options = self._options(raw, kind, link_id, text)
        if raw.get("repeats") and kind not in (Kind.CHOICE, Kind.OPEN_CHOICE):
            self._problem(link_id, text, "repeats", "can be answered several times", "asked once")
        return Item(
            link_id=link_id,
            name=f"q{len(self._seen)}",
            kind=kind,
            text=text,
            prefix=_text(raw.get("prefix")),
            required=raw.get("required") is True and kind not in (Kind.GROUP, Kind.DISPLAY),
            repeats=raw.get("repeats") is True,
            read_only=raw.get("readOnly") is True,
            hidden=extensions.get(f"{FHIR}questionnaire-hidden", {}).get("valueBoolean") is True,
            max_length=raw.get("maxLength") if isinstance(raw.get("maxLength"), int) else None,
            minimum=_value(extensions.get(f"{FHIR}minValue")),
            maximum=_value(extensions.get(f"{FHIR}maxValue")),
            options=options,
            conditions=_conditions(raw),
            behavior=raw.get("enableBehavior", "all"),
            items=tuple(self._item(one, depth + 1) for one in raw.get("item") or ()),
        )

    def _identity(self, raw: dict[str, Any]) -> tuple[str, str]:
        link_id, text = raw.get("linkId"), _text(raw.get("text"))
        if not isinstance(link_id, str) or not link_id or len(link_id) > LONGEST_ID:
            raise _Refused("no_link_id", text=text)
        if link_id in self._seen:
            raise _Refused("twice", link_id, text)
        if len(text) > LONGEST_TEXT or len(self._seen) >= MOST_ITEMS:
            raise _Refused("too_large", link_id)
        self._seen[link_id] = text
        return link_id, text

    def _kind(self, raw: dict[str, Any], link_id: str, text: str) -> Kind:
        found = raw.get("type")
        if found in {kind.value for kind in Kind}:
            return Kind(found)
        if found in UNASKABLE:
            if raw.get("required"):
                raise _Refused("required_unaskable", link_id, text)
            self._problem(link_id, text, str(found), UNASKABLE[found], "left out")
            return Kind.DISPLAY
        if found in ("coding", "question"):
            raise _Refused("other_version", link_id, str(found))
        raise _Refused("unknown_type", link_id, str(found))

    def _options(self, raw: dict[str, Any], kind: Kind, link_id: str, text: str) -> tuple[Option, ...]:
        options = tuple(_option(one) for one in raw.get("answerOption") or () if isinstance(one, dict))
        if raw.get("answerValueSet"):
            options += self._contained(str(raw["answerValueSet"]))
        if len(options) > MOST_OPTIONS:
            raise _Refused("too_large", link_id)
        if len({json.dumps(option.value, sort_keys=True) for option in options}) != len(options):
            raise _Refused("twin_options", link_id, text)
        if kind is Kind.CHOICE and not options:
            if raw.get("required"):
                raise _Refused("required_unaskable", link_id, text)
            self._problem(link_id, text, "answerValueSet", "its choices are not in the file", "left out")
        return options

    def _contained(self, reference: str) -> tuple[Option, ...]:
        for one in self._source.get("contained") or ():
            if isinstance(one, dict) and one.get("resourceType") == "ValueSet" and _is(one, reference):
                return tuple(_concepts(one))
        return ()

    def _conditions(self, items: tuple[Item, ...]) -> None:
        """Conditions that can never be decided, and circles in which nothing would ever be asked."""
        flat = list(walk(items))
        askable = {item.link_id: item.kind for item in flat}
        for item in flat:
            for condition in item.conditions:
                if condition.operator not in OPERATORS:
                    raise _Refused("unknown_operator", item.link_id, item.text)
                if condition.question not in askable:
                    why = f"waits for a question “{condition.question}” that is not in the form"
                    self._problem(item.link_id, item.text, "enableWhen", why, "always asked")
                elif askable[condition.question] in (Kind.GROUP, Kind.DISPLAY):
                    self._problem(item.link_id, item.text, "enableWhen", "waits for what has no answer", "never asked")
        if found := circle({item.link_id: [c.question for c in item.conditions] for item in flat}):
            raise _Refused("circle", found[0], " → ".join(found))

    def _tell_extensions(self, raw: dict[str, Any], link_id: str, text: str) -> None:
        for url in _extensions(raw):
            if any(url.endswith(name) for name in EXPRESSIONS):
                self._problem(link_id, text, url, "uses a calculation", "stays empty or always asked")
            elif any(url.endswith(name) for name in CHECKS):
                self._problem(link_id, text, url, "has a check that cannot be read", "the check is left out")
        if raw.get("enableWhen") and len(raw["enableWhen"]) > 1 and "enableBehavior" not in raw:
            self._problem(link_id, text, "enableBehavior", "does not say whether all or any must hold", "taken as all")

    def _refuse_what_changes_meaning(self, raw: dict[str, Any]) -> None:
        if raw.get("modifierExtension") or raw.get("implicitRules"):
            raise _Refused("modifier", str(raw.get("linkId", "")), _text(raw.get("text")))

    def _problem(self, link_id: str, text: str, extension: str, why: str, effect: str) -> None:
        self._problems.append(Problem(link_id, text, extension, why, effect))


def walk(items: tuple[Item, ...]) -> Iterator[Item]:
    """Every item, in the order of the form."""
    for item in items:
        yield item
        yield from walk(item.items)


def _option(raw: dict[str, Any]) -> Option:
    value = {key: one for key, one in raw.items() if key.startswith("value")}
    content = next(iter(value.values()), "")
    label = content.get("display") or content.get("code") or "" if isinstance(content, dict) else str(content)
    return Option(value, label, _score(raw, content))


def _score(raw: dict[str, Any], content: Any) -> float | None:
    for holder in (raw, content if isinstance(content, dict) else {}):
        for url, extension in _extensions(holder).items():
            if url.endswith(("ordinalValue", "itemWeight")) and "valueDecimal" in extension:
                return float(extension["valueDecimal"])
    return None


def _concepts(value_set: dict[str, Any]) -> Iterator[Option]:
    expansion = value_set.get("expansion", {}).get("contains")
    for one in expansion or ():
        yield _option({"valueCoding": {k: one[k] for k in ("system", "code", "display") if k in one}})
    if not expansion:
        for part in value_set.get("compose", {}).get("include") or ():
            for one in part.get("concept") or ():
                coding = {"system": part.get("system"), "code": one.get("code"), "display": one.get("display")}
                yield _option({"valueCoding": {k: v for k, v in coding.items() if v is not None}})


def _conditions(raw: dict[str, Any]) -> tuple[Condition, ...]:
    return tuple(
        Condition(
            str(one.get("question", "")),
            str(one.get("operator", "")),
            {f"value{key[6:]}": value for key, value in one.items() if key.startswith("answer")},
        )
        for one in raw.get("enableWhen") or ()
        if isinstance(one, dict)
    )


def _extensions(raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {str(one.get("url", "")): one for one in raw.get("extension") or () if isinstance(one, dict)}


def _value(extension: dict[str, Any] | None) -> dict[str, Any] | None:
    found = {key: value for key, value in (extension or {}).items() if key.startswith("value")}
    return found or None


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _is(value_set: dict[str, Any], reference: str) -> bool:
    wanted = reference.split("|")[0]
    return wanted in (f"#{value_set.get('id')}", value_set.get("url"))


def _only_entry(source: Any) -> Any:
    """A Bundle that holds exactly one resource stands for it."""
    if isinstance(source, dict) and source.get("resourceType") == "Bundle" and len(source.get("entry") or ()) == 1:
        return source["entry"][0].get("resource")
    return source


def _depth(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max((_depth(one) for one in value.values()), default=0)
    return 1 + max((_depth(one) for one in value), default=0) if isinstance(value, list) else 0


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
