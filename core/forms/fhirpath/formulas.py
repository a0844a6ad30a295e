"""Expressions as a file writes them: gathered, checked all at once in the cage, and handed out to the items (F63).

What cannot be calculated is a problem where it changes what is asked or checked, and a note where it would only have
filled something in.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from core.forms.extensions import Extensions, content
from core.forms.fhirpath import paths
from core.forms.importing.findings import Findings
from core.forms.importing.source import Refused
from core.forms.launching import stays_empty
from core.forms.words import NO_FORMULAS, Constraint, Formula, Formulas, Toggle

MOST = 500  # expressions of one form
LONGEST = 2_000  # characters of one expression
FHIRPATH = ("text/fhirpath", "text/fhirpath.cql", None, "")
QUERY = "application/x-fhir-query"
ALWAYS_KNOWN = frozenset(
    "resource rootResource context questionnaire qitem patient user encounter now ucum sct loinc".split()
)
TEXT = re.compile(r"'(?:[^'\\]|\\.)*'")
CALLED = re.compile(
    rf"linkId`?\s*(?:[=~]\s*{TEXT.pattern}|in\s*\([^)]*\))|{TEXT.pattern}\s*[=~]\s*(?:\$this\.)?`?linkId"
)
INSIDE = rf"(?:[^()']|{TEXT.pattern})*"
DEFINED = re.compile(rf"%questionnaire(?:\s*\.\s*`?\w+`?(?:\({INSIDE}(?:\({INSIDE}\){INSIDE})*\))?)*")
NAMES_GIVEN = ("launchContext", "variable", "itemPopulationContext", "sourceQueries")


class FormulaReader:
    """All expressions of one form, checked."""

    def __init__(self, source: Mapping[str, Any], findings: Findings) -> None:
        self._findings = findings
        self._form = source
        written = [one for one in _expressions(source) if _language(one) in FHIRPATH]
        texts = [str(one.get("expression", "")) for one in written]
        self._names = ALWAYS_KNOWN | set(_given_names(source))
        self._queried = set(_queried(source))
        if len(texts) > MOST:
            raise Refused("too_many_expressions", found=len(texts), limit=MOST)
        if (longest := max(map(len, texts), default=0)) > LONGEST:
            raise Refused("long_expression", found=longest, limit=LONGEST)
        self._checked = paths.check(tuple(dict.fromkeys(texts))) if texts else {}

    def of(self, element: Mapping[str, Any], link_id: str, text: str) -> Formulas:
        """The formulas of an item, or of the form itself (linkId empty)."""
        extensions = Extensions(element)
        if extensions.has("score-of-form"):  # ours, and made by `scores`: the expressions are for others
            return NO_FORMULAS
        return Formulas(
            variables=tuple(
                found
                for one in extensions.every("variable")
                if (found := self._formula(one, link_id, text, "variable", "stays_empty"))
            ),
            calculated=self._first(extensions, "calculatedExpression", link_id, text, "stays_empty"),
            enabled=self._first(extensions, "enableWhenExpression", link_id, text, "always_asked"),
            initial=self._first(extensions, "initialExpression", link_id, text, ""),
            answers=self._first(extensions, "answerExpression", link_id, text, "no_choices"),
            constraints=tuple(self._constraints(extensions, link_id, text)),
            toggles=tuple(self._toggles(extensions, link_id, text)),
        )

    def limit(self, extension: Mapping[str, Any], link_id: str, text: str) -> Formula | None:
        """The formula that carries a limit, as `today() - 60 days` on `_valueDate` (F50)."""
        for key, element in extension.items():
            if key.startswith("_value"):
                for name in ("calculatedValue", "expression"):
                    if one := Extensions(element).first(name):
                        return self._formula(one, link_id, text, name, "check_left_out")
        return None

    def _first(self, extensions: Extensions, name: str, link_id: str, text: str, effect: str) -> Formula | None:
        one = extensions.first(name)
        return self._formula(one, link_id, text, name, effect) if one else None

    def _constraints(self, extensions: Extensions, link_id: str, text: str) -> Iterator[Constraint]:
        for name in ("constraint", "targetConstraint"):
            for one in extensions.every(name):
                inside = Extensions(one)
                human = inside.text("human")
                warning = inside.value("severity", "Code") == "warning"
                formula = self._formula(inside.first("expression"), link_id, text, name, "check_left_out", human)
                if formula:
                    yield Constraint(formula, human, warning)

    def _toggles(self, extensions: Extensions, link_id: str, text: str) -> Iterator[Toggle]:
        """Choices that an expression takes away; where it cannot be evaluated all are offered."""
        for one in extensions.every("answerOptionsToggleExpression"):
            inside = Extensions(one)
            formula = self._formula(
                inside.first("expression"), link_id, text, "answerOptionsToggleExpression", "all_offered"
            )
            options = tuple(found for option in inside.every("option") if (found := content(option)))
            if formula and options:
                yield Toggle(formula, options)

    def _formula(
        self, extension: Mapping[str, Any], link_id: str, text: str, name: str, effect: str, human: str = ""
    ) -> Formula | None:
        expression = _expression(extension)
        if expression is None:
            return None
        if _language(expression) == QUERY:
            self._findings.count("fhir_query")
            return None
        why, what = self._cannot(expression)
        if not why and name == "enableWhenExpression" and (never := self._never_told(expression)):
            why, what = "uses", never  # it would never be met, and the question never asked
        if not why:
            written = str(expression.get("expression", ""))
            for lacking in stays_empty(self._form, written, self._checked[written].names) if not effect else ():
                self._findings.note("not_told", text=text or link_id, what=lacking)
            return Formula(written, str(expression.get("name") or ""), self._checked[written].strings)
        if not effect:
            self._findings.note("not_filled_in", text=text, what=what)
            return None
        word = "check" if effect == "check_left_out" else "calculation"
        self._findings.problem(link_id, text, name, f"{word}_{why}", effect, what=what, human=human)
        return None

    def _never_told(self, expression: Mapping[str, Any]) -> str:
        """What an expression looks at that nobody ever tells a form; empty where there is nothing."""
        written = str(expression.get("expression", ""))
        names = self._checked[written].names
        queried = [f"%{name}" for name in names if name in self._queried]
        return next(iter([*queried, *stays_empty(self._form, written, names)]), "")

    def _cannot(self, expression: Mapping[str, Any]) -> tuple[str, str]:
        """Why an expression cannot be evaluated and what it uses; empty words when it can."""
        if _language(expression) not in FHIRPATH:
            return "uses", str(expression.get("language"))
        checked = self._checked[str(expression.get("expression", ""))]
        if checked.why:
            return checked.why, checked.what
        unknown = sorted(set(checked.names) - self._names)
        known = [name for name in unknown if not name.startswith(("vs-", "ext-"))]
        return ("uses", f"%{known[0]}") if known else ("", "")


def called(text: str) -> Iterator[str]:
    """The linkIds that an expression compares with `linkId`; another text in it may read like one and mean a code.

    What is looked up in the form itself (`%questionnaire.item…`) is no answer that it would wait for.
    """
    for found in CALLED.finditer(DEFINED.sub("", text)):
        yield from (name[1:-1] for name in TEXT.findall(found[0]))


def _expressions(element: Any) -> Iterator[dict[str, Any]]:
    """Every Expression anywhere in a file."""
    todo = [element]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            found = _expression(one)
            if found is not None:
                yield found
            todo += [value for key, value in one.items() if key != "contained"]
        elif isinstance(one, list):
            todo += one


def _expression(extension: Mapping[str, Any]) -> dict[str, Any] | None:
    """The Expression of an extension; old forms wrote the bare string."""
    found = extension.get("valueExpression")
    if isinstance(found, dict):
        return found if isinstance(found.get("expression"), str) else None
    bare = extension.get("valueString")
    if isinstance(bare, str) and (extension.get("url") == "expression" or "Expression" in str(extension.get("url"))):
        return {"language": FHIRPATH[0], "expression": bare}
    return None


def _language(expression: Mapping[str, Any]) -> Any:
    return expression.get("language")


def _given_names(element: Any) -> Iterator[str]:
    """Names that variables, launch contexts and queries give, wherever they stand."""
    todo = [element]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            extensions = Extensions(one)
            for name in NAMES_GIVEN:
                for extension in extensions.every(name):
                    yield from _names_of(extension)
            todo += one.values()
        elif isinstance(one, list):
            todo += one


def _queried(element: Any) -> Iterator[str]:
    """The names of what a FHIR server would have to be asked for."""
    todo = [element]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            if one.get("language") == QUERY and isinstance(one.get("name"), str):
                yield one["name"]
            todo += one.values()
        elif isinstance(one, list):
            todo += one


def _names_of(extension: Mapping[str, Any]) -> Iterator[str]:
    inside = Extensions(extension).first("name")
    for holder in (extension.get("valueExpression"), inside.get("valueCoding"), inside):
        if isinstance(holder, dict):
            for key in ("name", "code", "valueId", "valueCode", "valueString"):
                if isinstance(holder.get(key), str):
                    yield holder[key]
    reference = extension.get("valueReference")
    if isinstance(reference, dict):
        yield str(reference.get("reference", "")).lstrip("#")
