"""Access codes: eight digits, ten minutes, bound to the browser that asked; every guess admitted before it is compared.

The counters decide by one conditional UPDATE each, inside the transaction that also locks the link's row, so that forty
parallel guesses get five comparisons, not forty (S15, S20).
"""

import hmac
import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update

from core.audit.trail import append
from core.delivery import credits, outbox
from core.delivery.notices import code_text
from core.delivery.segments import count
from core.delivery.words import Channel, Parcel, Purpose
from core.errors import LatchkeyError
from core.patients.phone import is_mobile, masked_phone
from core.practice import find as practice
from core.release import limits, sessions
from core.release.find import LinkFrozen, live_link
from core.release.link import arrive, freeze, tell_change
from core.release.steps import step
from core.release.tables import Asker, CodeRow, CodeSend, LinkRow, PhoneGuard, WrongCode
from core.store.counting import upsert
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import Unit

MAC = "access codes"
SHAPE = re.compile(r"[0-9]{8}", re.ASCII)


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


class CodeMalformed(LatchkeyError):
    """Not eight digits: nobody's guess (S14)."""


class CodeWrong(LatchkeyError):
    """Wrong, old, used or never sent: one answer for all (S21). `tries_left` only when two or fewer."""

    def __init__(self, tries_left: int | None) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


def ask(unit: Unit, link_id: UUID, browser: bytes) -> datetime:
    """Text a code to the number the link was sent with; when the next may be asked for.

    Raises LinkGone, LinkFrozen, LinkExpired, AskLater, DayLimit, NoMobile.
    """
    link = live_link(unit, link_id, lock=True)
    _check_pauses(unit, link)
    _check_phone(unit, link)
    mobile = unit.seals.open(link.phone, Place("link", link_id, "phone", link.patient_id)).decode()
    if not is_mobile(mobile):
        raise NoMobile
    code = f"{secrets.randbelow(10**limits.CODE_DIGITS):0{limits.CODE_DIGITS}d}"
    _keep(unit, link_id, browser, code)
    _text(unit, link, mobile, code)
    arrive(unit, link_id)
    sent = _count_send(unit, link)
    step(unit, link_id, "code_sent", to=masked_phone(mobile))
    append(unit, "code sent", link.message_id)
    unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link_id)
        .values(code_sent_at=unit.now)
    )
    tell_change(unit, link_id)
    return unit.now + pause_after(sent)


def verify(unit: Unit, link_id: UUID, browser: bytes, typed: str, device: str) -> "Tried":
    """Try a code. A right one uses up every code of the link and begins a session.

    What went wrong is returned, not raised, because a counted try must be committed. Raises LinkGone, LinkFrozen,
    LinkExpired, CodeMalformed: these count nothing.
    """
    code = typed.replace(" ", "").replace("-", "")
    live_link(unit, link_id)
    if not SHAPE.fullmatch(code):
        raise CodeMalformed
    if not _admit(unit, link_id, browser):
        return Tried(error=CodeWrong(None))
    link = live_link(unit, link_id, lock=True)
    right = _right(unit, link_id, browser, code)
    return _opened(unit, link, device) if right else _wrong(unit, link, browser)


def next_ask(unit: Unit, link_id: UUID) -> datetime | None:
    """When another code may be asked for; None when at once."""
    link = live_link(unit, link_id)
    try:
        _check_pauses(unit, link)
    except AskLater as later:
        return later.at
    except DayLimit:
        return None
    return None


def asked(unit: Unit, link_id: UUID, browser: bytes) -> bool:
    """Whether this browser has asked for a code of this link."""
    return unit.db.scalar(select(Asker.tries).where(*_asker(unit, link_id, browser))) is not None


class Tried:
    """What came of a try: a session's cookie value, or the error to show; both after the commit."""

    def __init__(self, cookie: str = "", error: LatchkeyError | None = None) -> None:
        self.cookie = cookie
        self.error = error


def pause_after(sends: int) -> timedelta:
    """How long after the n-th send of an hour the next may follow: 60 s, doubling to 32 min (S22)."""
    return min(limits.FIRST_PAUSE * int(2 ** max(0, sends - 1)), limits.LONGEST_PAUSE)


# -- asking ----------------------------------------------------------------------------------------------------------


def _check_pauses(unit: Unit, link: AnyRow) -> None:
    day = _sends(unit, CodeSend.link_id == link.id)
    if len(day) >= limits.SENDS_A_DAY:
        raise DayLimit(limits.SENDS_A_DAY)
    hour = [at for at in day if at > unit.now - timedelta(hours=1)]
    if day:
        allowed = day[0] + pause_after(len(hour) or 1)
        if len(hour) >= limits.SENDS_AN_HOUR:
            allowed = max(allowed, hour[-1] + timedelta(hours=1))
        if unit.now < allowed:
            raise AskLater(allowed, practice.card(unit).time_zone)


def _check_phone(unit: Unit, link: AnyRow) -> None:
    if len(_sends(unit, CodeSend.phone_mac == link.phone_mac)) >= limits.PHONE_SENDS_A_DAY:
        raise DayLimit(limits.PHONE_SENDS_A_DAY)
    if len(_sends(unit)) >= limits.PRACTICE_SENDS_A_DAY:
        raise NoMobile
    guard = unit.db.scalar(
        select(PhoneGuard.wrong_in_row).where(
            PhoneGuard.practice_id == unit.practice_id, PhoneGuard.phone_mac == link.phone_mac
        )
    )
    if (guard or 0) >= limits.WRONG_EVER or _wrong_today(unit, link.phone_mac) >= limits.WRONG_A_DAY:
        raise NoMobile


def _sends(unit: Unit, *of: Any) -> list[datetime]:
    """When codes were sent in the last 24 hours, newest first."""
    return list(
        unit.db.scalars(
            select(CodeSend.at)
            .where(CodeSend.practice_id == unit.practice_id, CodeSend.at > unit.now - timedelta(days=1), *of)
            .order_by(CodeSend.at.desc())
            .limit(limits.PRACTICE_SENDS_A_DAY)
        )
    )


def _keep(unit: Unit, link_id: UUID, browser: bytes, code: str) -> None:
    """Keep the code's keyed hash. This browser's older codes die but for one: texts may overtake (decision 14)."""
    mine = (CodeRow.practice_id == unit.practice_id, CodeRow.link_id == link_id, CodeRow.browser == browser)
    live = unit.db.scalars(select(CodeRow.id).where(*mine, CodeRow.dead_at.is_(None)).order_by(CodeRow.id.desc())).all()
    if old := live[limits.LIVE_CODES - 1 :]:
        unit.db.execute(
            update(CodeRow).where(CodeRow.practice_id == unit.practice_id, CodeRow.id.in_(old)).values(dead_at=unit.now)
        )
    code_id = unit.new_id()
    unit.db.execute(
        insert(CodeRow).values(
            practice_id=unit.practice_id,
            id=code_id,
            link_id=link_id,
            browser=browser,
            mac=_mac(unit, link_id, code_id, code),
            created_at=unit.now,
            expires_at=unit.now + limits.CODE_LIVES,
        )
    )
    fresh = upsert(unit.db, Asker).values(practice_id=unit.practice_id, link_id=link_id, browser=browser, tries=0)
    unit.db.execute(
        fresh.on_conflict_do_update(index_elements=["practice_id", "link_id", "browser"], set_={"tries": 0})
    )


def _text(unit: Unit, link: AnyRow, mobile: str, code: str) -> None:
    text = code_text(code, urlsplit(unit.settings.portal_url).hostname or "")
    price = count(text).segments
    delivery_id = unit.new_id()
    if link.held:
        credits.pass_on(unit, link.id, delivery_id, link.message_id)
        unit.db.execute(
            update(LinkRow).where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link.id).values(held=0)
        )
    else:
        credits.hold(unit, price, "code", delivery_id, link.message_id)
    outbox.queue(
        unit,
        channel=Channel.SMS,
        purpose=Purpose.CODE,
        parcel=Parcel(
            to=mobile,
            text=text,
            sender=unit.settings.plivo_sender or "Latchkey",
            expires_in=int(limits.CODE_LIVES.total_seconds()),
        ),
        masked=masked_phone(mobile),
        message_id=link.message_id,
        conversation_id=link.conversation_id,
        credits=price,
        until=unit.now + limits.CODE_LIVES,
        delivery_id=delivery_id,
    )


def _count_send(unit: Unit, link: AnyRow) -> int:
    unit.db.execute(
        insert(CodeSend).values(
            practice_id=unit.practice_id, id=unit.new_id(), link_id=link.id, phone_mac=link.phone_mac, at=unit.now
        )
    )
    return len([at for at in _sends(unit, CodeSend.link_id == link.id) if at > unit.now - timedelta(hours=1)])


# -- trying ----------------------------------------------------------------------------------------------------------


def _admit(unit: Unit, link_id: UUID, browser: bytes) -> bool:
    """Charge the try before anything is compared; whether there was one left."""
    charged = unit.db.execute(
        update(Asker).where(*_asker(unit, link_id, browser), Asker.tries < limits.TRIES).values(tries=Asker.tries + 1)
    )
    unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link_id)
        .values(wrong_in_row=LinkRow.wrong_in_row + (1 if charged.rowcount else 0))
    )
    return charged.rowcount == 1


def _right(unit: Unit, link_id: UUID, browser: bytes, code: str) -> bool:
    """Compare with this browser's live codes, all of them, in constant time."""
    rows = unit.db.execute(
        select(CodeRow.id, CodeRow.mac, CodeRow.created_at, CodeRow.expires_at).where(
            CodeRow.practice_id == unit.practice_id,
            CodeRow.link_id == link_id,
            CodeRow.browser == browser,
            CodeRow.dead_at.is_(None),
        )
    ).all()
    right = False
    for row in rows:
        same = hmac.compare_digest(row.mac, _mac(unit, link_id, row.id, code))
        in_time = row.created_at - timedelta(seconds=60) <= unit.now < row.expires_at
        right = right or (same and in_time)
    return right


def _opened(unit: Unit, link: AnyRow, device: str) -> Tried:
    unit.db.execute(delete(CodeRow).where(CodeRow.practice_id == unit.practice_id, CodeRow.link_id == link.id))
    unit.db.execute(delete(Asker).where(Asker.practice_id == unit.practice_id, Asker.link_id == link.id))
    unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link.id)
        .values(wrong_in_row=0, unlocked_at=link.unlocked_at or unit.now)
    )
    unit.db.execute(
        update(PhoneGuard)
        .where(PhoneGuard.practice_id == unit.practice_id, PhoneGuard.phone_mac == link.phone_mac)
        .values(wrong_in_row=0)
    )
    cookie = sessions.start(unit, link.id, device)
    step(unit, link.id, "unlocked", device=device)
    append(unit, "direct message unlocked", link.message_id)
    tell_change(unit, link.id)
    return Tried(cookie=cookie)


def _wrong(unit: Unit, link: AnyRow, browser: bytes) -> Tried:
    _count_wrong(unit, link.phone_mac)
    tries = unit.db.scalar(select(Asker.tries).where(*_asker(unit, link.id, browser))) or limits.TRIES
    step(unit, link.id, "wrong_code", tries=tries, of=limits.TRIES)
    append(unit, "wrong code", link.message_id)
    if link.wrong_in_row >= limits.WRONG_IN_ROW:
        freeze(unit, link.id, "wrong codes")
        return Tried(error=LinkFrozen())
    left = limits.TRIES - tries
    if left <= 0:
        unit.db.execute(
            update(CodeRow)
            .where(CodeRow.practice_id == unit.practice_id, CodeRow.link_id == link.id, CodeRow.browser == browser)
            .values(dead_at=unit.now)
        )
    return Tried(error=CodeWrong(left if 0 < left < limits.SHOW_TRIES_BELOW else None))


def _count_wrong(unit: Unit, phone_mac: bytes) -> None:
    first = upsert(unit.db, PhoneGuard).values(practice_id=unit.practice_id, phone_mac=phone_mac, wrong_in_row=1)
    unit.db.execute(
        first.on_conflict_do_update(
            index_elements=["practice_id", "phone_mac"], set_={"wrong_in_row": PhoneGuard.wrong_in_row + 1}
        )
    )
    unit.db.execute(
        insert(WrongCode).values(practice_id=unit.practice_id, id=unit.new_id(), phone_mac=phone_mac, at=unit.now)
    )


def _wrong_today(unit: Unit, phone_mac: bytes) -> int:
    return (
        unit.db.scalar(
            select(func.count())
            .select_from(WrongCode)
            .where(
                WrongCode.practice_id == unit.practice_id,
                WrongCode.phone_mac == phone_mac,
                WrongCode.at > unit.now - timedelta(days=1),
            )
        )
        or 0
    )


def _asker(unit: Unit, link_id: UUID, browser: bytes) -> tuple[Any, ...]:
    return (Asker.practice_id == unit.practice_id, Asker.link_id == link_id, Asker.browser == browser)


def _mac(unit: Unit, link_id: UUID, code_id: UUID, code: str) -> bytes:
    return hmac.digest(unit.seals.mac_key(MAC), link_id.bytes + code_id.bytes + code.encode(), "sha256")
