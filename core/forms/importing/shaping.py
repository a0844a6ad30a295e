"""A resource as everything behind this door reads it: each element of the JSON type that FHIR gives it (F5).

JSON that is valid and of a wrong type is worse than a broken file: a reader that takes `"required": "true"` for no
says nothing and asks another form. So nothing reads a file that has not passed here: what is of a wrong type is told,
with its question, what was there and what had to be; it is taken out, and the file refused where its meaning would go.
A `null` says nothing, as FHIR has none: it counts as not written.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from core.forms.extensions import known, short, string
from core.forms.importing.findings import Findings
from core.forms.importing.shapes import (
    CONTAINED,
    HOLD_A_VALUE,
    INSIDE,
    NOTHING_WITHOUT,
    NUMBER,
    READ,
    SHAPES,
    TRUTH,
    VITAL,
    WHOLE,
    WORDS,
    Want,
    type_of_value,
)
from core.forms.importing.source import Refused

MOST = 500  # elements of a wrong type: who has more has no form at all
WRONG: Any = object()
PRIMITIVES: Mapping[str, tuple[type, ...]] = {TRUTH: (bool,), WHOLE: (int,), NUMBER: (int, Decimal), WORDS: (str,)}
EXPECTED: Mapping[str, str] = {
    TRUTH: "true or false",
    WHOLE: "a whole number",
    NUMBER: "a number",
    WORDS: "a text",
}


class _Where(NamedTuple):
    """Which question an element belongs to, and the way to it from there."""

    link_id: str = ""
    text: str = ""
    way: str = ""
    vital: bool = False
    grave: bool = False  # all below is vital, too
    within: str = ""  # the extension it stands in

    def at(self, name: str, *, vital: bool = False) -> "_Where":
        way = f"{self.way}.{name}" if self.way else name
        return _Where(self.link_id, self.text, way, self.grave or vital, self.grave, self.within)

    def nth(self, number: int) -> "_Where":
        return self._replace(way=f"{self.way}[{number}]")


def shaped(resource: Mapping[str, Any], findings: Findings) -> dict[str, Any]:
    """The resource with nothing of a wrong type in it; what was is told. Raises Refused beyond MOST of them."""
    kind = str(resource["resourceType"])
    found: dict[str, Any] = _Shaper(findings).object(resource, kind, _Where(text=string(resource.get("title"))))
    return found


def is_primitive(kind: str, found: Any) -> bool:
    """Whether JSON is a boolean, an integer, a decimal or a string as FHIR writes it: true is no number."""
    return isinstance(found, PRIMITIVES[kind]) and (kind == TRUTH or not isinstance(found, bool))


def fits(value: Mapping[str, Any]) -> bool:
    """Whether a value[x] is the JSON that its name says, as far down as we read it."""
    findings = Findings()
    for name, found in value.items():
        kind = type_of_value(name.removeprefix("value"))
        if kind is None or _Shaper(findings).value(found, Want(kind), _Where()) is WRONG:
            return False
    return not findings.problems and not findings.refusals


class _Shaper:
    """One walk; a part without fault is handed on as it is, without a copy."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._count = 0

    def value(self, found: Any, want: Want, where: _Where) -> Any:
        """What is left of one element: itself, its right parts, or WRONG."""
        if not want.many:
            return self._one(found, want.type, where)
        return self._list(found, want.type, where) if isinstance(found, list) else self._wrong(where, "a list", found)

    def object(self, found: Mapping[str, Any], kind: str, where: _Where) -> Any:
        """What is left of an object of some type."""
        if kind in ("Item", "Answered"):
            where = _Where(string(found.get("linkId")), string(found.get("text")))
        elif kind == "Extension":
            return self._extension(found, where)
        elif kind == "Contained":
            kind = str(found.get("resourceType"))
            if kind not in CONTAINED:
                return found
        return self._fields(found, kind, where)

    def _fields(self, found: Mapping[str, Any], kind: str, where: _Where) -> Any:
        """What is left of an object, field by field."""
        written = self._as_meant(found, kind, where)
        changed: dict[str, Any] = {}
        for name, inside in written.items():
            want = SHAPES[kind].get(name) or _of_name(name, kind, written)
            if want is None or inside is None:
                continue
            left = self.value(inside, want, where.at(name, vital=want.vital))
            if left is WRONG and name.startswith(NOTHING_WITHOUT.get(kind, ())):
                return WRONG
            if left is not inside:
                changed[name] = left
        if not changed:
            return written
        return {name: one for name, one in {**written, **changed}.items() if one is not WRONG}

    def _as_meant(self, found: Mapping[str, Any], kind: str, where: _Where) -> Mapping[str, Any]:
        """Two slips of real files that lose nothing: told, and no more (F4, F7).

        `"repeats": "true"` is what it says; a calculated limit in the place of a value, and not beside it as FHIR
        writes it, was never one that other readers checked either.
        """
        who = where.text or where.link_id
        if kind == "Item" and found.get("repeats") in ("true", "false"):
            self._findings.note("spelled", text=who, element="repeats")
            return {**found, "repeats": found["repeats"] == "true"}
        if kind != "Extension" or not where.way.endswith(("minValue", "maxValue")):
            return found
        values = {name: one for name, one in found.items() if name.startswith("value") and isinstance(one, dict)}
        misplaced = {name for name, one in values.items() if list(one) == ["extension"]}
        if misplaced:
            self._findings.note("misplaced", text=who, element=where.way)
        return {name: one for name, one in found.items() if name not in misplaced}

    def _one(self, found: Any, kind: str, where: _Where) -> Any:
        if kind in PRIMITIVES:
            return found if is_primitive(kind, found) else self._wrong(where, EXPECTED[kind], found)
        if not isinstance(found, dict):
            return self._wrong(where, "an object", found)
        return self.object(found, kind, where)

    def _list(self, found: list[Any], kind: str, where: _Where) -> list[Any]:
        """What is left of a list; beside primitives a null stands for one of them that has nothing to say."""
        gaps = kind == "Element"
        kept = [
            one if gaps and one is None else self._one(one, kind, where.nth(number)) for number, one in enumerate(found)
        ]
        same = all(a is b for a, b in zip(kept, found, strict=True))
        return found if same else [one for one in kept if one is not WRONG]

    # -- extensions --------------------------------------------------------------------------------------------------

    def _extension(self, found: Mapping[str, Any], where: _Where) -> Any:
        """What is left of an extension: none is read but in the kinds of value that it may have."""
        url = found.get("url")
        if url is not None and not isinstance(url, str):
            return self._wrong(where.at("url", vital=True), EXPECTED[WORDS], url)
        name = short(url or "")
        kinds = (INSIDE[where.within] if where.within else READ).get(name)
        if kinds is None or not known(url or ""):
            return found  # not read
        way = where.way.rpartition("extension[")[0] + name
        grave = where.grave or name in VITAL
        here = where._replace(way=way, vital=grave, grave=grave)
        for key in found:
            if key.startswith("value") and found[key] is not None and kinds and key.removeprefix("value") not in kinds:
                return self._wrong(here, " or ".join(f"value{one}" for one in kinds), key, named=True)
        here = here._replace(within=name if name in INSIDE else "")
        return self._fields(found, "Extension", here)

    def _wrong(self, where: _Where, expected: str, found: Any, *, named: bool = False) -> Any:
        self._count += 1
        if self._count > MOST:
            raise Refused("too_many_wrong", limit=MOST)
        facts = {"element": where.way, "expected": expected, "found": str(found) if named else _said(found)}
        if where.vital:
            self._findings.refuse(Refused("wrong_type", where.link_id, where.text, **facts))
        else:
            self._findings.problem(where.link_id, where.text, where.way, "wrong_type", "part_left_out", **facts)
        return WRONG


def _of_name(name: str, kind: str, holder: Mapping[str, Any]) -> Want | None:
    """What an element must be whose name says it: a value[x], or what stands beside a primitive, or a list of them."""
    if name.startswith("_"):
        return Want("Element", many=isinstance(holder.get(name[1:]), list))
    if name.startswith("value") and kind in HOLD_A_VALUE:
        found = type_of_value(name.removeprefix("value"))
        return Want(found) if found else None
    return None


def _said(found: Any) -> str:
    """JSON in a few words."""
    if found is None:
        return "null"
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, str):
        return f"the text “{found[:40]}”"
    if isinstance(found, list | dict):
        return "a list" if isinstance(found, list) else "an object"
    return f"the number {found}"
