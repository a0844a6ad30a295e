"""What patients read about a practice: its name, whom to ring, what to do if it is urgent (U84)."""

from sqlalchemy import update

from core.audit.trail import append
from core.errors import Invalid
from core.practice.rights import require
from core.practice.tables import PracticeRow
from core.practice.words import Right
from core.store.unit import Unit

LONGEST = {"name": 80, "phone": 40, "urgent": 200}  # letters; the name begins texts
FEWEST_DIGITS = 3  # of a number that somebody can ring


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
