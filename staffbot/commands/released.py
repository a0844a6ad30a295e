"""Which Direct Message a command means: the newest to a patient that is still open."""

from uuid import UUID

from core.errors import Invalid
from core.release import find as releases
from core.store import Unit
from staffbot.commands.errors import NothingOpen
from staffbot.commands.people import called


def newest(unit: Unit, people: list[UUID]) -> UUID:
    """The newest message to the one patient named whose link still lives. Raises Invalid, NothingOpen."""
    if len(people) != 1:
        raise Invalid("recipients", "one" if people else "none")
    found = releases.newest_live(unit, people[0])
    if found is None:
        raise NothingOpen(called(unit, people[0]))
    return found
