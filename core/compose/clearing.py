"""Drafts and planned messages whose time is over let go of their words: what was sent is the record, and stands there
under a key that can be destroyed; a second copy would outlive it (S103, S112).
"""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select

from core.audit.trail import append
from core.compose.sealed import day_scope
from core.compose.tables import DraftRow, ScheduledRow
from core.forms import erasing
from core.seal.envelope import key_of
from core.store.unit import Unit

KEPT = timedelta(days=1)  # so long somebody may ask again after an answer that was lost
BATCH = 1000  # for one practice, in one run


def let_go(unit: Unit) -> int:
    """Remove what ended more than a day ago, and the keys of days of which nothing is left; how many rows."""
    before = unit.now - KEPT
    over = select(DraftRow.id).where(DraftRow.practice_id == unit.practice_id, DraftRow.expires_at < before)
    drafts = unit.db.execute(
        delete(DraftRow)
        .where(DraftRow.practice_id == unit.practice_id, DraftRow.id.in_(over.limit(BATCH)))
        .returning(DraftRow.body, DraftRow.created_at, DraftRow.expires_at)
    ).all()
    ended = delete(ScheduledRow).where(ScheduledRow.practice_id == unit.practice_id, ScheduledRow.ended_at < before)
    planned = unit.db.execute(ended).rowcount
    for key_id, days in {key_of(row.body): (row.created_at.date(), row.expires_at.date()) for row in drafts}.items():
        if _is_done(unit, key_id, days):
            unit.seals.shred(key_id)
    if drafts or planned:
        append(unit, "drafts let go", None, drafts=len(drafts), planned=planned)
    return len(drafts) + planned


def erase_early(unit: Unit, message_id: UUID, reason: str) -> None:
    """Erase an entry of the record before its time, and the draft it was made from. Raises as `erasing.erase_early`."""
    erasing.erase_early(unit, message_id, reason)
    unit.db.execute(delete(DraftRow).where(DraftRow.practice_id == unit.practice_id, DraftRow.message_id == message_id))


def _is_done(unit: Unit, key_id: UUID, days: tuple[date, date]) -> bool:
    """Whether this is the key of one of these days, which are over, and no draft is left under it. Keys of whole months
    are older than this rule, and what is half-typed stands under them, too: they stay."""
    if not any(unit.seals.is_own(key_id, day_scope("draft", day)) for day in days):
        return False
    same = (DraftRow.practice_id == unit.practice_id, func.substr(DraftRow.body, 2, 16) == key_id.bytes)
    return unit.db.scalar(select(DraftRow.id).where(*same).limit(1)) is None
