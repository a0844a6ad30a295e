"""Whom a command goes to, and the words for them: words that could be meant as somebody else are refused (U36, U37)."""

import re
from uuid import UUID

from core.errors import Invalid
from core.patients.directory import directory, words
from core.store import Unit
from staffbot.commands.grammar import Call, all_commands
from staffbot.commands.misplaced import no_address, not_a_command
from staffbot.commands.people import BY_ID, LONGEST_NAME, Candidate, beginning, called, meant, patient

# Not an e-mail address: what stands before the sign is no part of one, or what follows has no domain's dot.
NAMED_LATER = re.compile(r"(?:(?<![\w.+%-])[@\uff20]|(?<=\w)[@\uff20](?![\w-]+\.\w))(\w[\w-]*)")
JOINED = re.compile(r"(?:[&+,;]|(?:and|und)\b)\s*(\w[\w'\u2019-]*)", re.IGNORECASE)

LISTS = (",", ";")
FIRST = re.compile(r"\w[\w'\u2019-]*")
MORE_OFTEN_WORDS = frozenset("an art bill can do drew everyone frank hope in mark may pat rob rose so sue will".split())


def named(unit: Unit, call: Call, takes: str) -> tuple[list[UUID], str]:
    """The people at the start of what was typed, and the rest. In a patient's conversation the patient is implied.

    Raises Ambiguous, NoOneFits, Invalid where the name stands elsewhere.
    """
    people, text, in_front = meant(unit, call.rest, call.conversation_id, takes)
    if not in_front:
        no_address(text)
        _say_where(unit, text, takes, people)
    elif takes != "staff":
        _nobody_else(unit, text, people)
        _no_name_in_front(unit, text, people)
    if in_front:
        _nobody_joined(unit, text, takes)
        if takes == "staff" or not any(directory(unit).get(one) for one in people):
            _no_colleague_listed(unit, call.rest, text, people)
    not_a_command(text, all_commands())
    return people, (text if takes == "staff" else _in_names(unit, text)).strip()


def another_colleague(unit: Unit, typed: str, rest: str, people: list[UUID]) -> str:
    """The word, without `@`, that names one more colleague behind those whom `typed` begins with: `olive` in
    `@ben, olive running late`. Empty where `rest` begins with other words.

    What is a word of everyday, too, names nobody while it is written small: `@ben, will you come?`.
    """
    front = typed[: len(typed) - len(rest)].rstrip()
    joined = JOINED.match(rest)
    word = joined[1] if joined else found[0] if front.endswith(LISTS) and (found := FIRST.match(rest)) else ""
    said = words(word)
    if not said or word in MORE_OFTEN_WORDS:
        return ""
    meant_too = [one for one in beginning(unit, said[0], "staff") if set(said) <= set(words(one.name))]
    return word if meant_too and not {one.id for one in meant_too} & set(people) else ""


def _no_colleague_listed(unit: Unit, typed: str, rest: str, people: list[UUID]) -> None:
    """Among colleagues `@ben, olive text` is not for Ben alone, nor for certain for both: asked. Raises Invalid."""
    if word := another_colleague(unit, typed, rest, people):
        raise Invalid("recipients", "joined", typed=word)


def nothing_more(command: str, text: str, people: list[UUID]) -> None:
    """Raises Invalid where words are left that the command does not take, or more than one patient is named: what was
    typed is not half done."""
    if len(people) > 1:
        raise Invalid("recipients", "one")
    if text:
        raise Invalid(command, "nothing_more")


def _nobody_else(unit: Unit, text: str, people: list[UUID]) -> None:
    """What goes to people named in front has no other patient after an `@`: it would tell a name. Raises Invalid."""
    for found in NAMED_LATER.finditer(text):
        others = {one.id: one.name for one in _patients_called(unit, found)}
        if others and not set(others) & set(people):
            raise Invalid("recipients", "in_text", typed=next(iter(others.values())) if len(others) == 1 else found[1])


def _patients_called(unit: Unit, found: re.Match[str]) -> list[Candidate]:
    """The patients whose whole name or a word of it stands after an `@`, or who are bound there by their id."""
    if bound := BY_ID.match(found.string, found.start()):
        known = directory(unit).get(UUID(bound[1]))
        return [patient(known)] if known else []
    return [one for one in beginning(unit, found[1], "patients") if set(words(found[1])) <= set(words(one.name))]


def _in_names(unit: Unit, text: str) -> str:
    """A text that leaves the building, with names instead of ids."""
    return BY_ID.sub(lambda found: f"{called(unit, UUID(found[1]))} ", text)


def _say_where(unit: Unit, text: str, takes: str, implied: list[UUID]) -> None:
    """Nobody is named in front: whoever is named further on, or without `@`, was meant. Raises Invalid.

    Also where somebody is implied: what names another patient must not go to this one.
    """
    if implied:
        _nobody_else_first(unit, text, implied)
        return
    later = NAMED_LATER.search(text)
    if later:
        name = called(unit, UUID(later[1])) if BY_ID.fullmatch(later[0]) else later[1]
        raise Invalid("recipients", "not_first", typed=name)
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    fitting = [one for one in beginning(unit, first, takes) if set(words(first)) <= set(words(one.name))]
    if fitting:
        raise Invalid("recipients", "not_first", typed=fitting[0].name if len(fitting) == 1 else first)


def _nobody_else_first(unit: Unit, text: str, implied: list[UUID]) -> None:
    for later in NAMED_LATER.finditer(text):
        bound = BY_ID.match(text, later.start())
        others = _patients_called(unit, later) if bound else beginning(unit, later[1], "patients")
        if others and {one.id for one in others} - set(implied):
            raise Invalid("recipients", "not_first", typed=others[0].name if bound else later[1])
    _no_name_in_front(unit, text, implied)


def _nobody_joined(unit: Unit, text: str, takes: str) -> None:
    """Behind `@Amara and` a name was meant, too: `& Wei` is no part of a text. Raises Invalid."""
    found = JOINED.match(text)
    typed = words(found[1]) if found else []
    if typed and any(set(typed) <= set(words(one.name)) for one in beginning(unit, typed[0], takes)):
        raise Invalid("recipients", "joined", typed=found[1] if found else "")


def _no_name_in_front(unit: Unit, text: str, people: list[UUID]) -> None:
    """What begins with the whole name of another patient is not for these people. Raises Invalid."""
    start = text.split()[:LONGEST_NAME]
    for count in range(len(start), 1, -1):
        fitting = directory(unit).named(" ".join(start[:count])) if words(start[count - 1]) else []
        if fitting and not {one.id for one in fitting} & set(people):
            raise Invalid("recipients", "begins_with", typed=fitting[0].name)
