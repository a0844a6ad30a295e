"""What the system texts back by itself, each in one segment: to STOP, START, HELP and pictures (ux.md T11-T13, P50)."""

from collections.abc import Mapping

from core.delivery.segments import count
from core.language import say
from core.practice.words import PracticeCard

EMERGENCY: Mapping[str, str] = {"GB": "999", "US": "911", "CA": "911", "AU": "000", "NZ": "111"}
ANYWHERE = "112"


def nobodys(language: str) -> str:
    """To who texted a number that several practices share, and is known to none of them."""
    return say(language, "Sorry, we cannot tell which clinic this is for. Please call your clinic.")


def stopped(practice: PracticeCard, language: str) -> str:
    """T11."""
    return _short(practice, language, STOPPED)


def started(practice: PracticeCard, language: str) -> str:
    """The answer to START."""
    return _short(practice, language, STARTED)


def helped(practice: PracticeCard, language: str) -> str:
    """T12."""
    return _short(practice, language, HELPED)


def no_pictures(practice: PracticeCard, language: str) -> str:
    """T13."""
    return _short(practice, language, NO_PICTURES)


STOPPED = (
    "%(practice)s: you will get no more texts from us about news and recalls. Codes you ask for still work. "
    "To undo, text START."
)
STARTED = "%(practice)s: you will get texts from us again. To stop them, text STOP."
HELPED = "%(practice)s. Call %(phone)s. In an emergency call %(emergency)s. Text STOP for no more texts."
NO_PICTURES = "%(practice)s: sorry, we can't get pictures by text. Please call %(phone)s."


def _short(practice: PracticeCard, language: str, text: str) -> str:
    """With the practice's name where that fits into one segment."""
    facts = {"phone": practice.phone, "emergency": EMERGENCY.get(practice.country, ANYWHERE)}
    named = say(language, text, practice=practice.name, **facts)
    return named if count(named).segments == 1 else say(language, text, practice=say(language, "Your clinic"), **facts)
