"""What a draft is warned of before it goes, the answers to it, and what is said where one is missing (U44-U49)."""

from datetime import datetime

from core import calendar
from core.calendar import birthday
from core.compose.words import Warning
from staffbot import form_words

UNDECIDED: dict[str, str] = {
    "when": "The text begins with a time. Choose: send it then, or keep the time as words.",
    "clinical": "This may say why someone is treated. Send it as a Direct Message, or say why not.",
    "fresh": "A contact was changed less than a day ago. Say on the preview that you checked; nothing has been sent.",
    "archived": "An archived patient is named. Say on the preview that it goes all the same; nothing has been sent.",
    "unopened": "The last two messages were not opened. Say on the preview that it goes all the same; nothing has been "
    "sent. If the preview does not ask, choose Edit and look again.",
}


def warning(found: Warning) -> str:
    """What to look at before sending."""
    if found.code == "clinical":
        seen = ", ".join(found.facts["words"])
        return f"This may say why someone is treated: {seen}. A Direct Message keeps it private."
    if found.code in ("form_waits", "form_answered"):
        return form_words.asked_already(found.code, found.facts)
    if found.code == "words_behind":
        return form_words.words_behind(found.facts)
    if found.code == "greets":
        return _greets(**found.facts)
    if found.code == "costly":
        return _costly(**found.facts)
    if found.code == "typo":
        return (
            f"The address of {found.facts['name']} ends in {found.facts['typed']}: did you mean {found.facts['meant']}?"
        )
    if found.code == "when":
        return when(*(found.facts[key] for key in ("at", "said", "zone")))
    if found.code == "fresh":
        return f"A contact of {_listed(found.facts['names'])} was changed less than a day ago. Is it really theirs?"
    if found.code == "archived":
        names = found.facts["names"]
        return f"{_listed(names)} {'is' if len(names) == 1 else 'are'} archived. Should this still go?"
    if found.code == "unopened":
        return f"{_listed(found.facts['names'])} did not open the last two messages. A call may reach them sooner."
    if found.code == "mark":
        use = "To ask for their PIN, too" if found.facts["mark"] == "sensitive" else "To say how long it can be opened"
        line = f"/dm @amara {found.facts['mark']} Hello"
        return f"“{found.facts['typed']}” goes out as words. {use}, write it right after the name: {line}."
    if found.code == "doubted":
        return f"Someone said that a message for {found.facts['name']} was not for them. Check the number and address."
    if found.code == "wrong":
        return f"The network said that the {found.facts['what']} of {found.facts['name']} is wrong. Check it first."
    born, other = (birthday(found.facts[key]) or "at an unknown date" for key in ("born", "other"))
    return f"There is another {found.facts['name']}, born {other}. This goes to the one born {born}."


DECISIONS: dict[str, str] = {
    "asked": "The patient asked for it this way",
    "harmless": "These words are not about their health",
    "urgent": "It cannot wait",
    "right_one": "Yes, this is the right one",
    "checked": "Yes, it was checked with them",
    "anyway": "Send it all the same",
    "words": "Keep as words, send now",
}


def decision(found: Warning, value: str) -> str:
    """An answer to a warning."""
    if value == "later":
        return f"Send {calendar.at(found.facts['at'], found.facts['zone'])}"
    return DECISIONS[value]


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def when(at: datetime, said: datetime | None, zone: str) -> str:
    """That a text begins with a time, and why another is offered where that one cannot be kept (E30)."""
    if said is None:
        return "The text begins with a time."
    next_possible = f"Next possible time: {calendar.at(at, zone)}."
    if calendar.clock(said, zone) == calendar.clock(at, zone):
        return f"{calendar.clock(said, zone)} on {calendar.day(said, zone)} is over. {next_possible}"
    return f"No texts go to patients between 21:00 and 8:00. {next_possible}"


def _greets(typed: str, names: list[str], called: str) -> str:
    whom = f"{called}, and goes to {_listed(names)}" if called else f"“{typed}”, and goes to {_listed(names)}"
    return f"The text begins by greeting {whom}. Is this the right person?"


def _costly(letter: str, segments: int, instead: str | None, fewer: int) -> str:
    said = f"The character “{letter}” makes this {segments} texts."
    if instead is None or fewer >= segments:
        return said
    write = f"With “{instead}” for it" if instead.strip() else "Without it"
    return f"{said} {write}, it can be {fewer}."
