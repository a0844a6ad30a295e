"""Alarms of the lock: said once an hour each to the group `admin`, written down, and in the operator's log."""

from datetime import timedelta
from enum import StrEnum

import structlog

from core.audit.trail import append
from core.messages.conversations import of_group
from core.messages.notify import notify
from core.messages.post import post
from core.messages.words import Direction, Kind, Writing
from core.practice import find as practice
from core.practice.words import Role
from core.release import tally
from core.store.unit import Unit

log = structlog.get_logger(__name__)
ONCE_IN = timedelta(hours=1)


class Alarm(StrEnum):
    """What is wrong."""

    NEARLY = "nearly"
    BUDGET = "budget"
    PUMPING = "pumping"
    GUESSING = "guessing"
    BAIT = "bait"


SAID = {
    Alarm.NEARLY: "Four fifths of today's {limit} access codes are used. After that no patient gets a code by text.",
    Alarm.BUDGET: "Today's {limit} access codes are used up. Patients get no code by text until tomorrow.",
    Alarm.PUMPING: (
        "More than {limit} access codes in an hour went to numbers that are nearly alike. Somebody may be earning from "
        "texts. Check the newest patients."
    ),
    Alarm.GUESSING: (
        "Many wrong codes are being typed on the portal. New visitors have to wait {limit} seconds; patients still "
        "get in. Links close by themselves after too many wrong codes."
    ),
    Alarm.BAIT: (
        "Somebody opened a bait link. No patient was ever sent it, so a copy of your mail or of your data is in the "
        "wrong hands. Look under Lock, Bait links. There you can close all links at once."
    ),
}


def ring(unit: Unit, what: Alarm, limit: int) -> None:
    """Tell who runs the practice, once an hour for each kind of alarm."""
    if tally.charge(unit, f"alarm: {what.value}", tally.digest(what), 1, ONCE_IN) is None:
        return
    log.warning("alarm", what=what.value, practice=str(unit.practice_id), limit=limit)
    append(unit, "alarm raised", None, what=what.value)
    admins = next(group for group in practice.groups(unit) if group.name == "admin")
    writing = Writing(Kind.EVENT, Direction.INTERNAL, SAID[what].format(limit=limit))
    message = post(unit, of_group(unit, admins.id), writing)
    bosses = {member.id for member in practice.staff(unit) if member.role in (Role.OWNER, Role.ADMIN)}
    notify(unit, set(admins.members) | bosses, message, "alarm")
