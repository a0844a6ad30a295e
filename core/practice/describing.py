"""What patients read about a practice: its name, whom to ring, what to do if it is urgent (U84)."""

from sqlalchemy import update

from core.audit.trail import append
from core.errors import Invalid
from core.language import ENGLISH, GERMAN, of_country, say
from core.practice import hours
from core.practice.rights import require
from core.practice.tables import PracticeRow
from core.practice.words import PracticeCard, Right
from core.store.unit import Unit

LONGEST = {"name": 80, "phone": 40, "urgent": 200, "urgent_de": 200}  # letters; the name begins texts
EMERGENCY = {"GB": "999", "US": "911", "CA": "911", "AU": "000", "NZ": "111"}
CALL_112 = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)  # Directive (EU) 2018/1972 article 109, and the states that joined in
FEWEST_DIGITS = 3  # of a number that somebody can ring


def in_emergency(country: str, language: str = ENGLISH) -> str:
    """What a new practice tells its patients until somebody writes it better. `country`: ISO 3166."""
    if country == "GB":
        return say(language, "If it is urgent and we are closed, call 111. In an emergency call 999.")
    number = EMERGENCY.get(country, "112" if country in CALL_112 else "")
    if number:
        return say(language, "In an emergency call %(number)s.", number=number)
    return say(language, "In an emergency call an ambulance.")


def urgent_in(card: PracticeCard, language: str) -> tuple[str, str]:
    """What to do if it is urgent, as whoever reads `language` is told it, and the language of that."""
    if language == GERMAN:
        if card.urgent_de:
            return card.urgent_de, GERMAN
        if card.urgent == in_emergency(card.country):  # nobody has written another one
            return in_emergency(card.country, GERMAN), GERMAN
    return _as_written(card, card.urgent)


def hours_in(card: PracticeCard, language: str) -> tuple[str, str]:
    """When the practice is open, likewise."""
    if language == GERMAN and (german := card.hours_de or hours.in_german(card.hours)):
        return german, GERMAN
    return _as_written(card, card.hours)


def _as_written(card: PracticeCard, text: str) -> tuple[str, str]:
    """A practice's only words: English, unless it is where people would rather write German; then nobody knows."""
    return text, ENGLISH if of_country(card.country) == ENGLISH else ""


def describe(unit: Unit, *, name: str, phone: str, urgent: str, urgent_de: str = "") -> None:
    """Change what is read from now on; what was sent stays as it was. `urgent_de`: the same in German, or empty.

    Raises Forbidden, Invalid("practice", "name"), Invalid("phone", "empty" or "number"), Invalid("urgent", "empty"),
    and Invalid(field, "long" or "characters").
    """
    require(unit, Right.ADMINISTER)
    given = {"name": name, "phone": phone, "urgent": urgent, "urgent_de": urgent_de}
    said = {field: " ".join(text.split()) for field, text in given.items()}
    for field, text in said.items():
        if len(text) > LONGEST[field]:
            raise Invalid(field, "long", limit=LONGEST[field])
        if not text.isprintable():
            raise Invalid(field, "characters")
    if not said["name"]:
        raise Invalid("practice", "name")
    if not said["phone"]:
        raise Invalid("phone", "empty")
    if sum(sign.isdigit() for sign in said["phone"]) < FEWEST_DIGITS:
        raise Invalid("phone", "number", value=said["phone"])
    if not said["urgent"]:
        raise Invalid("urgent", "empty")
    unit.db.execute(update(PracticeRow).where(PracticeRow.id == unit.practice_id).values(**said))
    append(unit, "practice described", unit.practice_id, **said)
