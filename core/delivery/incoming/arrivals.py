"""Letters as they came in, sealed, until the worker has read them: the provider has its answer at once (P38).

What a letter carries is checked in a child process, which may take a minute. A letter leaves here in the transaction in
which it joins its conversation, so whoever is killed meanwhile loses nothing and brings nothing twice.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Connection, delete, insert, select, update

from core.delivery import odd_calls
from core.delivery.inbound import Fate
from core.delivery.incoming.letters import cannot_be_read, checked, take_letter, whose
from core.delivery.odd_calls import Oddity
from core.delivery.providers import mailjet_calls
from core.delivery.tables import ArrivedLetter
from core.delivery.words import Letter
from core.messages.inspect import Checked
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)

READERS: Mapping[str, Callable[[bytes], Letter]] = {
    "mailjet": lambda raw: mailjet_calls.incoming(mailjet_calls.parsed(raw)),
}
LEASE = timedelta(minutes=10)  # much longer than five files may take
TRIES = 5  # then it is told of and let go: what cannot be read must not come again for ever


def keep(store: Store, provider: str, to: str, delivery_id: UUID | None, raw: bytes) -> bool:
    """Keep a letter as a provider handed it over, if it answers one of ours; whether it does."""
    found = whose(store, to, delivery_id)
    if found is None:
        return False
    practice_id, answered = found
    store.run(Who(practice_id, SYSTEM), _keep, provider, answered, raw)
    return True


def is_due(db: Connection, now: datetime) -> bool:
    """Whether a letter waits to be read (ix_arrived_letter_due)."""
    return db.scalar(select(ArrivedLetter.id).where(ArrivedLetter.due_at <= now).limit(1)) is not None


def read_next(store: Store) -> None:
    """Read the letter that waits longest and bring it in; nothing where another worker was quicker."""
    row = store.door(_oldest, store.clock())
    if row is None:
        return
    who = Who(row.practice_id, SYSTEM)
    raw = store.run(who, _take, row.id)
    if raw is None:
        return
    letter = READERS[row.provider](raw)
    good, refused = checked(store, row.practice_id, letter)
    if store.run(who, _bring_in, row, letter, good, refused) is Fate.NOBODYS:
        odd_calls.count(store, row.provider, Oddity.UNKNOWN)


def _keep(unit: Unit, provider: str, delivery_id: UUID, raw: bytes) -> None:
    letter_id = unit.new_id()
    unit.db.execute(
        insert(ArrivedLetter).values(
            practice_id=unit.practice_id,
            id=letter_id,
            provider=provider,
            delivery_id=delivery_id,
            raw=unit.seals.seal(raw, _place(letter_id), scope=f"letters:{unit.now:%Y-%m}"),
            due_at=unit.now,
            tries=0,
        )
    )


def _take(unit: Unit, letter_id: UUID) -> bytes | None:
    """The letter, for this worker alone until its lease is over; None when it is not to be had, or was tried enough."""
    row = ArrivedLetter
    taken = unit.db.execute(
        update(row)
        .where(*_mine(unit, letter_id), row.due_at <= unit.now)
        .values(due_at=unit.now + LEASE, tries=row.tries + 1)
        .returning(row.raw, row.tries, row.delivery_id)
    ).one_or_none()
    if taken is None:
        return None
    if taken.tries > TRIES:
        log.error("a letter that cannot be read", letter=str(letter_id))
        unit.db.execute(delete(row).where(*_mine(unit, letter_id)))
        cannot_be_read(unit, taken.delivery_id)
        return None
    return unit.seals.open(taken.raw, _place(letter_id))


def _bring_in(unit: Unit, row: AnyRow, letter: Letter, good: list[Checked], refused: list[str]) -> Fate:
    gone = unit.db.execute(delete(ArrivedLetter).where(*_mine(unit, row.id)))
    return take_letter(unit, row.delivery_id, letter, good, refused) if gone.rowcount else Fate.KNOWN


def _oldest(db: Connection, now: datetime) -> AnyRow | None:
    row = ArrivedLetter
    due = select(row.practice_id, row.id, row.provider, row.delivery_id).where(row.due_at <= now)
    return db.execute(due.order_by(row.due_at).limit(1)).one_or_none()


def _mine(unit: Unit, letter_id: UUID) -> tuple[Any, Any]:
    return ArrivedLetter.practice_id == unit.practice_id, ArrivedLetter.id == letter_id


def _place(letter_id: UUID) -> Place:
    return Place("arrived_letter", letter_id, "raw")
