"""Which expressions are asked over which answers, so that a second engine can be asked the same (F64).

`python -m tests.core.forms.fhirpath.asking > asked.json` writes them all, `record.mjs` has fhirpath.js answer them, and
what it answers is kept beside this file: of forms that are not ours as digests, which hold no word of theirs.
"""

import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from core.forms.answering.prefill import as_fhir
from core.forms.engine import evaluate
from core.forms.fhirpath import expressions
from core.forms.fhirpath.paths import Asking, Context, Task
from core.forms.library import OURS
from core.forms.questionnaire import read
from core.forms.response import dumps
from core.forms.words import walk
from tests.core.forms.filling import fill
from tests.core.forms.making import REAL
from tests.core.forms.test_copies import AMARA

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
PATIENT = as_fhir(AMARA)
ROOT = Context((), (), (), None)


@dataclass(frozen=True)
class Asked:
    """One expression over one response, and what our engine says."""

    resource: dict
    task: Task
    ours: list | None


def listening(asks):
    """An `Asking` that writes down what it is asked and what came of it."""

    class Listening(Asking):
        def ask(self, resource, tasks):
            found = super().ask(resource, tasks)
            asks.extend(Asked(resource, task, ours) for task, ours in zip(tasks, found, strict=True))
            return found

    return Listening


def of_form(form):
    """Every expression of a form that is filled, once with first and once with last choices, as the engine asks them."""
    answers, _ = fill(form, NOW)
    asks, kept = [], expressions.paths.Asking
    expressions.paths.Asking = listening(asks)
    try:
        evaluate(form, answers, now=NOW)
        evaluate(form, otherwise(form, answers), now=NOW)
    finally:
        expressions.paths.Asking = kept
    return asks + filled_in(form)


def otherwise(form, answers):
    """The same answers with the last choice wherever one was chosen."""
    items = {item.link_id: item for item in walk(form.items)}

    def other(link_id, entry):
        chosen = items[link_id].options[-1].value if items[link_id].options and entry.value else entry.value
        return replace(entry, value=chosen, below=otherwise(form, entry.below))

    return {link_id: tuple(other(link_id, one) for one in entries[:1]) for link_id, entries in answers.items()}


def filled_in(form):
    """What a form fills in beforehand from the record."""
    variables = tuple((one.name, one.text) for one in form.formulas.variables)
    texts = [item.formulas.initial.text for item in walk(form.items) if item.formulas.initial]
    tasks = [Task(text, Context((), (), variables, None)) for text in texts]
    empty = {"resourceType": "QuestionnaireResponse"}
    found = Asking(form.digest, form.source, NOW, PATIENT).ask(empty, tasks)
    return [Asked(empty, task, ours) for task, ours in zip(tasks, found, strict=True)]


def forms():
    """The forms with expressions, by name: the starter library's, and the real ones where they are at hand."""
    files = sorted(OURS.glob("*.json"))
    if (REAL / "index.json").exists():
        files += [REAL / one["file"] for one in json.loads((REAL / "index.json").read_text())["forms"]]
    found = {path.name: read(path.read_bytes()).form for path in files}
    return {name: form for name, form in found.items() if form is not None and form.calculates}


def answers(*values):
    """A response of ours, for expressions of ours."""
    items = [{"linkId": f"q{n}", "answer": [value]} for n, value in enumerate(values)]
    return {"resourceType": "QuestionnaireResponse", "status": "in-progress", "item": items}


SMALL = answers({"valueInteger": 3}, {"valueInteger": 4}, {"valueDecimal": Decimal("2.5")}, {"valueString": "Two words"},
                {"valueDate": "2020-02-29"}, {"valueBoolean": True}, {"valueCoding": {"code": "b", "system": "http://s"}})  # fmt: skip


def of_ours():
    """The expressions that are kept in words, over the small response."""
    texts = json.loads((HERE / "ours.json").read_text())
    found = Asking("", {}, NOW).ask(SMALL, [Task(text, ROOT) for text in texts])
    return {text: (ours, texts[text]) for text, ours in zip(texts, found, strict=True)}


def plain(found):
    """A result as both engines can say it: numbers by their value, codings without what they count."""
    if isinstance(found, bool) or found is None:
        return found
    if isinstance(found, int | float | Decimal):
        return f"number {round(Decimal(str(found)), 8).normalize():f}"
    if isinstance(found, dict):
        return {key: plain(one) for key, one in sorted(found.items()) if key != "extension"}
    if isinstance(found, list):
        return [plain(one) for one in found]
    return str(found).removeprefix("@").removeprefix("T")


def digest(found):
    """A result without its words; None for trouble."""
    return None if found is None else sha256(json.dumps(plain(found)).encode()).hexdigest()[:12]


def chain(context):
    """The scopes an expression stands in, outermost first."""
    scopes = []
    while context is not None:
        scopes.insert(0, {"way": context.way, "raw": context.raw, "variables": context.variables})
        context = context.above
    return scopes


def main():
    """Write everything that is to be asked."""
    whole = [
        {
            "form": "",
            "source": {},
            "asks": [(SMALL, text, chain(ROOT)) for text in json.loads((HERE / "ours.json").read_text())],
        }
    ]
    for name, form in forms().items():
        asks = [(one.resource, one.task.text, chain(one.task.context)) for one in of_form(form)]
        whole.append({"form": name, "source": form.source, "asks": asks})
    sys.stdout.buffer.write(dumps({"now": NOW.isoformat(), "patient": PATIENT, "forms": whole}))


if __name__ == "__main__":
    main()
