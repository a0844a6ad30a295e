"""Answers in a file, as commands read them."""

from typing import Any

from core.cli.words import NotAResponse
from core.forms import source


def as_response(data: bytes) -> dict[str, Any]:
    """A QuestionnaireResponse. Raises NotAResponse."""
    try:
        given = source.parse(data)
    except source.Refused as refused:
        raise NotAResponse from refused
    if not isinstance(given, dict) or given.get("resourceType") != "QuestionnaireResponse":
        raise NotAResponse
    return given
