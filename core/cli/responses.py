"""Answers in a file, as commands read them."""

from typing import Any

from core.cli.words import NotAResponse
from core.forms.importing import source
from core.forms.importing.findings import Findings
from core.forms.importing.shaping import shaped


def as_response(data: bytes) -> dict[str, Any]:
    """A QuestionnaireResponse whose answers can all be seen.

    Raises NotAResponse: another resource, no readable JSON, or parts of a wrong type, which would look like no answer.
    """
    findings = Findings()
    answers: dict[str, Any] = {}
    try:
        given = source.parse(data)
        if not isinstance(given, dict) or given.get("resourceType") != "QuestionnaireResponse":
            raise NotAResponse
        answers = shaped(given, findings)
    except source.Refused as refused:
        findings.refuse(refused)
    if findings.refusals:
        raise NotAResponse(tuple(findings.refusals))
    return answers
