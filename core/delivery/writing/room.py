"""Telling owners and admins that room for files runs low: once when it does, and anew after there was room (S86)."""

from core.audit.trail import append
from core.delivery.notices import low_room
from core.delivery.writing.admins import noted, tell_admins, write_to_admins
from core.messages import quota
from core.practice.tables import PracticeRow
from core.store.unit import Unit


def tell_if_low(unit: Unit) -> int:
    """Note that the room runs low or no longer does; 1 where that is new. If it does, owners and admins hear of it."""
    used = quota.kept(unit)
    low = used > quota.PER_PRACTICE * quota.ALARM_AT
    news = noted(unit, PracticeRow.room_low_at, low)
    if not (news and low):
        return int(news)
    percent = int(100 * used / quota.PER_PRACTICE)
    write_to_admins(unit, lambda to: low_room(to, percent, f"{unit.settings.staff_url}/admin/lock"))
    tell_admins(unit, f"{percent} percent of the room for files is used. When it is full, no file can be kept.")
    append(unit, "room for files low", None, percent=percent)
    return 1
