"""How much may be kept: by patient, by practice, and how many files in an hour (S86)."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select

from core.audit.trail import append
from core.errors import TooMany
from core.messages.inspect import FileRefused
from core.messages.tables import FileRow
from core.messages.words import FileState
from core.store.unit import Unit

log = structlog.get_logger(__name__)

PER_PATIENT = 200 << 20  # bytes that one patient may have sent (S86)
PER_PRACTICE = 20 << 30  # bytes, both directions
ALARM_AT = 0.8  # of the practice's
IN_AN_HOUR = 20  # files of one patient


def make_room(unit: Unit, name: str, size: int, patient_id: UUID | None) -> None:
    """Let `size` bytes in, from that patient or, without one, from staff. Raises FileRefused("full"), TooMany."""
    if patient_id is not None:
        _check_patient(unit, name, size, patient_id)
    before = kept(unit)
    if before + size > PER_PRACTICE:
        raise FileRefused(name, "full")
    alarm = int(PER_PRACTICE * ALARM_AT)
    if before <= alarm < before + size:
        append(unit, "room for files nearly full", percent=int(100 * ALARM_AT))
        log.warning("room for files nearly full", practice=str(unit.practice_id), kept=before + size, of=PER_PRACTICE)


def kept(unit: Unit, patient_id: UUID | None = None) -> int:
    """Bytes of the files there are, of the practice or of what one patient sent; what was erased counts no more."""
    mine = (FileRow.practice_id == unit.practice_id, FileRow.state != FileState.ERASED)
    whose = (*mine, FileRow.patient_id == patient_id) if patient_id else mine
    return int(unit.db.scalar(select(func.coalesce(func.sum(FileRow.size), 0)).where(*whose)) or 0)


def _check_patient(unit: Unit, name: str, size: int, patient_id: UUID) -> None:
    """What the patient sent themselves counts (ix_file_patient); what was sent to them does not."""
    theirs = (FileRow.practice_id == unit.practice_id, FileRow.patient_id == patient_id)
    if kept(unit, patient_id) + size > PER_PATIENT:
        raise FileRefused(name, "full")
    lately = unit.db.scalar(
        select(func.count()).where(*theirs, FileRow.created_at > unit.now - timedelta(hours=1)).select_from(FileRow)
    )
    if (lately or 0) >= IN_AN_HOUR:
        raise TooMany("files", IN_AN_HOUR, 3600)
