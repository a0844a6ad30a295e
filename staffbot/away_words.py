"""Who is away, as it is told to whoever writes to them: "Anna is away until Monday 30 November; Ben covers"; hours."""

from core.calendar import day
from core.practice import away
from core.practice import find as practice
from core.practice.words import StaffCard
from core.store import Unit

INVALID: dict[tuple[str, str], str] = {
    ("hours", "unknown"): "Say on which days and when you are open, like: Monday to Friday, 8 to 6.",
    ("open_within", "choice"): "Choose within what time somebody opens what a patient writes.",
    ("away", "date"): "Choose both days.",
    ("away", "order"): "The day you are back comes after the day you go.",
    ("away", "over"): "That is over already. Choose later days.",
    ("cover", "self"): "Somebody else covers for you. Choose a colleague, or nobody.",
    ("cover", "unknown"): "Choose one of your colleagues, or nobody.",
}


def notes(unit: Unit, *someone: object) -> str:
    """A sentence for each of these people who is away now; empty when all are here. Groups are nobody."""
    people = practice.staff(unit)
    return " ".join(f"{note(unit, one, people)}." for one in people if one.id in someone and one.away(unit.now))


def note(unit: Unit, member: StaffCard, people: tuple[StaffCard, ...] = ()) -> str:
    """That one person is away, until when, and who covers."""
    if not member.away(unit.now) or member.away_until is None:
        return ""
    until = day(member.away_until, practice.card(unit).time_zone)
    cover = away.cover_of(people or practice.staff(unit), member, unit.now)
    covers = f"; {_first(cover)} covers" if cover else ""
    return f"{_first(member)} is away until {until}{covers}"


def _first(member: StaffCard) -> str:
    return member.name.split()[0]
