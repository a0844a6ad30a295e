"""Answers as a FHIR R4 Bundle: the frozen version, the patient, the response, and the files that were given (F74)."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

from core.forms.answered import Answered
from core.forms.prefill import as_fhir
from core.forms.response import dumps

KEPT = ("resourceType", "id", "name", "birthDate")  # of a patient: who it is, and nothing else


def bundle(given: Answered, source: bytes, files: Mapping[str, tuple[str, bytes]], base: str) -> bytes:
    """A collection. `source`: the questionnaire as it came; `files`: media type and bytes by the id of each file.

    `base` is the address that relative references are read from, without a slash at its end.
    """
    form = json.loads(source, parse_float=Decimal)
    form_id = f"{given.form_id}-{given.number}"
    patient = {key: value for key, value in as_fhir(given.patient).items() if key in KEPT}
    resources = [
        (f"{base}/Questionnaire/{form_id}", {**form, "id": form_id}),
        (f"{base}/Patient/{given.patient.id}", patient),
        (f"{base}/QuestionnaireResponse/{given.response['id']}", given.response),
        *_binaries(files),
    ]
    whole = {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": given.at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in resources],
    }
    return dumps(whole)


def _binaries(files: Mapping[str, tuple[str, bytes]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for file_id, (kind, data) in files.items():
        content = {"contentType": kind, "data": b64encode(data).decode()}
        yield f"urn:uuid:{file_id}", {"resourceType": "Binary", "id": file_id, **content}
