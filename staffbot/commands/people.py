"""Who is meant: by name as people type it, by id, or by where it is typed; never guessed (U35, U36)."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.calendar import birthday
from core.errors import Invalid
from core.messages import find as messages
from core.patients.directory import TITLES, begins, directory, untitled, words
from core.patients.phone import masked_phone
from core.patients.words import Patient
from core.practice import find as practice
from core.practice.words import GroupCard, StaffCard
from core.store import Unit
from staffbot.away_words import note
from staffbot.commands.behind import GREETS, alike, born, more
from staffbot.commands.errors import Ambiguous, NoOneFits
from staffbot.commands.misplaced import without_unseen

BY_ID = re.compile(r"@([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![0-9a-f])\s*", re.IGNORECASE)
AND = re.compile(r"[\s,;&+]*(?:(?:and|und)\s+)?(?=@)", re.IGNORECASE)
SIGN = re.compile(r"\A[,:;\u2013\u2014-]+(?=\s|$)\s*")  # between a name and the words
CLOSE = re.compile(r"\A(@[^\s,;:@]+[,;:])(?=\w)")  # `@vera,book him`
INITIAL = re.compile(r"(\w)\.[,:;]?")  # `T.` behind a first name
BORN_BEHIND = re.compile(r"[\s,]+(?:\(|born\s|\d).*$", re.IGNORECASE)
LONGEST_NAME = 6  # words
MOST_CHOICES = 10


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be named: a patient, a colleague or a group."""

    id: UUID
    name: str
    detail: str
    kind: str


def meant(unit: Unit, text: str, conversation_id: UUID | None, takes: str) -> tuple[list[UUID], str, bool]:
    """Who is named at the start of a text, else who is implied where it was typed; the rest; whether they were named.

    Raises Ambiguous, NoOneFits, NotFound.
    """
    found: list[UUID] = []
    while text.startswith("@"):
        person, text = one(unit, text, takes)
        found.append(person)
        text = text[after_and.end() :] if (after_and := AND.match(text)) else text
    return (found, text, True) if found else (implied(unit, conversation_id, takes), text, False)


def implied(unit: Unit, conversation_id: UUID | None, takes: str) -> list[UUID]:
    """Who is meant where nobody is named: the patient of the conversation, or the one colleague in it (U39)."""
    if conversation_id is None:
        return []
    thread = messages.conversation(unit, conversation_id)
    if thread.patient_id and takes != "staff":
        return [thread.patient_id]
    if takes == "people" and len(thread.members) == 2:
        return [member for member in thread.members if member != unit.staff_id]
    return []


def only_one(unit: Unit, typed: str, takes: str) -> UUID:
    """The one person a whole text names, with `@` or without. Raises Ambiguous, NoOneFits."""
    name = typed.removeprefix("@").strip()
    if by_id := BY_ID.fullmatch(f"@{name}"):
        return UUID(by_id[1])
    found = _exactly(unit, name, takes) or beginning(unit, untitled(name), takes)
    if not found and (split := BORN_BEHIND.search(name)):
        front = name[: split.start()]
        told = _told_apart(
            unit, _exactly(unit, front, takes) or beginning(unit, untitled(front), takes), split[0].strip(" ,")
        )
        if told and not told[1]:
            return told[0]
    if not found:
        not_for_them(unit, name, takes)
        raise NoOneFits(name or "@", _near(unit, name, takes), takes)
    return _only(found, name)


def one(unit: Unit, text: str, takes: str) -> tuple[UUID, str]:
    """The person a text begins with (`@…`), and what follows. Raises Ambiguous, NoOneFits."""
    if by_id := BY_ID.match(text):
        return UUID(by_id[1]), text[by_id.end() :]
    text = CLOSE.sub(r"\1 ", text, count=1)
    typed = [without_unseen(word) for word in text[1:].split()[:LONGEST_NAME]] if not text[1:2].isspace() else []
    if not typed:
        raise Invalid("recipients", "none")
    for count in range(len(typed), 0, -1):
        if not words(typed[count - 1]):
            continue  # a sign or a picture by itself is no part of a name
        name = " ".join(typed[:count])
        exact = _exactly(unit, name, takes)
        exact += _as_hyphened(unit, name, exact, takes)
        if exact or ((count == 1 or not name.endswith(GREETS)) and (exact := _turned_round(unit, name, takes))):
            rest = SIGN.sub("", after(text, count), count=1)
            told = _told_apart(unit, exact, rest)
            return told or (_only(exact, name), rest)
    if _is_title(unit, typed, takes):
        return _behind_the_title(unit, typed[0], text, takes)
    return _by_beginning(unit, typed, text, takes)


def matching(unit: Unit, typed: str, takes: str, limit: int = 8) -> list[Candidate]:
    """Who fits what was typed so far, best first: colleagues, then patients, then those nearly called so."""
    typed = untitled(typed)
    found = [one for one in _colleagues(unit, takes) if begins(words(typed), words(one.name))]
    if takes in ("people", "patients", "anyone"):
        found += [patient(one) for one in directory(unit).match(typed, limit)]
    return found[:limit]


def beginning(unit: Unit, typed: str, takes: str) -> list[Candidate]:
    """Everyone of whose name each typed word begins some word; of patients also by number and date of birth."""
    wanted = words(typed)
    found = [one for one in _colleagues(unit, takes) if wanted and begins(wanted, words(one.name))]
    if takes in ("people", "patients", "anyone"):
        found += [patient(one) for one in directory(unit).starting(typed)]
    return found


def patient(found: Patient) -> Candidate:
    """A patient, with what tells namesakes apart."""
    born = f"born {birthday(found.date_of_birth)}" if found.date_of_birth else "no date of birth"
    mobile = masked_phone(found.mobile).replace("number ending", "mobile ends") or "no mobile"
    return Candidate(found.id, found.name, f"{born} · {found.status.value} · {mobile}", "patient")


def choice(person: Candidate) -> dict[str, Any]:
    """Somebody as a choice."""
    return {"id": str(person.id), "name": person.name, "detail": person.detail, "insert": f"@{person.id} "}


def called(unit: Unit, person: UUID) -> str:
    """The name of whoever has an id; empty when nobody has."""
    if known := directory(unit).get(person):
        return known.name
    names = {one.id: one.name for one in practice.staff(unit)} | {one.id: one.name for one in practice.groups(unit)}
    return names.get(person, "")


def after(text: str, count: int) -> str:
    """What follows the first `count` words, with its own line breaks kept."""
    for _ in range(count):
        text = re.sub(r"^\s*\S+", "", text, count=1)
    return text.lstrip(" \t")


def _exactly(unit: Unit, name: str, takes: str) -> list[Candidate]:
    wanted = words(name)
    found = [one for one in _colleagues(unit, takes) if wanted and words(one.name) == wanted]
    if wanted and takes in ("people", "patients", "anyone"):
        found += [patient(one) for one in directory(unit).named(name)]
    return found


def _as_hyphened(unit: Unit, name: str, exact: list[Candidate], takes: str) -> list[Candidate]:
    """Who begins with the hyphens that were typed, where those who are called so have none: `Mary-Jane` may be
    Mary-Jane O'Connor as well as Mary Jane."""
    typed = _hyphens(name)
    if not exact or "-" not in typed or any("-" in _hyphens(one.name) for one in exact):
        return []
    return [one for one in beginning(unit, name, takes) if _hyphens(one.name).startswith(typed) and one not in exact]


def _hyphens(name: str) -> str:
    return re.sub("[\u2010-\u2013]", "-", name).casefold()


def _turned_round(unit: Unit, name: str, takes: str) -> list[Candidate]:
    """Everyone of whom this is the whole name in another order, or in one word: `Okafor, Ada`, `AdaOkafor`."""
    wanted = sorted(words(name))
    if len(wanted) < 2:
        of_patients = takes in ("people", "patients", "anyone")
        return [patient(one) for one in directory(unit).run_together(name)] if of_patients else []
    found = [one for one in _colleagues(unit, takes) if sorted(words(one.name)) == wanted]
    if takes in ("people", "patients", "anyone"):
        found += [patient(one) for one in directory(unit).turned_round(name)]
    return found


def _is_title(unit: Unit, typed: list[str], takes: str) -> bool:
    """Whether the first word is a title with more behind it; `Dr` begins the name of a Mr Draper, too."""
    said = words(typed[0])
    if len(typed) < 2 or len(said) != 1 or said[0] not in TITLES:
        return False
    return not any(said[0] in words(one.name) for one in beginning(unit, typed[0], takes))


def _behind_the_title(unit: Unit, title: str, text: str, takes: str) -> tuple[UUID, str]:
    """The person named behind a title; what is told of them has the title in it, as it was typed."""
    try:
        return one(unit, f"@{after(text, 1)}", takes)
    except (Ambiguous, NoOneFits) as error:
        error.typed = f"{title} {error.typed}"
        raise


def _by_beginning(unit: Unit, typed: list[str], text: str, takes: str) -> tuple[UUID, str]:
    """By the beginning of a name. A second word tells people apart only if it is a whole word of a name: a beginning
    could as well be the first word of the message."""
    fitting, used = beginning(unit, typed[0], takes), 1
    if not fitting:
        not_for_them(unit, typed[0], takes)
        raise NoOneFits(typed[0], _near(unit, typed[0], takes), takes)
    while used < len(typed):
        if initial := INITIAL.fullmatch(typed[used]):
            fitting, used = _with_initial(fitting, typed, used, initial[1]), used + 1
            continue
        if len(fitting) == 1:
            further, slipped = more(fitting[0].name, typed, used)
            used += further
            if slipped:
                raise NoOneFits(" ".join(typed[: used + 1]), [choice(fitting[0])])
            break
        fewer = [person for person in fitting if set(words(typed[used])) <= set(words(person.name))]
        if not fewer or not words(typed[used]):
            break
        fitting, used = fewer, used + 1
    rest = SIGN.sub("", after(text, used), count=1)
    return _told_apart(unit, fitting, rest) or (_only(fitting, " ".join(typed[:used])), rest)


def _told_apart(unit: Unit, fitting: list[Candidate], rest: str) -> tuple[UUID, str] | None:
    """Whom of those who fit the date of birth behind the name means, and what follows it."""
    found = born(rest, unit.now.date()) if fitting else None
    known = [(one, directory(unit).get(one.id)) for one in fitting if found]
    fewer = [one.id for one, card in known if card and found and card.date_of_birth == found[0]]
    return (fewer[0], found[1]) if found and len(fewer) == 1 else None


def _with_initial(fitting: list[Candidate], typed: list[str], used: int, letter: str) -> list[Candidate]:
    """Those of them who have one more name that begins so; it is part of the name, never of the message.

    Raises NoOneFits: somebody else was meant.
    """
    wanted = [*typed[:used], letter]
    found = [one for one in fitting if _each_begins_its_own(wanted, one.name)]
    if not found:
        raise NoOneFits(" ".join(typed[: used + 1]), [choice(one) for one in fitting[:MOST_CHOICES]])
    return found


def _each_begins_its_own(typed: list[str], name: str) -> bool:
    """Whether each typed word begins a word of a name, no two the same one."""
    left = words(name)
    for part in (part for said in typed for part in words(said)):
        taken = next((word for word in left if word.startswith(part)), None)
        if taken is None:
            return False
        left.remove(taken)
    return True


def not_for_them(unit: Unit, typed: str, takes: str) -> None:
    """Somebody is called so whom this is not for: oneself, a group, a colleague, a patient. Raises Invalid."""
    wanted = set(words(typed))
    if not wanted:
        return
    me = practice.staff_member(unit, unit.staff_id) if unit.staff_id else None
    if typed.casefold() == "me" or (me and wanted <= set(words(me.name))):
        raise Invalid("recipients", "self", typed=typed)
    for other in ("staff", "patients"):
        for found in beginning(unit, typed, other):
            if wanted <= set(words(found.name)) and (found.kind != "group" or typed.casefold() == found.name):
                raise Invalid("recipients", f"a_{found.kind}", typed=found.name)


def _near(unit: Unit, typed: str, takes: str) -> list[dict[str, Any]]:
    """Who is nearly called so: offered, never taken by itself."""
    found = [choice(one) for one in _colleagues(unit, takes) if alike(typed, one.name)]
    if takes in ("people", "patients", "anyone"):
        found += [choice(patient(one)) for one in directory(unit).near(typed)]
    return found[:MOST_CHOICES]


def _only(found: list[Candidate], typed: str) -> UUID:
    if len(found) > 1:
        raise Ambiguous(typed, [choice(person) for person in found[:MOST_CHOICES]], len(found))
    return found[0].id


def _colleagues(unit: Unit, takes: str) -> list[Candidate]:
    """The colleagues, and groups where a group can be written to."""
    found: list[Candidate] = []
    if takes in ("people", "staff", "anyone"):
        found += [_colleague(unit, member) for member in practice.staff(unit) if member.id != unit.staff_id]
    if takes in ("staff", "anyone"):
        found += [_group(group) for group in practice.groups(unit)]
    return found


def _colleague(unit: Unit, member: StaffCard) -> Candidate:
    return Candidate(member.id, member.name, note(unit, member) or member.title or member.role.value, "staff")


def _group(group: GroupCard) -> Candidate:
    return Candidate(
        group.id, group.name, "1 person" if len(group.members) == 1 else f"{len(group.members)} people", "group"
    )
