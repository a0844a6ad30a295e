"""Access codes: eight digits, ten minutes, bound to the browser that asked; every guess admitted before it is compared.

What may be asked is `sends.py`, what may be guessed `guesses.py`; here is the code itself.
"""

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, update

from core.audit.trail import append
from core.delivery import credits, outbox
from core.delivery.segments import count
from core.delivery.words import Channel, Parcel, Purpose
from core.delivery.writing.patient_letters import code_text
from core.errors import LatchkeyError
from core.limits import Limits
from core.patients.phone import masked_phone
from core.practice import find as practice
from core.release import birth, find, guesses, sends, sessions
from core.release.find import WRONG_CODES, LinkFrozen, live_link
from core.release.freezing import freeze
from core.release.guesses import Caller, Charged
from core.release.link import arrive, tell_change, tell_moved
from core.release.opened import first_opened
from core.release.steps import step
from core.release.tables import CodeRow, LinkRow
from core.store.prepared import Prepared
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import Unit

# Uses up what opens a link for a browser, if all beside it was right; whether it did. Asks the same in any case.
Key = Callable[[Unit, UUID, bytes, bool], bool]
MAC = "access codes"
DIGITS = Limits().code_digits
SHAPE = re.compile(rf"[0-9]{{{DIGITS}}}", re.ASCII)
EARLY = timedelta(seconds=60)  # a code from further in the future than this is refused (S11)
TELL_BELOW = 3  # tries left are said when two or fewer (S21)

# Every guess asks these: building a statement anew costs several times what running it does.
_OF_THE_LINK = (CodeRow.practice_id == bindparam("practice"), CodeRow.link_id == bindparam("link"))
_OF_THE_BROWSER = (*_OF_THE_LINK, CodeRow.browser == bindparam("whose"))
_LIVE = Prepared(
    select(CodeRow.id, CodeRow.mac, CodeRow.created_at, CodeRow.expires_at)
    .where(*_OF_THE_BROWSER, CodeRow.dead_at.is_(None))
    .order_by(CodeRow.created_at.desc(), CodeRow.id.desc())  # by the id alone SQLite reads all of the practice
)
_USE_UP = Prepared(
    update(CodeRow)
    .where(CodeRow.practice_id == bindparam("practice"), CodeRow.id == bindparam("right"), CodeRow.dead_at.is_(None))
    .values(dead_at=bindparam("now"))
)
_NO_CODES = Prepared(delete(CodeRow).where(*_OF_THE_LINK))
_SPENT = Prepared(update(CodeRow).where(*_OF_THE_BROWSER).values(dead_at=bindparam("now")))
_OPEN = Prepared(
    update(LinkRow)
    .where(LinkRow.practice_id == bindparam("practice"), LinkRow.id == bindparam("link"))
    .values(unlocked_at=bindparam("at"), wrong_in_row=0)
)
_ASKED = Prepared(select(CodeRow.id).where(*_OF_THE_BROWSER).limit(1))


class CodeMalformed(LatchkeyError):
    """Not eight digits: nobody's guess (S14)."""


class CodeWrong(LatchkeyError):
    """Wrong, old, used or never sent: one answer for all (S21). `tries_left` only when two or fewer."""

    def __init__(self, tries_left: int | None) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try: a session's cookie value and the browser's lane, or the error to show; after the commit."""

    cookie: str = ""
    known: UUID | None = None
    error: LatchkeyError | None = None


def make_code() -> str:
    """A fresh code, every one as likely as any other (S10)."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"


def ask(
    unit: Unit,
    link_id: UUID,
    browser: bytes,
    known: UUID | None = None,
    language: str | None = None,
    followed: datetime | None = None,
) -> datetime:
    """Text a code to the number the link was sent with, in the `language` of the page that asks; when the next may be.

    Raises LinkGone, LinkFrozen, LinkExpired, AskLater, DayLimit, NoMobile, TextsWait, NoCredits.
    """
    link = live_link(unit, link_id, lock=True, known=known, followed=followed)
    mobile = unit.seals.open(link.phone, Place("link", link_id, "phone", link.patient_id)).decode()
    sends.check(unit, link, mobile)
    code = secrets.token_urlsafe() if link.bait else make_code()  # what nobody can type, where nobody is texted
    _keep(unit, link_id, browser, code)
    if not link.bait and sends.within_budget(unit, mobile):
        _text(unit, link, mobile, code, language or find.language_of(unit, link_id))
    arrive(unit, link_id)
    sent = sends.count_send(unit, link)
    step(unit, link_id, "code_sent", to=masked_phone(mobile))
    append(unit, "code asked of bait" if link.bait else "code sent", link_id if link.bait else link.message_id)
    unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link_id)
        .values(code_sent_at=unit.now)
    )
    tell_change(unit, link_id)
    return unit.now + unit.settings.limits.pause_after(sent)


def shaped(typed: str) -> str:
    """The eight digits of what was typed; spaces and dashes are forgiven. Raises CodeMalformed."""
    code = typed.replace(" ", "").replace("-", "")
    if not SHAPE.fullmatch(code):
        raise CodeMalformed
    return code


def verify(unit: Unit, link_id: UUID, caller: Caller, typed: str) -> Tried | None:
    """Try a code. A right one uses up every code of the link and begins a session; None, and nothing is charged, where
    a PIN or a date of birth is asked beside it.

    What went wrong is returned, not raised, because a counted try must be committed. Raises LinkGone, LinkFrozen,
    LinkExpired, CodeMalformed: these count nothing.
    """
    link = live_link(unit, link_id, lock=True, known=caller.known, followed=caller.followed)
    if asks_more(unit, link):
        return None
    code = shaped(typed)
    charged = guesses.admit(unit, link, caller)
    if charged is None:
        return Tried(error=CodeWrong(None))
    return _settled(unit, link, caller, by_code(code), charged, beside=True)


def settle(unit: Unit, link_id: UUID, caller: Caller, key: Key, charged: Charged, *, beside: bool) -> Tried:
    """Compare an admitted guess. It opens only if what was typed `beside` was right as well, if anything is asked
    there; a right code beside a wrong PIN is not used up, and nobody learns which of the two it was (S26).

    Raises LinkGone, LinkFrozen, LinkExpired.
    """
    link = live_link(unit, link_id, lock=True, known=caller.known, followed=caller.followed)
    return _settled(unit, link, caller, key, charged, beside=beside)


def asks_more(unit: Unit, link: AnyRow) -> bool:
    """Whether a PIN or a date of birth is asked beside what opens this link."""
    return bool(link.sensitive or birth.wanted_at(unit, link))


def _settled(unit: Unit, link: AnyRow, caller: Caller, key: Key, charged: Charged, *, beside: bool) -> Tried:
    """Whatever was right or wrong, the database is asked as much: about nothing where it was wrong (goal 17)."""
    right = key(unit, link.id, caller.browser, beside)
    here = {"practice": unit.practice_id, "link": link.id if right else None}
    _NO_CODES.count(unit.db, here)
    guesses.settle(unit, link, charged, caller, right)
    _OPEN.count(unit.db, {**here, "at": link.unlocked_at or unit.now})
    return _opened(unit, link, caller) if right else _wrong(unit, link, charged, caller)


def by_code(code: str) -> Key:
    """What uses up a texted code, if it is a live one of the browser that asked."""
    return lambda unit, link_id, browser, beside: _use_up(unit, link_id, browser, code, beside=beside)


def may_ask(unit: Unit, link_id: UUID, known: UUID | None = None, followed: datetime | None = None) -> None:
    """Look whether the pauses allow another code. Raises LinkGone, LinkFrozen, LinkExpired, AskLater, DayLimit."""
    sends.check_pauses(unit, live_link(unit, link_id, known=known, followed=followed))


def asked(unit: Unit, link_id: UUID, browser: bytes) -> bool:
    """Whether this browser has asked for a code of this link."""
    return _ASKED.value(unit.db, {"practice": unit.practice_id, "link": link_id, "whose": browser}) is not None


# -- asking ----------------------------------------------------------------------------------------------------------


def _keep(unit: Unit, link_id: UUID, browser: bytes, code: str) -> None:
    """Keep the code's keyed hash. This browser's older codes die but for one: texts may overtake (decision 14)."""
    live = _LIVE.rows(unit.db, {"practice": unit.practice_id, "link": link_id, "whose": browser})
    if old := [row.id for row in live[unit.settings.limits.live_codes - 1 :]]:
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
            expires_at=unit.now + unit.settings.limits.code_life,
        )
    )
    guesses.fresh_tries(unit, link_id, browser)


def _text(unit: Unit, link: AnyRow, mobile: str, code: str, language: str) -> None:
    host = urlsplit(unit.settings.portal_url).hostname or ""
    text = code_text(code, host, language, practice.card(unit).name_in_codes)
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
            expires_in=unit.settings.limits.code_lives,
        ),
        masked=masked_phone(mobile),
        message_id=link.message_id,
        conversation_id=link.conversation_id,
        credits=price,
        until=unit.now + unit.settings.limits.code_life,
        delivery_id=delivery_id,
    )


# -- trying ----------------------------------------------------------------------------------------------------------


def _use_up(unit: Unit, link_id: UUID, browser: bytes, code: str, *, beside: bool) -> bool:
    """Whether it is one of this browser's live codes, all compared in constant time; the right one is used up by it,
    if all `beside` it was right.

    Nothing is spared where none is: wrong, old, used, never sent and beside a wrong PIN ask the same (S21, S26).
    """
    here = {"practice": unit.practice_id}
    right: UUID | None = None
    for row in _LIVE.rows(unit.db, {**here, "link": link_id, "whose": browser}):
        same = hmac.compare_digest(row.mac, _mac(unit, link_id, row.id, code))
        if same and row.created_at - EARLY <= unit.now < row.expires_at:
            right = row.id
    return _USE_UP.count(unit.db, {**here, "right": right if beside else None, "now": unit.now}) == 1


def _opened(unit: Unit, link: AnyRow, caller: Caller) -> Tried:
    if link.unlocked_at is None:
        first_opened(unit, link)
    cookie = sessions.start(unit, link.id, caller.device)
    step(unit, link.id, "unlocked", device=caller.device)
    append(unit, "direct message unlocked", link.message_id)
    tell_moved(unit, link)
    return Tried(cookie, guesses.remember(unit, link.patient_id, caller.known))


def _wrong(unit: Unit, link: AnyRow, charged: Charged, caller: Caller) -> Tried:
    limits = unit.settings.limits
    step(unit, link.id, "wrong_code", tries=charged.tries, of=limits.tries)
    append(unit, "wrong code", link.message_id)
    if not charged.lane and charged.in_row >= limits.wrong_in_row:
        freeze(unit, link, WRONG_CODES)
        return Tried(error=LinkFrozen())
    left = limits.tries - charged.tries
    spent = {"link": link.id if left <= 0 else None, "whose": caller.browser}
    _SPENT.count(unit.db, {"practice": unit.practice_id, **spent, "now": unit.now})
    tell_moved(unit, link)
    return Tried(error=CodeWrong(left if 0 < left < TELL_BELOW else None))


def _mac(unit: Unit, link_id: UUID, code_id: UUID, code: str) -> bytes:
    return hmac.digest(unit.seals.mac_key(MAC), link_id.bytes + code_id.bytes + code.encode(), "sha256")
