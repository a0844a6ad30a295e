"""How much one person prepares for patients, counted in the database: for every process, and past a restart (S58)."""

from datetime import timedelta

from core.errors import TooMany
from core.release import tally
from core.store.unit import Unit

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def count_draft(unit: Unit) -> None:
    """Count one text, letter, Direct Message or form that the actor prepared, in the transaction that keeps it: what is
    refused for another reason is not counted. Raises TooMany with the seconds until the next can be made.
    """
    whose = unit.staff_id.bytes
    limits = unit.settings
    for name, most, window in (
        ("drafts a minute", limits.drafts_per_minute, MINUTE),
        ("drafts a day", limits.drafts_per_day, DAY),
    ):
        if tally.charge(unit, name, whose, most, window) is None:
            raise TooMany("drafts", most, tally.wait(unit, name, whose, window))
