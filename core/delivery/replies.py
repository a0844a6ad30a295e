"""What the system texts back by itself, each in one segment: to STOP, START, HELP and pictures (ux.md T11-T13)."""

from collections.abc import Mapping

from core.delivery.segments import count
from core.practice.words import PracticeCard

EMERGENCY: Mapping[str, str] = {"GB": "999", "US": "911", "CA": "911", "AU": "000", "NZ": "111"}
ANYWHERE = "112"
NO_NAME = "Your clinic"

NOBODYS = "Sorry, we cannot tell which clinic this is for. Please call your clinic."


def stopped(practice: PracticeCard) -> str:
    """T11."""
    return _named(
        practice,
        "{}: you will get no more texts from us about news and recalls. Codes you ask for still work. "
        "To undo, text START.",
    )


def started(practice: PracticeCard) -> str:
    """The answer to START."""
    return _named(practice, "{}: you will get texts from us again. To stop them, text STOP.")


def helped(practice: PracticeCard) -> str:
    """T12."""
    number = EMERGENCY.get(practice.country, ANYWHERE)
    return _named(practice, f"{{}}. Call {practice.phone}. In an emergency call {number}. Text STOP for no more texts.")


def no_pictures(practice: PracticeCard) -> str:
    """T13."""
    return _named(practice, f"{{}}: sorry, we can't get pictures by text. Please call {practice.phone}.")


def _named(practice: PracticeCard, text: str) -> str:
    """With the practice's name where that fits into one segment."""
    named = text.format(practice.name)
    return named if count(named).segments == 1 else text.format(NO_NAME)
