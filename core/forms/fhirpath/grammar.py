"""Reading FHIRPath with suspicion: what an expression uses, before it is ever run (F63). Runs inside the cage only.

`fhirpathpy` ignores what follows a complete expression and prints what it cannot read; here every token must be taken,
and any failure is one typed error.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from antlr4 import CommonTokenStream, InputStream, Token
from antlr4.error.ErrorListener import ErrorListener
from antlr4.tree.Tree import ParseTreeWalker
from fhirpathpy.parser.ASTPathListener import ASTPathListener
from fhirpathpy.parser.generated.FHIRPathLexer import FHIRPathLexer
from fhirpathpy.parser.generated.FHIRPathParser import FHIRPathParser

LONGEST = 2_000
DEEPEST = 40
ALLOWED = frozenset(
    """empty exists all count distinct isDistinct allTrue anyTrue anyFalse allFalse not subsetOf supersetOf
    where select ofType is as type repeat aggregate iif coalesce sort defineVariable
    first last tail skip take single intersect exclude union combine
    sum min max avg round abs ceiling floor truncate exp ln log power sqrt
    toInteger toDecimal toString toBoolean toQuantity toDate toDateTime toTime
    convertsToInteger convertsToDecimal convertsToString convertsToBoolean convertsToDate convertsToDateTime
    convertsToTime convertsToQuantity
    indexOf lastIndexOf substring startsWith endsWith contains upper lower replace length toChars trim split join
    matches matchesFull replaceMatches
    today now timeOfDay children descendants extension hasValue getValue weight ordinal""".split()
)
STEPS = frozenset({"item", "answer"})
NAVIGATION = frozenset(
    "ParamList UnionExpression TermExpression InvocationTerm InvocationExpression MemberInvocation Identifier".split()
)
SYSTEM_TYPES = frozenset({"Integer", "Decimal", "String", "Boolean", "Date", "DateTime", "Time"})


class Unreadable(Exception):
    """The expression cannot be run: `why` is `unreadable` or `uses`, `what` names it."""

    def __init__(self, why: str, what: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.what = what


@dataclass(frozen=True, slots=True)
class Parsed:
    """An expression that may be run: its tree, the names it wants (`%name`) and the strings in it."""

    tree: Any
    names: tuple[str, ...]
    strings: tuple[str, ...]


@lru_cache(maxsize=4096)
def parsed(text: str) -> Parsed:
    """The tree of an expression that passes every check. Raises Unreadable."""
    if len(text) > LONGEST or _depth(text) > DEEPEST:
        raise Unreadable("unreadable")
    try:
        tree = _tree(text)
        nodes = list(_walk(tree))
    except Unreadable:
        raise
    except (Exception, RecursionError) as error:  # the parser raises whatever comes to its mind
        raise Unreadable("unreadable") from error
    for node in nodes:
        _refuse(node)
    own = {_defined(node) for node in nodes}
    wanted = (_name(node) for node in nodes if node.get("type") == "ExternalConstant")
    names = dict.fromkeys(name for name in wanted if name not in own)
    strings = dict.fromkeys(node["text"][1:-1] for node in nodes if node.get("type") == "StringLiteral")
    return Parsed(tree, tuple(names), tuple(strings))


class _Strict(ErrorListener):  # type: ignore[misc]  # antlr4 has no types
    def syntaxError(self, *_: Any) -> None:  # noqa: N802 - antlr4's name
        raise Unreadable("unreadable")


def _tree(text: str) -> Any:
    lexer = FHIRPathLexer(InputStream(text))
    lexer.removeErrorListeners()
    lexer.addErrorListener(_Strict())
    parser = FHIRPathParser(CommonTokenStream(lexer))
    parser.removeErrorListeners()
    parser.addErrorListener(_Strict())
    expression = parser.expression()
    if parser.getCurrentToken().type != Token.EOF:
        raise Unreadable("unreadable")
    listener = ASTPathListener()
    ParseTreeWalker().walk(listener, expression)
    return listener.parentStack[0]


def _walk(node: Any) -> Iterator[Any]:
    todo = [node]
    while todo:
        one = todo.pop()
        yield one
        todo += one.get("children", ())


def _refuse(node: Any) -> None:
    kind = node.get("type")
    if kind == "Functn":
        _refuse_function(node)
    elif kind == "TypeSpecifier" and node.get("text") in SYSTEM_TYPES:
        raise Unreadable("uses", f"is {node['text']}")
    elif kind == "AdditiveExpression" and node["terminalNodeText"] == ["-"] and _takes_moment_from_moment(node):
        raise Unreadable("uses", "the time between two dates")


def _refuse_function(node: Any) -> None:
    name = node["children"][0].get("text", "")
    if name not in ALLOWED:
        raise Unreadable("uses", f"{name}()")
    below = node["children"][1:]
    if name == "repeat":
        inside = [one for params in below for one in _walk(params)]
        steps = {one["text"] for one in inside if one.get("type") == "Identifier"}
        if not inside or not steps <= STEPS or any(one.get("type") not in NAVIGATION for one in inside):
            raise Unreadable("uses", "repeat() other than to go through items")
    if name == "defineVariable" and not _defined(node):
        raise Unreadable("uses", "defineVariable() with a name that is not written out")
    if name in ("is", "as"):
        written = [one.get("text") for params in below for one in _walk(params) if one.get("type") == "Identifier"]
        if written and written[-1] in SYSTEM_TYPES:
            raise Unreadable("uses", f"{name}({written[-1]})")


def _defined(node: Any) -> str:
    """The name that a `defineVariable('name')` gives; empty for anything else."""
    if node.get("type") != "Functn" or node["children"][0].get("text") != "defineVariable":
        return ""
    given = node["children"][1]["children"] if len(node["children"]) > 1 else []
    literal = [one["text"][1:-1] for one in _walk(given[0]) if one.get("type") == "StringLiteral"] if given else []
    return literal[0] if len(literal) == 1 else ""


def _takes_moment_from_moment(node: Any) -> bool:
    left, right = node["children"]
    moments = {one.get("text") for one in _walk(left) if one.get("type") == "Identifier"}
    bare = left.get("text") in ("today()", "now()") and bool(moments & {"today", "now"})
    return bare and not any(one.get("type") == "QuantityLiteral" for one in _walk(right))


def _name(node: Any) -> str:
    children = node.get("children")
    written = children[0]["text"] if children else node["terminalNodeText"][-1]
    return re.sub(r"^[`'\"]|[`'\"]$", "", written)


def _depth(text: str) -> int:
    depth = deepest = 0
    for letter in re.sub(r"'(?:[^'\\]|\\.)*'", "", text):
        depth += (letter in "([{") - (letter in ")]}")
        deepest = max(deepest, depth)
    return deepest
