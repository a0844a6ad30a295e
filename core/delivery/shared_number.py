"""Whose text it is when several practices share one number: whoever texted that phone last, for 30 days (security 11).

The phone is remembered as a hash that needs the installation's key. A text that is nobody's is answered once a day
and not kept.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, select

from core.delivery.tables import StrangerRow, TextedRow
from core.store.counting import upsert
from core.store.sealing import Seals
from core.store.unit import Unit

REMEMBERED = timedelta(days=30)
ANSWERED_EVERY = timedelta(days=1)
PURPOSE = "texted phones"


def remember(unit: Unit, e164: str) -> None:
    """This practice texts that phone now."""
    row = {"practice_id": unit.practice_id, "phone": mark(unit.seals, e164), "at": unit.now}
    noted = upsert(unit.db, TextedRow).values(row)
    unit.db.execute(noted.on_conflict_do_update(index_elements=["practice_id", "phone"], set_={"at": unit.now}))


def last_to_text(db: Connection, phone: bytes, among: Sequence[UUID], now: datetime) -> UUID | None:
    """Of these practices, the one that texted the phone last (ix_texted_phone); part of door 5."""
    return db.scalar(
        select(TextedRow.practice_id)
        .where(TextedRow.phone == phone, TextedRow.at > now - REMEMBERED, TextedRow.practice_id.in_(among))
        .order_by(TextedRow.at.desc())
        .limit(1)
    )


def forget(unit: Unit) -> int:
    """Let go of phones that were not texted for so long; how many."""
    old = (TextedRow.practice_id == unit.practice_id, TextedRow.at < unit.now - REMEMBERED)
    return unit.db.execute(delete(TextedRow).where(*old)).rowcount


def may_answer_stranger(unit: Unit, e164: str) -> bool:
    """Whether a phone that is nobody's gets an answer now: once a day. For no practice in particular."""
    phone = mark(unit.seals, e164)
    unit.db.execute(delete(StrangerRow).where(StrangerRow.answered_at <= unit.now - ANSWERED_EVERY))
    noted = upsert(unit.db, StrangerRow).values(phone=phone, answered_at=unit.now).on_conflict_do_nothing()
    return unit.db.execute(noted.returning(StrangerRow.phone)).first() is not None


def mark(seals: Seals, e164: str) -> bytes:
    """The hash a phone is remembered by."""
    return hmac.digest(seals.mac_key(PURPOSE), e164.encode(), "sha256")
