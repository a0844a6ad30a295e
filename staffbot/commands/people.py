"""Who a command is for: by name as people type it, never guessed (U35, U36)."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.calendar import birthday
from core.messages import find as messages
from core.patients.directory import Directory, directory, words
from core.patients.phone import masked_phone
from core.patients.words import Patient
from core.practice import find as practice
from core.practice.words import GroupCard, StaffCard
from core.store import Unit
from staffbot.commands.errors import Ambiguous, NoOneFits
from staffbot.commands.grammar import Call

BY_ID = re.compile(r"@([0-9a-f]{8}-[0-9a-f-]{27})\s*", re.IGNORECASE)
LONGEST_NAME = 6  # words


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be named: a patient, a colleague or a group."""

    id: UUID
    name: str
    detail: str
    kind: str


def named(unit: Unit, call: Call, takes: str) -> tuple[list[UUID], str]:
    """The people at the start of what was typed, and the rest. In a patient's conversation the patient is implied.

    Raises Ambiguous, NoOneFits.
    """
    found: list[UUID] = []
    rest = call.rest
    while rest.startswith("@"):
        person, rest = one(unit, rest, takes)
        found.append(person)
        rest = rest.lstrip(", ") if rest.lstrip(", ").startswith("@") else rest
    if not found and call.conversation_id is not None:
        implied = messages.conversation(unit, call.conversation_id)
        if implied.patient_id and takes != "staff":
            return [implied.patient_id], rest
        if takes == "people" and len(implied.members) == 2:
            return [member for member in implied.members if member != unit.staff_id], rest
    return found, rest


def one(unit: Unit, text: str, takes: str) -> tuple[UUID, str]:
    """The person a text begins with (`@…`), and what follows. Raises Ambiguous, NoOneFits."""
    if by_id := BY_ID.match(text):
        return UUID(by_id[1]), text[by_id.end() :]
    typed = text[1:].split()[:LONGEST_NAME]
    if not typed:
        raise NoOneFits("@")
    everyone = candidates(unit, takes)
    for count in range(len(typed), 0, -1):
        exact = [person for person in everyone if words(person.name) == words(" ".join(typed[:count]))]
        if exact:
            return _only(exact, " ".join(typed[:count])), after(text, count)
    return _beginning(everyone, typed, text)


def candidates(unit: Unit, takes: str) -> list[Candidate]:
    """Everyone a command can be for, colleagues first."""
    found: list[Candidate] = []
    if takes in ("people", "staff"):
        found += [_colleague(member) for member in practice.staff(unit) if member.id != unit.staff_id]
    if takes == "staff":
        found += [_group(group) for group in practice.groups(unit)]
    if takes in ("people", "patients"):
        found += [patient(one) for one in directory(unit).all()]
    return found


def matching(unit: Unit, typed: str, takes: str, limit: int = 8) -> list[Candidate]:
    """Who fits what was typed so far, best first."""
    wanted = words(typed)
    colleagues = candidates(unit, "staff") if takes == "staff" else []
    if takes == "people":
        colleagues = [one for one in candidates(unit, "staff") if one.kind == "staff"]
    found = [person for person in colleagues if _fits(wanted, person)]
    if takes in ("people", "patients"):
        known: Directory = directory(unit)
        found += [patient(one) for one in known.match(typed, limit)]
    return found[:limit]


def patient(found: Patient) -> Candidate:
    """A patient, with what tells namesakes apart."""
    born = f"born {birthday(found.date_of_birth)}" if found.date_of_birth else "no date of birth"
    mobile = masked_phone(found.mobile).replace("number ending", "mobile ends") or "no mobile"
    return Candidate(found.id, found.name, f"{born} · {found.status.value} · {mobile}", "patient")


def choice(person: Candidate) -> dict[str, Any]:
    """Somebody as a choice."""
    return {"id": str(person.id), "name": person.name, "detail": person.detail, "insert": f"@{person.id} "}


def after(text: str, count: int) -> str:
    """What follows the first `count` words, with its own line breaks kept."""
    for _ in range(count):
        text = re.sub(r"^\s*\S+", "", text, count=1)
    return text.lstrip(" \t")


def _beginning(everyone: list[Candidate], typed: list[str], text: str) -> tuple[UUID, str]:
    """By beginnings of names: one word if it is enough, more only to tell people apart."""
    fitting = [person for person in everyone if words(typed[0]) and _fits(words(typed[0]), person)]
    used = 1
    while len(fitting) > 1 and used < len(typed):
        fewer = [person for person in fitting if _fits(words(" ".join(typed[: used + 1])), person)]
        if not fewer:
            break
        fitting, used = fewer, used + 1
    if not fitting:
        raise NoOneFits(typed[0])
    return _only(fitting, " ".join(typed[:used])), after(text, used)


def _fits(typed: list[str], person: Candidate) -> bool:
    name = words(person.name)
    return all(any(word.startswith(part) for word in name) for part in typed)


def _only(found: list[Candidate], typed: str) -> UUID:
    if len(found) > 1:
        raise Ambiguous(typed, [choice(person) for person in found[:10]])
    return found[0].id


def _colleague(member: StaffCard) -> Candidate:
    return Candidate(member.id, member.name, member.title or member.role.value, "staff")


def _group(group: GroupCard) -> Candidate:
    return Candidate(group.id, group.name, f"{len(group.members)} people", "group")
