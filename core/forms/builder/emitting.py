"""The score of a form that is built here, for everybody else: an item that any FHIRPath engine can calculate (F76).

Hidden, not to be typed into, a decimal: the sum, mean or number of what the chosen options count, and nothing while too
many are open. Here the same is made by `scores` without any expression; the item is filled when the answers are sent,
so that others find it in the response, too.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from core.forms.asking.choices import Choices
from core.forms.builder.building import Form, all_items
from core.forms.extensions import OWN, Extensions
from core.forms.own import Method, Rule, rule_of
from core.forms.scores import attempt
from core.forms.words import ORDINALS, Answers, Entry, Questionnaire, walk

HL7 = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-"
MARK = f"{OWN}score-of-form"
LINK_ID = "latchkey-score"
SAID: Mapping[Method, str] = {
    Method.SUM: "Sum of points",
    Method.MEAN: "Mean of points",
    Method.COUNT: "Number of answers that count",
}
LONGEST = 2_000  # characters of one expression (F2)


def with_score(form: Form) -> Form:
    """The form with its score as an item at its end; without one where FHIRPath could not say the very same.

    It can of choices with codes that take one answer; what counts otherwise is left to the extension.
    """
    made, rule = without_score(form), rule_of(form)
    items = {str(one.get("linkId")): one for one, _ in all_items(made)}
    counted = [items[link_id] for link_id in rule.questions if link_id in items] if rule else []
    if rule is None or not counted or not all(map(_can_be_said, counted)):
        return made
    variables = {f"points{n}": _points(one) for n, one in enumerate(counted, 1)}
    terms = {name: _term(name, one, rule) for name, one in zip(variables, counted, strict=True)}
    if _is_plain(rule):
        known = " and ".join(f"%{name}.exists()" for name in terms)
        total = f"iif({known}, {' + '.join(terms.values())}, {{}})"
    else:
        variables |= _so_far(terms, rule)
        needed = len(terms) if rule.minimum is None else max(1, rule.minimum)
        total = f"iif(%known >= {needed}, {_total(rule, len(terms))}, {{}})"
    if len(counted) != len(rule.questions) or max(map(len, (total, *variables.values()))) > LONGEST:
        return made
    made["item"] = [*made.get("item", ()), _item(variables, total, SAID[rule.method])]
    return made


def without_score(form: Form) -> Form:
    """The form as it is built on: its score is no question."""
    made = deepcopy(form)
    if "item" in made:
        made["item"] = [one for one in made["item"] if not Extensions(one).has("score-of-form")]
    return made


def sent(form: Questionnaire, answers: Answers) -> Answers:
    """Answers as they are sent: with the score, where the form has the item for it and every question is answered."""
    place = next((one.link_id for one in walk(form.items) if one.link_id == LINK_ID and one.hidden), "")
    counted = attempt(form, answers) if place else None
    if counted is None or counted.total is None:
        return {link_id: entries for link_id, entries in answers.items() if link_id != place}
    return {**answers, place: (Entry({"valueDecimal": Decimal(counted.total)}),)}


def _is_plain(rule: Rule) -> bool:
    """Whether it is a sum that there is only once every question is answered."""
    return rule.method is Method.SUM and rule.minimum in (None, len(rule.questions)) and not rule.prorate


def _so_far(terms: Mapping[str, str], rule: Rule) -> dict[str, str]:
    """How many questions are answered, and what they come to together."""
    each = {name: f"iif({term} > 0, 1, 0)" if rule.method is Method.COUNT else term for name, term in terms.items()}
    return {
        "known": " + ".join(f"iif(%{name}.exists(), 1, 0)" for name in each),
        "together": " + ".join(f"iif(%{name}.exists(), {term}, 0)" for name, term in each.items()),
    }


def _total(rule: Rule, questions: int) -> str:
    """What comes of the answered questions; multiplied before it is divided, so that a half is one in any engine."""
    if rule.method is Method.MEAN:
        return "(%together * 100 / %known).round(0) / 100"
    if rule.method is Method.SUM and rule.prorate:
        return f"iif(%known = {questions}, %together, (%together * {questions} / %known).round(0))"
    return "%together"


def _term(name: str, item: Form, rule: Rule) -> str:
    """What a question adds to the sum; of one that counts the other way round its highest answer the least."""
    if str(item["linkId"]) not in rule.reverse:
        return f"%{name}"
    points = [option.score for option in Choices({}).of(item) if option.score is not None]
    return f"({min(points) + max(points)} - %{name})" if points else f"%{name}"


def _can_be_said(item: Form) -> bool:
    """Whether each choice of a question is a coding with a code, and one answer is taken."""
    options = item.get("answerOption") or []
    codes = [(one.get("valueCoding") or {}).get("code") for one in options]
    return bool(codes) and all(codes) and len(set(codes)) == len(codes) and item.get("repeats") is not True


def _points(item: Form) -> str:
    """What the chosen option of a question counts."""
    link_id = str(item["linkId"]).replace("\\", "\\\\").replace("'", "\\'")
    chosen = f"%resource.repeat(item | answer.item).where(linkId = '{link_id}').answer.valueCoding.code"
    option = f"%questionnaire.repeat(item).where(linkId = '{link_id}').answerOption.where(valueCoding.code = {chosen})"
    return f"{option}.extension.where(url = '{_url(item)}').valueDecimal"


def _url(item: Form) -> str:
    found = (str(one.get("url")) for option in item["answerOption"] for one in option.get("extension", ()))
    return next((url for url in found if url.endswith(ORDINALS)), f"{HL7}ordinalValue")


def _item(variables: dict[str, str], total: str, said: str) -> dict[str, Any]:
    def expression(url: str, text: str, **more: str) -> dict[str, Any]:
        return {"url": url, "valueExpression": {**more, "language": "text/fhirpath", "expression": text}}

    def extensions() -> Iterator[dict[str, Any]]:
        yield {"url": MARK, "valueBoolean": True}
        yield {"url": f"{HL7}questionnaire-hidden", "valueBoolean": True}
        for name, text in variables.items():
            yield expression(f"{HL7}variable", text, name=name)
        yield expression(f"{SDC}calculatedExpression", total, description=said)

    return {
        "extension": list(extensions()),
        "linkId": LINK_ID,
        "text": "Score",
        "type": "decimal",
        "readOnly": True,
    }
