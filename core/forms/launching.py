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
NAME = re.compile(r"%[`'\"]?(\w+)")
ELEMENT = re.compile(r"%(\w+)\.([a-zA-Z]+)\b(?!\()")
WITHOUT_SIGN = re.compile(r"^\s*(Patient)\.")


def of_the_patient(form: Mapping[str, Any]) -> tuple[str, ...]:
    """What a form calls the patient, without `%`: `patient` always, `user` unless it wants somebody else."""
    others = {name for name, types in _launched(form) if "Patient" not in types}
    said = [name for name, types in _launched(form) if "Patient" in types]
    return tuple(dict.fromkeys(["patient", *(name for name in [*WHO, *said] if name not in others)]))


def also_the_patient(form: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The other names of the patient, as variables."""
    return tuple((name, "%patient") for name in of_the_patient(form) if name != "patient")


def reading(form: Mapping[str, Any], texts: Mapping[str, str], variables: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Which of some expressions look at the patient's record, also through variables (their names and texts)."""
    names, before = set(of_the_patient(form)), 0
    while before != len(names):
        before = len(names)
        names |= {name for name, text in variables if not names.isdisjoint(NAME.findall(text))}
    return frozenset(name for name, text in texts.items() if not names.isdisjoint(NAME.findall(text)))


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
