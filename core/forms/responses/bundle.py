"""Answers as a FHIR R4 Bundle: the frozen version, the patient, every response, and the files that were given (F74)."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any

from core.forms.answering.prefill import as_fhir
from core.forms.response import dumps
from core.forms.responses.answered import Answered

KEPT = ("resourceType", "id", "name", "birthDate")  # of a patient: who it is, and nothing else


def bundle(
    given: Answered,
    source: bytes,
    files: Mapping[str, tuple[str, bytes]],
    base: str,
    earlier: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """A collection. `source`: the questionnaire as it came; `files`: media type and bytes by the id of each file.

    `base` is the address that relative references are read from, without a slash at its end; `earlier` are the
    responses that were corrected. Everything that is referred to is in it: the questionnaire has the address and
    version by which the response names it, also where its author gave none.
    """
    form_id = f"{given.form_id}-{given.number}"
    url, _, version = str(given.response["questionnaire"]).partition("|")
    named = {"url": url, "status": "draft", **({"version": version} if version else {})}
    form = {**named, **json.loads(source, parse_float=Decimal)}
    responses = (*earlier, given.response)
    staff = {one["author"]["reference"]: one["author"]["display"] for one in responses if _by_staff(one)}
    patient = {key: value for key, value in as_fhir(given.patient).items() if key in KEPT}
    resources = [
        (f"{base}/Questionnaire/{form_id}", {**form, "id": form_id}),
        (f"{base}/Patient/{given.patient.id}", patient),
        *((f"{base}/{who}", _practitioner(who, name)) for who, name in staff.items()),
        *((f"{base}/QuestionnaireResponse/{one['id']}", one) for one in responses),
        *_binaries(files),
    ]
    whole = {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": given.at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z"),
        "entry": [{"fullUrl": url, "resource": resource} for url, resource in resources],
    }
    return dumps(whole)


def _by_staff(response: Mapping[str, Any]) -> bool:
    return str(response.get("author", {}).get("reference", "")).startswith("Practitioner/")


def _practitioner(reference: str, name: str) -> dict[str, Any]:
    return {"resourceType": "Practitioner", "id": reference.partition("/")[2], "name": [{"text": name}]}


def _binaries(files: Mapping[str, tuple[str, bytes]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for file_id, (kind, data) in files.items():
        content = {"contentType": kind, "data": b64encode(data).decode()}
        yield f"urn:uuid:{file_id}", {"resourceType": "Binary", "id": file_id, **content}
