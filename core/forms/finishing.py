"""Erasures that were cut short are finished: the key was destroyed, and the commit that says so never came (S103).

Destroying keys comes just before the commit, because no keyring takes a key back; a power cut or a full disk between
the two leaves something unreadable of which no certificate tells. The keyring's row says what it was, until the commit
is known. Once an hour what is left there is looked at, and a minute later once more: by then whoever is at it right now
has ended. Doing it twice is doing it once.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from core.audit.certificate import certified
from core.forms.erasing import finish_entry, finish_response
from core.forms.sweeping import KINDS
from core.messages.erase import erase_file
from core.practice import doors
from core.practice.tables import PracticeRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=1)

# What has a certificate and a key of its own; a month of a conversation is erased again by its own rule, every hour.
FINISH: Mapping[str, Callable[[Unit, UUID, UUID], object]] = {
    "message": lambda unit, item, _key: finish_entry(unit, item),
    "file": lambda unit, item, _key: erase_file(unit, item, "finished"),
    "form_answers": finish_response,
}
MONTH = "conversation"
CERTIFIED = {*FINISH, MONTH}  # the others just go, as the key of a day's drafts


class Finishing:
    """A chore of the worker; how many erasures it finished."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._looked: datetime | None = None
        self._suspects: dict[UUID, dict[UUID, str]] = {}  # by practice: destroyed keys, and what each was for

    def __call__(self) -> int:
        """Look, or a minute later finish what is still there."""
        now = self._store.clock()
        if self._suspects:
            return self._finish() if self._looked and now - self._looked >= AGAIN else 0
        if self._looked is None or now - self._looked >= EVERY:
            self._looked = now
            found = {one: self._store.seals(one).destroyed() for one in self._store.door(doors.every_practice)}
            self._suspects = {one: keys for one, keys in found.items() if keys}
        return 0

    def _finish(self) -> int:
        """Messages first: their files and answers end with them."""
        suspects, self._suspects = self._suspects, {}
        done = 0
        for practice_id, keys in suspects.items():
            left = self._store.seals(practice_id).destroyed()
            for key_id in sorted(keys.keys() & left.keys(), key=lambda one: not left[one].startswith("message:")):
                done += self._store.run(Who(practice_id, SYSTEM), finish, key_id, left[key_id])
        return done


def finish(unit: Unit, key_id: UUID, scope: str) -> bool:
    """Finish the erasure of what a destroyed key was made for, if nobody did; whether there was anything to do."""
    _in_turn(unit)
    kind, of = scope.split(":")[:2]
    told = kind in CERTIFIED and certified(unit, [UUID(of)], key_id)
    owed = not told and kind in FINISH and _seals(unit, kind, UUID(of), key_id)
    if owed:
        FINISH[kind](unit, UUID(of), key_id)
    if told or kind != MONTH:
        unit.seals.shred(key_id)  # so that its row is let go of with this commit
    return owed


def _in_turn(unit: Unit) -> None:
    """Two workers finish one after the other: the second finds it done."""
    unit.db.execute(
        select(PracticeRow.id).where(PracticeRow.id == unit.practice_id).with_for_update(key_share=True)
    ).all()


def _seals(unit: Unit, kind: str, item: UUID, key_id: UUID) -> bool:
    """Whether something of that item is sealed with this very key, and not with a later one."""
    return any(key_id in find(unit, [item]) for find in KINDS[kind])
