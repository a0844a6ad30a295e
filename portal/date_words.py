"""What is wrong with a date, and what to do about it: a sentence for the one field that is wrong (F15, E45)."""

from core.forms.asking import dates
from core.forms.asking.dates import Fault
from core.forms.kinds import day_in_words
from core.forms.words import Item, Kind
from portal.language import page_language, say


def problem(item: Item, fault: Fault | None) -> str:
    """The sentence for a date that cannot be; with several wrong fields what a whole date looks like."""
    if fault is None or len(fault.parts) != 1:
        return _whole(item)
    ((part, why),) = fault.parts.items()
    typed = getattr(fault.typed, part)
    match part, why:
        case "day", "missing":
            return say("Write the day, too. For example, 27.")
        case "day", "last" if fault.month:
            month = day_in_words(fault.month, page_language())
            return say("%(month)s has only %(count)s days. Look at the day again.", month=month, count=fault.days)
        case "day", "last":
            return say("That month has only %(count)s days. Look at the day again.", count=fault.days)
        case "day", _:
            return say("Write the day as a number from 1 to 31.")
        case "month", "missing":
            return say("Write the month, too. For example, 3 or March.")
        case "month", _:
            return say("We do not know the month “%(typed)s”. Write 1 to 12, or a name like March.", typed=typed)
        case "year", "missing":
            return say("Write the year, too. For example, 1985.")
        case "year", "century":
            return say("Is the year 19%(typed)s or 20%(typed)s? Write all four numbers.", typed=typed)
        case "year", _:
            return say("Write the year with four numbers. For example, 1985.")
        case "time", "skipped":
            return say("The clocks went forward then, so there was no %(typed)s. Write another time.", typed=typed)
    return say("Enter a time, like 14:30 or 2.30 pm.")


def example(item: Item) -> str:
    """What to write into the three fields, by what the form insists on (F16)."""
    match dates.enough(item):
        case 1:
            return say("For example, 1985. You can leave the day and the month out.")
        case 2:
            return say("For example, 3 1985. You can leave the day out.")
    return say("For example, %(example)s", example="27 3 1985")


def _whole(item: Item) -> str:
    match item.kind, dates.enough(item):
        case Kind.DATE_TIME, 3:
            return say("Enter a real date, like 27 3 1985, and a time like 14:30.")
        case _, 3:
            return say("Enter a real date, like 27 3 1985.")
        case _, 2:
            return say("Enter a real month and year, like 3 1985.")
    return say("Enter a real year, like 1985.")
