"""How long things are kept, and the job that lets go of them and says what it did (S112).

The audit trail is never shortened; everything else here ends. What a patient wrote is the practice's record and stays.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from core.audit.trail import append
from core.messages.erase import erase_file, erase_message
from core.messages.tables import FileChunk, FileRow
from core.messages.words import FileState
from core.practice.tables import StaffSession
from core.release.find import KNOWN_FOR
from core.release.tables import (
    AccessLog,
    CodeRow,
    CodeSend,
    KeptAnswer,
    KnownBrowser,
    LinkRow,
    PatientSession,
    Tally,
    WrongCode,
)
from core.release.tally import ANYONE
from core.store.unit import Unit

BATCH = 100  # of one kind, for one practice, in one run


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing: how long it stays after its end, and how it goes (how many went)."""

    keeps: timedelta
    let_go: Callable[[Unit, datetime], int]


def _expired_links(unit: Unit, before: datetime) -> int:
    return _erase_links(unit, LinkRow.expires_at < before, "time over")


def _taken_back_links(unit: Unit, before: datetime) -> int:
    return _erase_links(unit, LinkRow.revoked_at < before, "taken back")


def _infected_files(unit: Unit, before: datetime) -> int:
    return _erase_files(unit, FileRow.state == FileState.INFECTED, FileRow.created_at < before, why="infected")


def _files_of_nobody(unit: Unit, before: datetime) -> int:
    return _erase_files(
        unit,
        FileRow.message_id.is_(None),
        FileRow.state != FileState.ERASED,
        FileRow.created_at < before,
        why="never sent",
    )


def _codes(unit: Unit, before: datetime) -> int:
    old = delete(CodeRow).where(CodeRow.practice_id == unit.practice_id, CodeRow.expires_at < before)
    return unit.db.execute(old).rowcount


def _patient_sessions(unit: Unit, before: datetime) -> int:
    old = delete(PatientSession).where(
        PatientSession.practice_id == unit.practice_id, PatientSession.created_at < before
    )
    return unit.db.execute(old).rowcount


def _staff_sessions(unit: Unit, before: datetime) -> int:
    old = delete(StaffSession).where(StaffSession.practice_id == unit.practice_id, StaffSession.created_at < before)
    return unit.db.execute(old).rowcount


def _kept_answers(unit: Unit, before: datetime) -> int:
    """What was typed and never sent, once its link is over (S91)."""
    over = select(LinkRow.id).where(LinkRow.practice_id == unit.practice_id, LinkRow.expires_at < before)
    old = delete(KeptAnswer).where(KeptAnswer.practice_id == unit.practice_id, KeptAnswer.link_id.in_(over))
    return unit.db.execute(old).rowcount


def _counts(unit: Unit, before: datetime) -> int:
    """What the lock counted; the longest of its windows is a day. Those of the whole portal go with any practice's."""
    here = unit.practice_id
    old = (
        delete(WrongCode).where(WrongCode.practice_id == here, WrongCode.at < before),
        delete(CodeSend).where(CodeSend.practice_id == here, CodeSend.at < before),
        delete(Tally).where(Tally.practice_id.in_((here, ANYONE.practice_id)), Tally.since < before),
    )
    return sum(unit.db.execute(one).rowcount for one in old)


def _known_browsers(unit: Unit, before: datetime) -> int:
    old = delete(KnownBrowser).where(KnownBrowser.practice_id == unit.practice_id, KnownBrowser.created_at < before)
    return unit.db.execute(old).rowcount


def _visits(unit: Unit, before: datetime) -> int:
    old = delete(AccessLog).where(AccessLog.practice_id == unit.practice_id, AccessLog.at < before)
    return unit.db.execute(old).rowcount


RULES: Mapping[str, Rule] = {
    "messages on the portal": Rule(timedelta(days=30), _expired_links),  # after the link's end
    "messages taken back": Rule(timedelta(hours=24), _taken_back_links),  # so long a new link can still be sent
    "infected files": Rule(timedelta(days=7), _infected_files),
    "files never sent": Rule(timedelta(hours=24), _files_of_nobody),
    "codes": Rule(timedelta(hours=24), _codes),
    "counts of the lock": Rule(timedelta(hours=48), _counts),
    "known browsers": Rule(KNOWN_FOR, _known_browsers),
    "visits": Rule(timedelta(days=90), _visits),
    "patients' sessions": Rule(timedelta(days=30), _patient_sessions),
    "staff sessions": Rule(timedelta(days=30), _staff_sessions),
    "unsent answers": Rule(timedelta(0), _kept_answers),
}


def let_go(unit: Unit) -> dict[str, int]:
    """Let go of what has been kept long enough; how many of each kind, also told in the trail."""
    gone = {name: count for name, rule in RULES.items() if (count := rule.let_go(unit, unit.now - rule.keeps))}
    if gone:
        append(unit, "kept long enough", gone=gone)
    return gone


def _erase_links(unit: Unit, over: object, why: str) -> int:
    """Erase what these links led to. The link's row stays: staff see that there was a message."""
    found = unit.db.execute(
        select(LinkRow.id, LinkRow.message_id)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.erased_at.is_(None), over)  # type: ignore[arg-type]
        .limit(BATCH)
    ).all()
    for link in found:
        erase_message(unit, link.message_id, why)
        unit.db.execute(
            update(LinkRow)
            .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link.id)
            .values(erased_at=unit.now)
        )
    return len(found)


def _erase_files(unit: Unit, *over: object, why: str) -> int:
    found: list[UUID] = list(
        unit.db.scalars(select(FileRow.id).where(FileRow.practice_id == unit.practice_id, *over).limit(BATCH))  # type: ignore[arg-type]
    )
    for file_id in found:
        erase_file(unit, file_id, why)
        unit.db.execute(
            delete(FileChunk).where(FileChunk.practice_id == unit.practice_id, FileChunk.file_id == file_id)
        )
    return len(found)
