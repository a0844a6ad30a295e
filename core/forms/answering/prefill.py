"""What a page offers before anybody has typed: the author's initial answers, or what our record says (F23, F56).

It is shown to be looked at and counts only once the page was posted. Queries to other servers fill nothing in.
"""

from datetime import datetime
from typing import Any

from core.forms.asking.judging import countable
from core.forms.asking.route import put
from core.forms.engine import evaluate
from core.forms.fhirpath.expressions import as_values
from core.forms.fhirpath.paths import Asking, Context, Task
from core.forms.launching import also_the_patient
from core.forms.words import Answers, Asked, Entry, Item, Questionnaire, Value, walk
from core.patients.words import Patient


def offered(form: Questionnaire, asked: Asked, patient: Patient | None, now: datetime) -> tuple[Value, ...]:
    """The answers to offer at a place; none where there is nothing to say or it is no answer there."""
    found = asked.item.initial
    if not found and asked.item.formulas.initial is not None and patient is not None:
        found = _calculated(form, asked, patient, now)
    return tuple(value for value in found if not countable(asked.item, asked.options, value))


def silently(form: Questionnaire, answers: Answers, patient: Patient, now: datetime, *, hidden: bool) -> Answers:
    """The answers, and what our record says where nobody can answer: of what is only shown, or (`hidden`) not even."""
    if not any(_filled_in(item, hidden=hidden) for item in walk(form.items)):
        return answers
    for asked in evaluate(form, answers, now=now, patient=as_fhir(patient)).asked:
        if _filled_in(asked.item, hidden=hidden) and not asked.entries:
            answers = put(answers, asked.place, tuple(map(Entry, offered(form, asked, patient, now))))
    return answers


def _filled_in(item: Item, *, hidden: bool) -> bool:
    """Whether an expression fills in a question that nobody is asked."""
    written = item.formulas.initial is not None and item.formulas.calculated is None
    return written and not item.initial and (hidden if item.hidden else item.read_only)


def _calculated(form: Questionnaire, asked: Asked, patient: Patient, now: datetime) -> tuple[Value, ...]:
    formula = asked.item.formulas.initial
    if formula is None:
        return ()
    variables = tuple((one.name, one.text) for one in form.formulas.variables)
    empty = {"resourceType": "QuestionnaireResponse"}
    asking = Asking(form.digest, form.source, now, as_fhir(patient))
    context = Context((), (), (*also_the_patient(form.source), *variables), None)
    (result,) = asking.ask(empty, [Task(formula.text, context)])
    return as_values(asked.item, result or ())


def as_fhir(patient: Patient) -> dict[str, Any]:
    """Our record of a patient as a FHIR Patient: name, birth date, telecom, the practice's own number."""
    telecom = [{"system": system, "value": value} for system, value in _telecom(patient) if value]
    name = {"use": "official", "text": patient.name, "family": patient.last_name, "given": patient.first_name.split()}
    born = patient.date_of_birth
    return {
        "resourceType": "Patient",
        "id": str(patient.id),
        "name": [name],
        **({"birthDate": born.isoformat()} if born else {}),
        **({"telecom": telecom} if telecom else {}),
        **({"identifier": [{"value": patient.external_id}]} if patient.external_id else {}),
    }


def _telecom(patient: Patient) -> tuple[tuple[str, str], ...]:
    return (("phone", patient.mobile), ("email", patient.email))
