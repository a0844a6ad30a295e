"""Admitting a guess: charged to the browser, the link and the number before anything is compared (S15-S17, S20).

Each counter is one conditional statement whose row count decides; forty parallel guesses get five comparisons.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, literal, or_, select, update

from core.release.find import KNOWN_FOR, is_known
from core.release.tables import Asker, KnownBrowser, LinkRow, PhoneGuard, WrongCode
from core.store.counting import upsert
from core.store.types import AnyRow
from core.store.unit import Unit

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who types: the browser that codes are bound to, what it calls itself, and the lane it may have (S16).

    `pause` is how many seconds must have passed since this browser's last try while the breaker is on (S19).
    """

    browser: bytes
    device: str = ""
    known: UUID | None = None
    pause: int = 0


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


def forgive(unit: Unit, link: AnyRow, charged: Charged, caller: Caller) -> None:
    """It was right: every run of wrong ones ends, and this guess was none."""
    here = unit.practice_id
    unit.db.execute(delete(Asker).where(Asker.practice_id == here, Asker.link_id == link.id))
    unit.db.execute(delete(WrongCode).where(WrongCode.practice_id == here, WrongCode.id == charged.wrong_id))
    unit.db.execute(update(LinkRow).where(LinkRow.practice_id == here, LinkRow.id == link.id).values(wrong_in_row=0))
    unit.db.execute(
        update(PhoneGuard)
        .where(PhoneGuard.practice_id == here, PhoneGuard.phone_mac == link.phone_mac)
        .values(wrong_in_row=0)
    )
    if caller.known:
        unit.db.execute(
            update(KnownBrowser)
            .where(KnownBrowser.practice_id == here, KnownBrowser.id == caller.known)
            .values(wrong_in_row=0)
        )


def remember(unit: Unit, patient_id: UUID, known: UUID | None) -> UUID:
    """Let this browser have a lane of its own for this patient from now on; its id, for the cookie."""
    if known is not None and is_known(unit, known, patient_id):
        return known
    fresh = unit.new_id()
    unit.db.execute(
        insert(KnownBrowser).values(
            practice_id=unit.practice_id, id=fresh, patient_id=patient_id, wrong_in_row=0, created_at=unit.now
        )
    )
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
    return unit.db.scalar(_wrong_of(unit, phone_mac)) or 0


def _charge_browser(unit: Unit, link_id: UUID, caller: Caller) -> int | None:
    """One of this browser's tries; one that never asked for a code has as many, and none of them can be right."""
    few = Asker.tries < unit.settings.limits.tries
    rested = or_(Asker.tried_at.is_(None), Asker.tried_at <= unit.now - timedelta(seconds=caller.pause))
    row = upsert(unit.db, Asker).values(
        practice_id=unit.practice_id, link_id=link_id, browser=caller.browser, tries=1, tried_at=unit.now
    )
    charged: int | None = unit.db.execute(
        row.on_conflict_do_update(
            index_elements=["practice_id", "link_id", "browser"],
            set_={"tries": Asker.tries + 1, "tried_at": unit.now},
            where=few & rested if caller.pause else few,
        ).returning(Asker.tries)
    ).scalar_one_or_none()
    return charged


def _charge_link(unit: Unit, link_id: UUID) -> int | None:
    charged: int | None = unit.db.execute(
        update(LinkRow)
        .where(
            LinkRow.practice_id == unit.practice_id,
            LinkRow.id == link_id,
            LinkRow.wrong_in_row < unit.settings.limits.wrong_in_row,
            LinkRow.frozen_at.is_(None),
            LinkRow.revoked_at.is_(None),
            LinkRow.expires_at > unit.now,
        )
        .values(wrong_in_row=LinkRow.wrong_in_row + 1)
        .returning(LinkRow.wrong_in_row)
    ).scalar_one_or_none()
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
    limits = unit.settings.limits
    _know_phone(unit, phone_mac)
    in_row = unit.db.execute(
        update(PhoneGuard)
        .where(
            PhoneGuard.practice_id == unit.practice_id,
            PhoneGuard.phone_mac == phone_mac,
            PhoneGuard.wrong_in_row < limits.phone_wrong_in_row,
        )
        .values(wrong_in_row=PhoneGuard.wrong_in_row + 1)
    )
    if in_row.rowcount == 0:
        return None
    wrong_id, row = unit.new_id(), WrongCode
    few = _wrong_of(unit, phone_mac).scalar_subquery() < limits.phone_wrong_a_day
    values = (
        literal(unit.practice_id, row.practice_id.type),
        literal(wrong_id, row.id.type),
        literal(phone_mac, row.phone_mac.type),
        literal(unit.now, row.at.type),
    )
    admitted = insert(row).from_select(["practice_id", "id", "phone_mac", "at"], select(*values).where(few))
    counted: UUID | None = unit.db.execute(admitted.returning(row.id)).scalar_one_or_none()
    return counted


def _know_phone(unit: Unit, phone_mac: bytes) -> None:
    row = upsert(unit.db, PhoneGuard).values(practice_id=unit.practice_id, phone_mac=phone_mac, wrong_in_row=0)
    unit.db.execute(row.on_conflict_do_nothing())


def _wrong_of(unit: Unit, phone_mac: bytes) -> Any:
    return (
        select(func.count())
        .select_from(WrongCode)
        .where(
            WrongCode.practice_id == unit.practice_id, WrongCode.phone_mac == phone_mac, WrongCode.at > unit.now - DAY
        )
    )
