"""What patients read about a practice: its name, whom to ring, what to do if it is urgent (U84)."""

from sqlalchemy import update

from core.audit.trail import append
from core.errors import Invalid
from core.practice.rights import require
from core.practice.tables import PracticeRow
from core.practice.words import Right
from core.store.unit import Unit

LONGEST = {"name": 80, "phone": 40, "urgent": 200}  # letters; the name begins texts
EMERGENCY = {"GB": "999", "US": "911", "CA": "911", "AU": "000", "NZ": "111"}
CALL_112 = frozenset(
    "AT BE BG CH CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)  # Directive (EU) 2018/1972 article 109, and the states that joined in
FEWEST_DIGITS = 3  # of a number that somebody can ring


def in_emergency(country: str) -> str:
    """What a new practice tells its patients until somebody writes it better. `country`: ISO 3166."""
    if country == "GB":
        return "If it is urgent and we are closed, call 111. In an emergency call 999."
    number = EMERGENCY.get(country, "112" if country in CALL_112 else "")
    return f"In an emergency call {number}." if number else "In an emergency call an ambulance."


def describe(unit: Unit, *, name: str, phone: str, urgent: str) -> None:
    """Change what is read from now on; what was sent stays as it was.

    Raises Forbidden, Invalid("practice", "name"), Invalid("phone", "empty" or "number"), Invalid("urgent", "empty"),
    and Invalid(field, "long" or "characters").
    """
    require(unit, Right.ADMINISTER)
    said = {field: " ".join(text.split()) for field, text in (("name", name), ("phone", phone), ("urgent", urgent))}
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
