"""Answers that propose to change a patient's details: told as old and new, applied by a person, each alone (F62).

Which question means which detail is said by the item's `definition` (`…#Patient.birthDate`), or by an extension of ours
that the builder writes. Nothing changes by itself, and a link that is out keeps the number it was sent with (S27).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from core import language
from core.audit.trail import append
from core.errors import Invalid, NotFound
from core.forms.responses import answered
from core.forms.responses.answered import Answered
from core.forms.scores import values_of
from core.forms.values import content
from core.forms.words import Item, Value, walk
from core.patients import record
from core.patients.address import to_address
from core.patients.phone import to_e164
from core.patients.words import Patient
from core.practice.rights import require
from core.practice.words import Right
from core.release import contacts
from core.store.unit import Unit


class Detail(StrEnum):
    """A detail of a patient that an answer may be about."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    BORN = "date_of_birth"
    EMAIL = "email"
    MOBILE = "mobile"
    LANGUAGE = "language"


CONTACTS = frozenset({Detail.EMAIL, Detail.MOBILE})
ELEMENTS: Mapping[str, Detail] = {
    "name.given": Detail.FIRST_NAME,
    "HumanName.given": Detail.FIRST_NAME,
    "name.family": Detail.LAST_NAME,
    "HumanName.family": Detail.LAST_NAME,
    "Patient.birthDate": Detail.BORN,
    "Patient.communication": Detail.LANGUAGE,
    "communication.language": Detail.LANGUAGE,
}
TELECOM = frozenset({"Patient.telecom", "telecom.value", "ContactPoint.value"})  # either; the answer shows which


@dataclass(frozen=True, slots=True)
class Proposal:
    """A detail as the record has it and as it was answered; one that cannot be taken as it is has a `why`."""

    detail: Detail
    old: str
    new: str
    why: str = ""


def proposals(unit: Unit, given: Answered) -> tuple[Proposal, ...]:
    """What the answers say otherwise than the record does now; the last word on each detail counts."""
    found: dict[Detail, Proposal] = {}
    for item in walk(given.form.items):
        for value in values_of(item.link_id, given.answers):
            said = _said(value)
            detail = detail_of(item, said)
            if detail is not None and said:
                found[detail] = _proposal(unit, given.patient, detail, said)
    return tuple(one for one in found.values() if one.why or one.old != one.new)


def apply(unit: Unit, message_id: UUID, detail: Detail) -> Patient:
    """Take one proposed detail over into the record. Raises Forbidden, NotFound, Invalid, Erased."""
    require(unit, Right.EDIT_PATIENTS)
    given = answered.of_message(unit, message_id)
    wanted = next((one for one in proposals(unit, given) if one.detail is detail and not one.why), None)
    if wanted is None:
        raise NotFound("proposal")
    append(unit, "detail taken over", message_id, detail=detail.value)
    if detail not in CONTACTS:
        return record.change(unit, given.patient.id, **{detail.value: wanted.new})
    both = {Detail.EMAIL: given.patient.email, Detail.MOBILE: given.patient.mobile, detail: wanted.new}
    return contacts.correct(unit, given.patient.id, both[Detail.EMAIL], both[Detail.MOBILE]).patient


def detail_of(item: Item, said: str = "") -> Detail | None:
    """Which detail a question is about; of a telecom the answer shows whether it is an address or a number."""
    if item.proposes:
        return Detail(item.proposes) if item.proposes in set(Detail) else None
    path = ".".join(item.definition.partition("#")[2].split(".")[-2:])
    if path in TELECOM:
        return Detail.EMAIL if "@" in said else Detail.MOBILE
    return ELEMENTS.get(path)


def _proposal(unit: Unit, patient: Patient, detail: Detail, said: str) -> Proposal:
    old = getattr(patient, detail.value)
    try:
        return Proposal(detail, str(old or ""), AS_KEPT[detail](unit, said))
    except Invalid:
        return Proposal(detail, str(old or ""), said, why="unfit")


def _said(value: Value) -> str:
    found = content(value)
    if isinstance(found, Mapping):
        found = found.get("code") or found.get("display")
    return str(found or "").strip()


def _mobile(unit: Unit, said: str) -> str:
    return to_e164(said, record.country_of(unit))


def _born(unit: Unit, said: str) -> str:
    return str(record.born(said, unit.now.date()) or "")


def _language(_: Unit, said: str) -> str:
    if (code := said.casefold()[:2]) not in language.NAMES:
        raise Invalid("language", "unknown")
    return code


AS_KEPT: Mapping[Detail, Callable[[Unit, str], str]] = {
    Detail.FIRST_NAME: lambda _, said: said[: record.LONGEST_NAME],
    Detail.LAST_NAME: lambda _, said: said[: record.LONGEST_NAME],
    Detail.BORN: _born,
    Detail.EMAIL: lambda _, said: to_address(said),
    Detail.MOBILE: _mobile,
    Detail.LANGUAGE: _language,
}
