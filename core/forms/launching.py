"""What a form is told when it is opened: the patient, who also answers it, and of nobody and nothing else (F56).

Pure; it is said at import what stays empty because of it, and not when somebody wonders why.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.forms.extensions import Extensions

EMPTY = frozenset({"encounter"})
WHO = ("patient", "user")  # whoever reads the portal is both
RECORD = frozenset({"id", "name", "birthDate", "telecom", "identifier"})  # of a patient: see prefill.as_fhir
ELEMENT = re.compile(r"%(\w+)\.([a-zA-Z]+)\b(?!\()")
WITHOUT_SIGN = re.compile(r"^\s*(Patient)\.")


def of_the_patient(form: Mapping[str, Any]) -> tuple[str, ...]:
    """What a form calls the patient, without `%`: `patient` always, `user` unless it wants somebody else."""
    others = {name for name, types in _launched(form) if "Patient" not in types}
    said = [name for name, types in _launched(form) if "Patient" in types]
    return tuple(dict.fromkeys(["patient", *(name for name in [*WHO, *said] if name not in others)]))


def stays_empty(form: Mapping[str, Any], text: str, names: Sequence[str]) -> Iterator[str]:
    """What of an expression is never told to a form, as it is written there; `names` are its variables."""
    patient = of_the_patient(form)
    unknown = EMPTY | {name for name, _ in _launched(form)} | set(WHO)
    yield from (f"%{name}" for name in names if name in unknown and name not in patient)
    for who, element in dict.fromkeys(ELEMENT.findall(text)):
        if who in patient and element not in RECORD:
            yield f"%{who}.{element}"
    yield from WITHOUT_SIGN.findall(text)


def _launched(form: Mapping[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    """The names that a form gives to what it is launched with, and of which types each may be."""
    for launch in Extensions(form).every("launchContext"):
        inside = Extensions(launch)
        name = inside.value("name", "Coding", "Id")
        name = name.get("code") if isinstance(name, dict) else name
        if isinstance(name, str):
            yield name, [one.get("valueCode") for one in inside.every("type")]
