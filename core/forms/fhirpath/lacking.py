"""What `fhirpathpy` lacks and that needs more than the values it is called on; put in its place inside the cage only.

`-` and `+` before a path; `ofType(Integer)` on answers, which count as the system's types as well as FHIR's own;
`defineVariable`; `sort`, also by an expression; `toString` of a yes or no. Source: hl7.org/fhirpath; checked against
fhirpath.js, which does all but the first.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from fhirpathpy import engine
from fhirpathpy.engine.evaluators import evaluators
from fhirpathpy.engine.invocations import invocation_registry
from fhirpathpy.engine.nodes import FP_Quantity, ResourceNode, TypeInfo
from fhirpathpy.engine.util import get_data

REGISTRY: dict[str, Any] = invocation_registry
SYSTEM_TYPES = frozenset("Integer Decimal String Boolean Date DateTime Time".split())


def install(model: Any) -> None:
    """Put it into the library, in this process; `model` is what its types are looked up in from the start."""
    TypeInfo.model = model
    evaluators["PolarityExpression"] = _signed
    REGISTRY["ofType"] = {**REGISTRY["ofType"], "fn": _of_type}
    REGISTRY["defineVariable"] = {"fn": _define, "arity": {1: ["String"], 2: ["String", "Expr"]}}
    REGISTRY["toString"] = {**REGISTRY["toString"], "fn": _to_string(REGISTRY["toString"]["fn"])}
    REGISTRY["sort"] = {"fn": _sort, "variadic": "Expr"}


def _signed(context: Any, parent: Any, node: Any) -> list[Any]:
    """Also of an answer; nothing stays nothing, as with every operator."""
    found = engine.do_eval(context, parent, node["children"][0])
    if not found:
        return []
    (one,) = found
    minus = node["terminalNodeText"][0] == "-"
    if isinstance(one, FP_Quantity):
        return [FP_Quantity(-one.value, one.unit) if minus else one]
    number = get_data(one)
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        raise TypeError
    return [-number if minus else number]


def _of_type(context: Any, found: list[Any], wanted: Any) -> list[Any]:
    return [one for one in found if _is(one, wanted)]


def _is(one: Any, wanted: Any) -> bool:
    known = TypeInfo.from_value(one)
    if known.is_(wanted):
        return True
    of_system = wanted.name in SYSTEM_TYPES and wanted.namespace in (None, TypeInfo.System)
    return bool(of_system and isinstance(one, ResourceNode) and known.name[:1].upper() + known.name[1:] == wanted.name)


def _to_string(theirs: Callable[..., Any]) -> Callable[..., Any]:
    """A yes or no is `true` or `false`, a decimal has its digits."""

    def to_string(context: Any, found: list[Any]) -> Any:
        (one,) = found if len(found) == 1 else (None,)
        data = get_data(one)
        if isinstance(data, bool):
            return str(data).lower()
        return format(data, "f") if isinstance(data, Decimal) else theirs(context, found)

    return to_string


def _define(context: Any, found: list[Any], name: str, value: Callable[[Any], Any] | None = None) -> list[Any]:
    """`%name` for the rest of the path: what the path has come to, or what an expression comes to there."""
    context["vars"] = {**context["vars"], name: found if value is None else value(found)}
    return found


def _sort(context: Any, found: list[Any], *by: Callable[[Any], Any]) -> list[Any]:
    """In their own order, or in that of what each comes to; one that comes to nothing goes first."""

    def key(one: Any) -> list[tuple[bool, Any]]:
        return [_rank(way(one)) for way in by] if by else [_rank([one])]

    return sorted(found, key=key)


def _rank(found: list[Any]) -> tuple[bool, Any]:
    return (True, get_data(found[0])) if found else (False, 0)
