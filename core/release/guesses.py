"""Admitting a guess: charged to the browser, the link and the number before anything is compared (S15-S17, S20).

Each counter is one conditional statement whose row count decides; forty parallel guesses get five comparisons.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, delete, func, insert, or_, select, update

from core.release import crowd
from core.release.find import KNOWN_FOR, is_known
from core.release.tables import Asker, KnownBrowser, LinkRow, PhoneGuard, WrongCode
from core.store.counting import upsert, upsert_of
from core.store.prepared import Prepared
from core.store.types import AnyRow, MomentType
from core.store.unit import Unit

DAY = timedelta(days=1)

# Every guess asks these: building a statement anew costs several times what running it does.
_HERE: BindParameter[UUID] = bindparam("practice")
_LINK: BindParameter[UUID] = bindparam("link")
_NUMBER: BindParameter[bytes] = bindparam("number")
_MOST: BindParameter[int] = bindparam("most")
_NOW = bindparam("now", type_=MomentType)
_ONE_MORE_AT_LINK = Prepared(
    update(LinkRow)
    .where(
        LinkRow.practice_id == _HERE,
        LinkRow.id == _LINK,
        LinkRow.wrong_in_row < _MOST,
        LinkRow.frozen_at.is_(None),
        LinkRow.revoked_at.is_(None),
        LinkRow.expires_at > _NOW,
    )
    .values(wrong_in_row=LinkRow.wrong_in_row + 1)
    .returning(LinkRow.wrong_in_row)
)
_OF_TODAY = (
    select(func.count().label("many"))
    .select_from(WrongCode)
    .where(
        WrongCode.practice_id == _HERE,
        WrongCode.phone_mac == _NUMBER,
        WrongCode.at > bindparam("since", type_=MomentType),
    )
)
_WRONG_TODAY = Prepared(_OF_TODAY)
_ONE_MORE_TODAY = Prepared(
    insert(WrongCode)
    .from_select(
        ["practice_id", "id", "phone_mac", "at"],
        select(
            bindparam("practice", type_=WrongCode.practice_id.type),
            bindparam("new", type_=WrongCode.id.type),
            bindparam("number", type_=WrongCode.phone_mac.type),
            _NOW,
        ).where(_OF_TODAY.scalar_subquery() < _MOST),
    )
    .returning(WrongCode.id)
)
_NO_ASKERS = Prepared(delete(Asker).where(Asker.practice_id == _HERE, Asker.link_id == _LINK))
_NOT_WRONG = Prepared(delete(WrongCode).where(WrongCode.practice_id == _HERE, WrongCode.id == bindparam("wrong")))
_NUMBER_IS_FINE = Prepared(
    update(PhoneGuard).where(PhoneGuard.practice_id == _HERE, PhoneGuard.phone_mac == _NUMBER).values(wrong_in_row=0)
)
_LANE_IS_FINE = Prepared(
    update(KnownBrowser)
    .where(KnownBrowser.practice_id == _HERE, KnownBrowser.id == bindparam("known"))
    .values(wrong_in_row=0)
)
_REMEMBER = Prepared(insert(KnownBrowser), "practice_id id patient_id wrong_in_row created_at")


@cache
def _one_more_here(dialect: str, paused: bool) -> Prepared:
    few = Asker.tries < _MOST
    rested = or_(Asker.tried_at.is_(None), Asker.tried_at <= bindparam("rested", type_=MomentType))
    row = upsert_of(dialect, Asker).values(
        practice_id=_HERE, link_id=_LINK, browser=bindparam("whose"), tries=1, tried_at=_NOW
    )
    counted = row.on_conflict_do_update(
        index_elements=["practice_id", "link_id", "browser"],
        set_={"tries": Asker.tries + 1, "tried_at": _NOW},
        where=few & rested if paused else few,
    )
    return Prepared(counted.returning(Asker.tries))


@cache
def _one_more_at_number(dialect: str) -> Prepared:
    row = upsert_of(dialect, PhoneGuard).values(practice_id=_HERE, phone_mac=_NUMBER, wrong_in_row=1)
    counted = row.on_conflict_do_update(
        index_elements=["practice_id", "phone_mac"],
        set_={"wrong_in_row": PhoneGuard.wrong_in_row + 1},
        where=PhoneGuard.wrong_in_row < _MOST,
    )
    return Prepared(counted.returning(PhoneGuard.wrong_in_row))


@dataclass(frozen=True, slots=True)
class Caller:
    """Who types: the browser that codes are bound to, what it calls itself, and the lane it may have (S16).

    `pause` is how many seconds must have passed since this browser's last try while the breaker is on (S19); `guess` is
    what its address was charged before, `followed` when it came by the link.
    """

    browser: bytes
    device: str = ""
    known: UUID | None = None
    pause: int = 0
    guess: crowd.Guess | None = None
    followed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Charged:
    """An admitted guess: the browser's tries and the row's wrong ones in a row, this one counted in."""

    tries: int
    in_row: int
    lane: bool
    wrong_id: UUID


def admit(unit: Unit, link: AnyRow, caller: Caller) -> Charged | None:
    """Charge a guess at a link; None when one of its counters has nothing left: then nothing may be compared."""
    tries = _charge_browser(unit, link.id, caller)
    if tries is None:
        return None
    lane = is_known(unit, caller.known, link.patient_id)
    in_row = _charge_lane(unit, caller.known) if lane else _charge_link(unit, link.id)
    if in_row is None:
        return None
    wrong_id = _charge_phone(unit, link.phone_mac)
    return Charged(tries, in_row, lane, wrong_id) if wrong_id else None


def settle(unit: Unit, link: AnyRow, charged: Charged, caller: Caller, right: bool) -> None:
    """It was right: every run of wrong ones ends, and this guess was none. The link's own is ended by what opens it.

    A wrong one asks the database the very same, about nothing: neither takes a statement more (performance goal 17).
    """
    here, link_id = {"practice": unit.practice_id}, link.id if right else None
    _NO_ASKERS.count(unit.db, {**here, "link": link_id})
    _NOT_WRONG.count(unit.db, {**here, "wrong": charged.wrong_id if right else None})
    _NUMBER_IS_FINE.count(unit.db, {**here, "number": link.phone_mac if right else None})
    if caller.known:
        _LANE_IS_FINE.count(unit.db, {**here, "known": caller.known if right else None})
    if caller.guess:
        crowd.settle(unit, caller.guess, right)


def remember(unit: Unit, patient_id: UUID, known: UUID | None) -> UUID:
    """Let this browser have a lane of its own for this patient from now on; its id, for the cookie."""
    if known is not None and is_known(unit, known, patient_id):
        return known
    fresh = unit.new_id()
    row = {"practice_id": unit.practice_id, "id": fresh, "patient_id": patient_id, "wrong_in_row": 0}
    _REMEMBER.count(unit.db, {**row, "created_at": unit.now})
    return fresh


def fresh_tries(unit: Unit, link_id: UUID, browser: bytes) -> None:
    """A new code gives its browser all its tries again; the link's and the number's counts stay (S15, S16)."""
    row = upsert(unit.db, Asker).values(practice_id=unit.practice_id, link_id=link_id, browser=browser, tries=0)
    unit.db.execute(row.on_conflict_do_update(index_elements=["practice_id", "link_id", "browser"], set_={"tries": 0}))


def closed(unit: Unit, phone_mac: bytes) -> bool:
    """Whether a number gets no codes: too many wrong ones today, or in a row ever. Locks its row (S17)."""
    mine = (PhoneGuard.practice_id == unit.practice_id, PhoneGuard.phone_mac == phone_mac)
    _know_phone(unit, phone_mac)
    in_row = unit.db.scalar(select(PhoneGuard.wrong_in_row).where(*mine).with_for_update())
    limits = unit.settings.limits
    return (in_row or 0) >= limits.phone_wrong_in_row or wrong_today(unit, phone_mac) >= limits.phone_wrong_a_day


def vouch(unit: Unit, phone_mac: bytes) -> None:
    """A person checked the number with its owner: it may get codes again (S17)."""
    here = unit.practice_id
    unit.db.execute(delete(PhoneGuard).where(PhoneGuard.practice_id == here, PhoneGuard.phone_mac == phone_mac))
    unit.db.execute(delete(WrongCode).where(WrongCode.practice_id == here, WrongCode.phone_mac == phone_mac))


def wrong_today(unit: Unit, phone_mac: bytes) -> int:
    """Wrong codes for a number in the last 24 hours (ix_wrong_code_phone)."""
    told = {"practice": unit.practice_id, "number": phone_mac, "since": unit.now - DAY}
    return _WRONG_TODAY.value(unit.db, told) or 0


def _charge_browser(unit: Unit, link_id: UUID, caller: Caller) -> int | None:
    """One of this browser's tries; one that never asked for a code has as many, and none of them can be right."""
    charge = _one_more_here(unit.db.dialect.name, bool(caller.pause))
    told = {"practice": unit.practice_id, "link": link_id, "whose": caller.browser, "now": unit.now}
    if caller.pause:
        told["rested"] = unit.now - timedelta(seconds=caller.pause)
    charged: int | None = charge.value(unit.db, {**told, "most": unit.settings.limits.tries})
    return charged


def _charge_link(unit: Unit, link_id: UUID) -> int | None:
    told = {"practice": unit.practice_id, "link": link_id, "now": unit.now}
    most = unit.settings.limits.wrong_in_row
    charged: int | None = _ONE_MORE_AT_LINK.value(unit.db, {**told, "most": most})
    return charged


def _charge_lane(unit: Unit, known: UUID | None) -> int | None:
    charged: int | None = unit.db.execute(
        update(KnownBrowser)
        .where(
            KnownBrowser.practice_id == unit.practice_id,
            KnownBrowser.id == known,
            KnownBrowser.created_at > unit.now - KNOWN_FOR,
            KnownBrowser.wrong_in_row < unit.settings.limits.lane_wrong_in_row,
        )
        .values(wrong_in_row=KnownBrowser.wrong_in_row + 1)
        .returning(KnownBrowser.wrong_in_row)
    ).scalar_one_or_none()
    return charged


def _charge_phone(unit: Unit, phone_mac: bytes) -> UUID | None:
    """The number's row is raised and so locked; then the day's count decides by the very insert that raises it."""
    limits, wrong_id = unit.settings.limits, unit.new_id()
    told = {"practice": unit.practice_id, "number": phone_mac}
    in_row = {**told, "most": limits.phone_wrong_in_row}
    if _one_more_at_number(unit.db.dialect.name).value(unit.db, in_row) is None:
        return None
    today = {**told, "new": wrong_id, "now": unit.now, "since": unit.now - DAY, "most": limits.phone_wrong_a_day}
    counted: UUID | None = _ONE_MORE_TODAY.value(unit.db, today)
    return counted


def _know_phone(unit: Unit, phone_mac: bytes) -> None:
    row = upsert(unit.db, PhoneGuard).values(practice_id=unit.practice_id, phone_mac=phone_mac, wrong_in_row=0)
    unit.db.execute(row.on_conflict_do_nothing())
