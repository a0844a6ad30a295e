"""How often codes may be texted: by link, number, practice, country; and what looks like somebody earning by it (S22).

The link's and the number's rows are locked while their sends are counted; budgets are one conditional statement each.
"""

import hmac
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from core.delivery.senders.own_number import texts_wait
from core.errors import LatchkeyError
from core.patients.phone import dialling_code, is_mobile, region_of
from core.patients.record import country_of, may_text
from core.practice import find as practice
from core.release import alarm, tally
from core.release.guesses import closed
from core.release.tables import CodeSend
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Every page before the lock asks these: building a statement anew costs several times what running it does.
_SENT = (
    select(CodeSend.at)
    .where(CodeSend.practice_id == bindparam("practice"), CodeSend.at > bindparam("since"))
    .order_by(CodeSend.at.desc())
    .limit(100)
)
_OF_LINK = Prepared(_SENT.where(CodeSend.link_id == bindparam("link")))
_OF_PHONE = Prepared(_SENT.where(CodeSend.phone_mac == bindparam("phone")))
BUDGET, ABROAD, ALIKE = "codes of the practice", "codes abroad", "codes to numbers alike"


class AskLater(LatchkeyError):
    """A code was just sent; `at` is when the next can be, to be told in the practice's `zone`."""

    def __init__(self, at: datetime, zone: str) -> None:
        super().__init__(at)
        self.at = at
        self.zone = zone


class DayLimit(LatchkeyError):
    """Enough codes for one day."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class NoMobile(LatchkeyError):
    """No text can reach this person now: the number is no mobile, or it is closed after too many wrong codes."""


class TextsWait(LatchkeyError):
    """Whoever brings texts does not answer now, or refuses our number: a code would come too late."""


def check(unit: Unit, link: AnyRow, mobile: str) -> None:
    """Whether a code may be asked for now. Raises AskLater, DayLimit, NoMobile, TextsWait."""
    check_pauses(unit, link)
    if texts_wait(unit):
        raise TextsWait
    limits = unit.settings.limits
    if closed(unit, link.phone_mac) or not is_mobile(mobile) or not may_text(unit, mobile):
        raise NoMobile
    if len(_sends(unit, _OF_PHONE, phone=link.phone_mac)) >= limits.phone_sends_a_day:
        raise DayLimit(limits.phone_sends_a_day)


def check_pauses(unit: Unit, link: AnyRow) -> None:
    """The link's own pauses, over all browsers: one text a window however many ask. Raises AskLater, DayLimit."""
    allowed = next_at(unit, link)
    if allowed and unit.now < allowed:
        raise AskLater(allowed, practice.card(unit).time_zone)


def next_at(unit: Unit, link: AnyRow) -> datetime | None:
    """From when on the pauses allow another code; None where none was asked for lately. Raises DayLimit."""
    limits = unit.settings.limits
    day = _sends(unit, _OF_LINK, link=link.id)
    if len(day) >= limits.sends_a_day:
        raise DayLimit(limits.sends_a_day)
    if not day:
        return None
    hour = [at for at in day if at > unit.now - HOUR]
    allowed = day[0] + limits.pause_after(len(hour) or 1)
    if len(hour) >= limits.sends_an_hour:
        allowed = max(allowed, hour[limits.sends_an_hour - 1] + HOUR)
    return allowed


def within_budget(unit: Unit, mobile: str) -> bool:
    """Charge the practice's budgets. When one is used up no text goes, staff are told, and the page says nothing."""
    limits = unit.settings.limits
    used = tally.charge(unit, BUDGET, tally.digest(""), limits.practice_sends_a_day, DAY)
    if used is None:
        alarm.ring(unit, alarm.Alarm.BUDGET, limits.practice_sends_a_day)
        return False
    if used * 5 >= limits.practice_sends_a_day * 4:
        alarm.ring(unit, alarm.Alarm.NEARLY, limits.practice_sends_a_day)
    if region_of(mobile) != country_of(unit):
        code = tally.digest(dialling_code(mobile))
        if tally.charge(unit, ABROAD, code, limits.abroad_sends_a_day, DAY) is None:
            alarm.ring(unit, alarm.Alarm.BUDGET, limits.abroad_sends_a_day)
            return False
    alike = hmac.digest(unit.seals.practice_key("numbers alike"), mobile[:-3].encode(), "sha256")
    if (tally.charge(unit, ALIKE, alike, tally.FOREVER, HOUR) or 0) > limits.pumped_an_hour:
        alarm.ring(unit, alarm.Alarm.PUMPING, limits.pumped_an_hour)
    return True


def count_send(unit: Unit, link: AnyRow) -> int:
    """Remember that a code was asked for; how many of this link in the last hour."""
    unit.db.execute(
        insert(CodeSend).values(
            practice_id=unit.practice_id, id=unit.new_id(), link_id=link.id, phone_mac=link.phone_mac, at=unit.now
        )
    )
    return len([at for at in _sends(unit, _OF_LINK, link=link.id) if at > unit.now - HOUR])


def _sends(unit: Unit, which: Prepared, **of: UUID | bytes) -> list[datetime]:
    """When codes were sent in the last 24 hours, newest first."""
    return [row.at for row in which.rows(unit.db, {"practice": unit.practice_id, "since": unit.now - DAY, **of})]
