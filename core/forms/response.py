"""The answers as a FHIR QuestionnaireResponse: enabled questions only, in the order of the form."""

from datetime import datetime
from typing import Any

from core.forms.words import Answers, Item, Kind, Questionnaire, State


def response(form: Questionnaire, state: State, answers: Answers, authored: datetime) -> dict[str, Any]:
    """The QuestionnaireResponse of a submitted form."""
    return {
        "resourceType": "QuestionnaireResponse",
        **({"questionnaire": form.url + (f"|{form.version}" if form.version else "")} if form.url else {}),
        "status": "completed",
        "authored": authored.isoformat(),
        "item": _items(form.items, state, answers),
    }


def _items(items: tuple[Item, ...], state: State, answers: Answers) -> list[dict[str, Any]]:
    found = []
    for item in items:
        if item.link_id not in state.enabled or item.kind is Kind.DISPLAY:
            continue
        below = _items(item.items, state, answers)
        given = [dict(value) for value in answers.get(item.link_id, ())]
        if item.kind is Kind.GROUP and below:
            found.append({"linkId": item.link_id, "text": item.text, "item": below})
        elif given:
            given[0] |= {"item": below} if below else {}
            found.append({"linkId": item.link_id, "text": item.text, "answer": given})
    return found
