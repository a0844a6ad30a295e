"""How long things are kept, and the job that lets go of them and says what it did (S112).

What the practice wrote and the patient answered is the practice's record: it stays readable to staff for as long as
records are kept (`Limits.record_years`; `forms/erasing.py`). Here goes what belongs to the portal's side: the link with
its number, codes, sessions, drafts, and the documents that went out. The audit trail is never shortened.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from core.audit.trail import append
from core.limits import Limits
from core.messages.erase import erase_file, erase_files
from core.messages.tables import FileChunk, FileRow
from core.messages.words import FileState
from core.practice.sessions import hash_of
from core.practice.tables import StaffSession
from core.release.find import KNOWN_FOR
from core.release.link import make_token
from core.release.tables import (
    AccessLog,
    BaitRow,
    CodeRow,
    CodeSend,
    KeptAnswer,
    KnownBrowser,
    LinkRow,
    PatientSession,
    Tally,
    UnlockCard,
    WrongCode,
)
from core.release.tally import ANYONE
from core.store.unit import Unit

BATCH = 100  # of one kind, for one practice, in one run


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing: how long it stays after its end, and how it goes (how many went)."""

    keeps: Callable[[Limits], timedelta]
    let_go: Callable[[Unit, datetime], int]


def _expired_links(unit: Unit, before: datetime) -> int:
    return _close_links(unit, LinkRow.bait.is_(False) & (LinkRow.expires_at < before), "time over")


def _taken_back_links(unit: Unit, before: datetime) -> int:
    return _close_links(unit, LinkRow.revoked_at < before, "taken back")


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


def _cards(unit: Unit, before: datetime) -> int:
    old = delete(UnlockCard).where(UnlockCard.practice_id == unit.practice_id, UnlockCard.expires_at < before)
    return unit.db.execute(old).rowcount


def _visits(unit: Unit, before: datetime) -> int:
    old = delete(AccessLog).where(AccessLog.practice_id == unit.practice_id, AccessLog.at < before)
    return unit.db.execute(old).rowcount


def _old_baits(unit: Unit, before: datetime) -> int:
    old = select(BaitRow.link_id).where(BaitRow.practice_id == unit.practice_id, BaitRow.replaced_at < before)
    unit.db.execute(delete(LinkRow).where(LinkRow.practice_id == unit.practice_id, LinkRow.id.in_(old), LinkRow.bait))
    gone = delete(BaitRow).where(BaitRow.practice_id == unit.practice_id, BaitRow.replaced_at < before)
    return unit.db.execute(gone).rowcount


def keeps(**time: float) -> Callable[[Limits], timedelta]:
    """So long, wherever Latchkey runs."""
    return lambda limits: timedelta(**time)


RULES: Mapping[str, Rule] = {
    "links and documents": Rule(lambda limits: timedelta(days=limits.portal_days), _expired_links),  # after its end
    "documents taken back": Rule(keeps(hours=24), _taken_back_links),  # so long a new link can still be sent
    "infected files": Rule(keeps(days=7), _infected_files),
    "files never sent": Rule(keeps(hours=24), _files_of_nobody),
    "codes": Rule(keeps(hours=24), _codes),
    "counts of the lock": Rule(keeps(hours=48), _counts),
    "known browsers": Rule(lambda limits: KNOWN_FOR, _known_browsers),
    "unlock cards": Rule(keeps(hours=24), _cards),
    "visits": Rule(keeps(days=90), _visits),
    "patients' sessions": Rule(keeps(days=30), _patient_sessions),
    "staff sessions": Rule(keeps(days=30), _staff_sessions),
    "bait links replaced": Rule(keeps(days=730), _old_baits),  # so long an old backup rings
    "unsent answers": Rule(keeps(), _kept_answers),
}


def let_go(unit: Unit, rules: Mapping[str, Rule] = RULES) -> dict[str, int]:
    """Let go of what has been kept long enough; how many of each kind, also told in the trail."""
    limits = unit.settings.limits
    gone = {name: count for name, rule in rules.items() if (count := rule.let_go(unit, unit.now - rule.keeps(limits)))}
    if gone:
        append(unit, "kept long enough", gone=gone)
    return gone


def _close_links(unit: Unit, over: object, why: str) -> int:
    """Erase the documents behind these links, and forget the way in: address and number.

    The link's row stays, for staff see that there was a link and what became of it; the words are the record.
    """
    found = unit.db.execute(
        select(LinkRow.id, LinkRow.message_id)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.erased_at.is_(None), over)  # type: ignore[arg-type]
        .limit(BATCH)
    ).all()
    for link in found:
        erase_files(unit, link.message_id, why)
        unit.db.execute(
            update(LinkRow)
            .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link.id)
            .values(erased_at=unit.now, token_hash=hash_of(make_token()), phone=b"", phone_mac=b"", phone_ending="")
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
