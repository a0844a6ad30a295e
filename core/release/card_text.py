"""What is printed on an unlock card, in its patient's language, as their letters are (S25, U107)."""

from dataclasses import dataclass
from datetime import datetime

from core.calendar import day
from core.language import language_for, say
from core.patients.words import Patient
from core.practice.words import PracticeCard


@dataclass(frozen=True, slots=True)
class CardText:
    """A card but for its code, which stands after the steps. `language` is what it is written in."""

    language: str
    title: str
    lead: str
    steps: tuple[str, ...]
    until: str
    help: str


def card_text(patient: Patient, practice: PracticeCard, until: datetime) -> CardText:
    """The words of a card that can be used until that day."""
    language = language_for(patient.language, practice.country)
    button = say(language, "I have an unlock card")
    return CardText(
        language,
        say(language, "%(practice)s: your unlock card", practice=practice.name),
        say(language, "With this card you can open one secure message from us."),
        (
            say(language, "Open the link in the email that we sent you."),
            say(language, "Choose “%(button)s”, if the page does not ask for it at once.", button=button),
            say(language, "Type this:"),
        ),
        say(
            language,
            "The card works once, until %(until)s. Keep it where nobody else can see it, and throw it away after use.",
            until=day(until, practice.time_zone, language),
        ),
        say(
            language,
            "Lost it, or it does not work? Call us on %(phone)s. We never ask for what is on the card on the phone.",
            phone=practice.phone,
        ),
    )
