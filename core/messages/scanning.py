"""A chore of the worker: every file goes through the scanner before anybody can download it (S83)."""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Connection, select, update

from core.audit.trail import append
from core.errors import LatchkeyError, NotFound
from core.messages import find
from core.messages.files import bytes_of
from core.messages.post import changed
from core.messages.scan import ScannerDown, Verdict, scan
from core.messages.tables import FileRow
from core.messages.words import FileState
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)

PAUSE = timedelta(seconds=30)  # after the scanner did not answer
BATCH = 10
WAITING = (FileState.PENDING, FileState.UNSCANNED)  # also what came before a scanner was configured


class Scanning:
    """Scans what waits, oldest first; with no scanner configured there is nothing to do."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._address = store.settings.clamd_address
        self._not_before: datetime | None = None

    def __call__(self) -> int:
        """Scan some; how many got a verdict. A scanner that is down leaves them waiting, never clean."""
        now = self._store.clock()
        if not self._address or (self._not_before and now < self._not_before):
            return 0
        done = 0
        for practice_id, file_id in self._store.door(_waiting, BATCH):
            who = Who(practice_id, SYSTEM)
            try:
                verdict = scan(self._address, self._store.look(who, bytes_of, file_id))
            except ScannerDown:
                log.warning("the scanner did not answer", files_wait=True)
                self._not_before = now + PAUSE
                return done
            except LatchkeyError:
                verdict = Verdict.ERROR  # it cannot be read any more: nobody will be given it either
            self._store.run(who, settle, file_id, verdict)
            done += 1
        return done


def settle(unit: Unit, file_id: UUID, verdict: Verdict) -> None:
    """Keep a verdict; who sees the message learns of it."""
    mine = (FileRow.practice_id == unit.practice_id, FileRow.id == file_id)
    message_id = unit.db.scalar(
        update(FileRow).where(*mine).values(state=FileState(verdict.value)).returning(FileRow.message_id)
    )
    append(unit, "file scanned", file_id, verdict=verdict.value)
    if message_id is not None:
        try:
            changed(unit, find.message(unit, message_id))
        except NotFound:
            return


def _waiting(db: Connection, limit: int) -> list[tuple[UUID, UUID]]:
    """Files without a verdict, in all practices (ix_file_state); the worker's own read."""
    rows = db.execute(
        select(FileRow.practice_id, FileRow.id)
        .where(FileRow.state.in_(WAITING))
        .order_by(FileRow.created_at)
        .limit(limit)
    )
    return [(row.practice_id, row.id) for row in rows]
