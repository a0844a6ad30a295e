"""Orphans of the keyring: keys whose item was never written, or is there no more, are swept once a day (decision 5).

A key is committed before the row that needs it, so a transaction that fails leaves one behind. Only keys of single
items are looked at, a day after they were made: by then whoever made one has long written its row, or failed to.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from core.audit.trail import append
from core.forms.answers import DRAFT
from core.forms.tables import FormAnswers, FormCorrection
from core.messages.tables import FileRow, MessageRow
from core.practice import doors
from core.release.tables import KeptAnswer
from core.seal.envelope import key_of
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

AFTER = timedelta(days=1)
EVERY = timedelta(days=1)
PAGE = 500  # keys looked at together

Needed = Callable[[Unit, Iterable[UUID]], set[UUID]]  # of these items: the keys that their rows are sealed with


def _by(item: Any, *columns: Any) -> Needed:
    """Keys in these columns of the rows where `item` names the items."""

    def needed(unit: Unit, items: Iterable[UUID]) -> set[UUID]:
        rows = unit.db.execute(
            select(*columns).where(item.class_.practice_id == unit.practice_id, item.in_(list(items)))
        )
        return {key_of(sealed) for row in rows for sealed in row if sealed}

    return needed


# A further kind of item with a key of its own must stand here to be swept; what does not stand here is never touched.
KINDS: Mapping[str, tuple[Needed, ...]] = {
    "message": (_by(MessageRow.id, MessageRow.body),),
    "file": (_by(FileRow.id, FileRow.name),),
    "form_answers": (
        _by(FormAnswers.link_id, FormAnswers.response),
        _by(FormCorrection.link_id, FormCorrection.response),
    ),
    DRAFT: (_by(FormAnswers.link_id, FormAnswers.draft),),
    "kept_answer": (_by(KeptAnswer.link_id, KeptAnswer.text),),
}


class Sweeping:
    """A chore of the worker: once a day every practice's keys, one page a turn; how many orphans went."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begun: datetime | None = None
        self._left: list[tuple[UUID, str, UUID | None]] = []  # practice, kind, the last key looked at

    def __call__(self) -> int:
        """Look at the next page, if there is one."""
        now = self._store.clock()
        if not self._left and (self._begun is None or now - self._begun >= EVERY):
            self._begun = now
            self._left = [(one, kind, None) for one in self._store.door(doors.every_practice) for kind in KINDS]
        if not self._left:
            return 0
        practice_id, kind, after = self._left.pop()
        last, orphans = self._store.look(Who(practice_id, SYSTEM), orphans_of, kind, after)
        if last is not None:
            self._left.append((practice_id, kind, last))
        return self._store.run(Who(practice_id, SYSTEM), sweep, orphans) if orphans else 0


def orphans_of(unit: Unit, kind: str, after: UUID | None = None) -> tuple[UUID | None, list[UUID]]:
    """Of a page of keys: the last one looked at, None behind the last page; and those that nothing is sealed with."""
    page = unit.seals.keys_of_items(kind, unit.now - AFTER, after, PAGE)
    items = {item for _, item in page}
    needed = {key for find in KINDS[kind] for key in find(unit, items)}
    return page[-1][0] if len(page) == PAGE else None, [key for key, _ in page if key not in needed]


def sweep(unit: Unit, orphans: list[UUID]) -> int:
    """Remove keys that nothing is sealed with; how many."""
    for key_id in orphans:
        unit.seals.shred(key_id)
    append(unit, "orphan keys swept", None, keys=len(orphans))
    return len(orphans)
