"""The child process in which expressions of strangers run: `python -m core.forms.fhirpath.cage`, spoken to by `paths`.

One JSON object a line on stdin and stdout. It reads no environment, opens no file and has no key; it is killed by its
own timer when an expression takes more than 250 ms of processor time, and ends when its parent does.
"""

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from json import JSONEncoder, loads
from typing import Any, TextIO

from fhirpathpy import apply_parsed_path
from fhirpathpy.engine.invocations import constants as clock
from fhirpathpy.engine.nodes import FP_Quantity, FP_Type, ResourceNode
from fhirpathpy.models import models

from core.forms.fhirpath import comparing, lacking
from core.forms.fhirpath.grammar import Unreadable, parsed
from core.forms.fhirpath.supplied import FUNCTIONS

EACH = 0.25  # seconds of processor time, one expression
MEMORY = 1 << 30
MOST_VALUES = 1_000
MODEL = models["r4"]
FORMS_KEPT = 16
SYSTEMS = {
    "sct": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "ucum": "http://unitsofmeasure.org",
}  # the names that FHIR gives to code systems (hl7.org/fhir/R4/fhirpath.html, "Additional variables")
PREFIXES = {
    "vs-": "http://hl7.org/fhir/ValueSet/",
    "ext-": "http://hl7.org/fhir/StructureDefinition/",
}  # `%`vs-name`` and `%`ext-name`` are addresses, from the same page


def main() -> None:
    """Answer until the parent closes the line."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - fhirpathpy prints
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    sys.setrecursionlimit(2_000)
    comparing.install()
    lacking.install(MODEL)
    forms: dict[str, Any] = {}
    _say(answers, {"ready": True})
    for line in sys.stdin:
        asked = loads(line, parse_float=Decimal)
        if "texts" in asked:
            for text in asked["texts"]:
                _say(answers, {"checked": _checked(text)})
        elif "form" in asked:
            if len(forms) >= FORMS_KEPT:
                forms.clear()
            forms[asked["name"]] = asked["form"]
        elif asked["name"] and asked["name"] not in forms:
            _say(answers, {"unknown": True})
        else:
            for found in _evaluated(asked, forms.get(asked["name"], {})):
                _say(answers, found)


def _checked(text: str) -> dict[str, Any]:
    try:
        found = parsed(text)
    except Unreadable as unreadable:
        return {"why": unreadable.why, "what": unreadable.what, "names": [], "strings": []}
    return {"why": "", "what": "", "names": found.names, "strings": found.strings}


def _evaluated(asked: Mapping[str, Any], form: Any) -> Iterator[dict[str, Any]]:
    """Each task's result, or none; the budget is seconds of processor time for all."""
    seen = Seen(asked["resource"], form, asked["patient"], asked["contexts"])
    _stop_the_clock(asked["now"])
    spent = 0.0
    for number, (text, context) in enumerate(asked["tasks"]):
        start = time.process_time()
        found = seen.evaluate(text, context) if spent < asked["budget"] else None
        spent += time.process_time() - start
        yield {"n": number, "found": found, "spent": round(spent, 4)}


class Seen:
    """What the expressions of one request can see: the response, the form, and variables by scope."""

    def __init__(self, response: Any, form: Any, patient: Any, contexts: list[dict[str, Any]]) -> None:
        self._response = response
        self._form = form
        self._patient = patient
        self._contexts = contexts
        self._variables: dict[tuple[int, str], Any] = {}

    def evaluate(self, text: str, context: int) -> list[Any] | None:
        """The result of one expression; None when it cannot be had."""
        signal.setitimer(signal.ITIMER_PROF, EACH)
        try:
            found = self._evaluate(text, context, frozenset())
            return [plain(one) for one in found[:MOST_VALUES]]
        except (Exception, RecursionError):  # whatever a stranger's expression provokes is one and the same: no result
            return None
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def _evaluate(self, text: str, context: int, under_way: frozenset[tuple[int, str]]) -> list[Any]:
        expression = parsed(text)
        here = self._contexts[context]
        names: dict[str, Any] = {
            "resource": self._response,
            "rootResource": self._response,
            "questionnaire": self._form,
            "context": self._node(here["way"]),
            "qitem": _inside(self._form, here["raw"]),
            "patient": self._patient,
            "now": clock.systemtime.now().isoformat(),
            **SYSTEMS,
        }
        for name in expression.names:
            if name not in names or name == "patient":
                names[name] = self._variable(name, context, under_way, names.get(name))
        whole = text.lstrip().startswith("QuestionnaireResponse.")  # its type's name begins a path at the response
        found = apply_parsed_path(
            self._response if whole else self._node(here["way"]),
            expression.tree,
            names,
            MODEL,
            {"userInvocationTable": FUNCTIONS, "returnRawData": True},
        )
        return found if isinstance(found, list) else [found]

    def _variable(self, name: str, context: int | None, under_way: frozenset[tuple[int, str]], otherwise: Any) -> Any:
        """A variable of this scope or of one around it; what nobody filled is empty."""
        while context is not None:
            here = self._contexts[context]
            for own, text in here["variables"]:
                if own == name:
                    return self._once(name, text, context, under_way)
            context = here["above"]
        if otherwise is None and name.startswith(tuple(PREFIXES)):
            return PREFIXES[name.partition("-")[0] + "-"] + name.partition("-")[2]
        return otherwise if otherwise is not None else []

    def _once(self, name: str, text: str, context: int, under_way: frozenset[tuple[int, str]]) -> Any:
        key = (context, name)
        if key in under_way:
            return []  # a variable that reads itself has no value
        if key not in self._variables:
            self._variables[key] = self._evaluate(text, context, under_way | {key})
        return self._variables[key]

    def _node(self, way: list[str | int] | None) -> Any:
        if way is None:
            return []
        if not way:
            return self._response
        return ResourceNode.create_node(_inside(self._response, way), "QuestionnaireResponse.item")


def _inside(element: Any, way: list[str | int]) -> Any:
    for step in way:
        element = element[step]
    return element


def plain(found: Any) -> Any:
    """A result as JSON: nodes by their data, moments as text, quantities as FHIR writes them."""
    if isinstance(found, ResourceNode):
        found = found.data
    if isinstance(found, FP_Quantity):
        return {
            "value": found.value,
            "unit": str(found.unit or "").strip("'"),
            "code": str(found.unit or "").strip("'"),
        }
    return str(found) if isinstance(found, FP_Type) else found


def _stop_the_clock(now: str) -> None:
    """`today()` and `now()` mean the moment that was handed in."""
    at = datetime.fromisoformat(now)
    vars(clock.systemtime)["reset"] = lambda: vars(clock.systemtime).update(expressionExecutionDateTime=at)
    clock.systemtime.reset()


class _Digits(JSONEncoder):
    def default(self, one: Any) -> Any:
        if isinstance(one, Decimal):
            return {"decimal": str(one)}
        return super().default(one)


def _say(answers: TextIO, said: Mapping[str, Any]) -> None:
    answers.write(_Digits().encode(said) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
