"""Texts under Plivo's older signature, which covers none of their fields: Plivo is asked, then they are let in (P40).

They wait in the tray meanwhile, where a person may be quicker. Plivo's record of a text has its numbers and how many
segments it took, and no words; where anything of it differs or is hidden, the text stays in the tray.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select

from core.delivery.inbound import Text, take_text
from core.delivery.incoming import unmatched
from core.delivery.providers.open import Providers
from core.delivery.providers.polite import ask, may_ask
from core.delivery.providers.ports import Provider, Received, TryAgain, Unsure
from core.delivery.segments import as_sent, count
from core.delivery.tables import UnmatchedRow
from core.delivery.words import Channel
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

WAITS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))  # answers lag (P27)
BATCH = 2  # reads in a turn: one that hangs holds up the rest


def read_back(store: Store, providers: Providers) -> Callable[[], int]:
    """A chore of the worker: ask about what is due; how many were asked about."""

    def look() -> int:
        provider = providers.by_channel[Channel.SMS]
        return sum(_ask_about(store, provider, row) for row in store.door(_due, store.clock(), BATCH))

    return look


def _ask_about(store: Store, provider: Provider, row: AnyRow) -> bool:
    """Ask about one; False where the pace allows no question now: it stays due."""
    if not may_ask(store, provider):
        return False
    try:
        found = ask(store, provider, lambda: provider.received(row.reference))
    except (TryAgain, Unsure):
        found = None
    store.run(Who(row.practice_id, SYSTEM), settle, row.id, found)
    return True


def settle(unit: Unit, unmatched_id: UUID, found: Received | None) -> None:
    """What the network's record makes of a text in the tray; None when it could not be read yet."""
    kept = unmatched.in_question(unit, unmatched_id)
    if kept is None:
        return
    asked, came = kept
    if found is None:
        unmatched.ask_again(unit, unmatched_id, unit.now + WAITS[asked] if asked < len(WAITS) else None)
        return
    text = Text(**came)
    if not _agrees(text, found):
        unmatched.ask_again(unit, unmatched_id, None)
    elif unmatched.let_in(unit, unmatched_id):
        take_text(unit, replace(text, proven=True, once="", nonce=""))  # both were noted when it came


def _agrees(text: Text, found: Received) -> bool:
    numbers = (text.sender.lstrip("+"), text.to.lstrip("+")) == (found.sender.lstrip("+"), found.to.lstrip("+"))
    return numbers and (text.media > 0 or max(count(as_sent(text.text)).segments, 1) == found.units)


def _due(db: Connection, now: datetime, limit: int) -> list[AnyRow]:
    """What is due in all practices (ix_unmatched_ask); the worker's own read."""
    row = UnmatchedRow
    due = select(row.practice_id, row.id, row.reference).where(row.ask_at <= now, row.done_at.is_(None))
    return list(db.execute(due.order_by(row.ask_at).limit(limit)))
