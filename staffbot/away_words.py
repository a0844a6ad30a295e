"""Who is away, as it is told to whoever writes to them: "Anna is away until Monday 30 November; Ben covers"; hours."""

from datetime import date
from uuid import UUID

from core import calendar
from core.errors import Invalid
from core.practice import away
from core.practice import find as practice
from core.practice.words import StaffCard
from core.store import Unit

INVALID: dict[tuple[str, str], str] = {
    ("hours", "unknown"): "Say on which days and when you are open, like: Monday to Friday, 8 to 6.",
    ("answer_days", "choice"): "Choose within how many working days you read what patients answer.",
    ("open_within", "choice"): "Choose within what time somebody opens what a patient writes.",
    ("away", "date"): "Choose both days.",
    ("away", "order"): "The day back comes after the first day away. Choose a later day.",
    ("away", "over"): "That is over already. Choose later days.",
    ("cover", "self"): "Somebody else covers for you. Choose a colleague, or nobody.",
    ("cover", "unknown"): "Choose one of your colleagues, or nobody.",
    ("cover", "same"): "Somebody else covers for them. Choose another colleague, or nobody.",
    ("cover", "away"): "{name} is away for some of that time, too. Choose another colleague, or nobody.",
    ("colleague", "unknown"): "They do not work here any more. Choose somebody from the list.",
}


def notes(unit: Unit, *someone: object) -> str:
    """A sentence for each of these people who is away now; empty when all are here. Groups are nobody."""
    people = practice.staff(unit)
    return " ".join(f"{note(unit, one, people)}." for one in people if one.id in someone and one.away(unit.now))


def note(unit: Unit, member: StaffCard, people: tuple[StaffCard, ...] = ()) -> str:
    """That one person is away, until when, and who covers."""
    if not member.away(unit.now) or member.away_until is None:
        return ""
    until = calendar.day(member.away_until, practice.card(unit).time_zone)
    cover = away.cover_of(people or practice.staff(unit), member, unit.now)
    covers = f"; {_first(cover)} covers" if cover else ""
    return f"{_first(member)} is away until {until}{covers}"


def day(given: str) -> date:
    """A day as a form gives it. Raises Invalid("away", "date")."""
    try:
        found = date.fromisoformat(given)
    except ValueError as error:
        raise Invalid("away", "date") from error
    if not calendar.is_near(found):
        raise Invalid("away", "date")
    return found


def someone(given: str) -> UUID | None:
    """A colleague as chosen; nobody where nobody was. Raises Invalid("cover", "unknown")."""
    try:
        return UUID(given) if given else None
    except ValueError as error:
        raise Invalid("cover", "unknown") from error


def _first(member: StaffCard) -> str:
    return member.name.split()[0]
