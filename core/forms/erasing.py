"""The end of the practice's record: by its age, or earlier because a person decided so (S103, S112).

A form's answers stand in the thread and, as FHIR, beside it; both go together.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from core.audit.certificate import certify
from core.audit.trail import append
from core.errors import Invalid, LatchkeyError
from core.forms.answers import POSTED_LATE
from core.forms.tables import FormAnswers, FormCorrection
from core.limits import Limits
from core.messages import find as messages
from core.messages.erase import erase_message, erase_month
from core.messages.post import changed
from core.messages.reasons import reason_of
from core.messages.tables import ConversationRow, MessageRow
from core.messages.words import ConversationKind
from core.practice.rights import require
from core.practice.words import Right
from core.release import retention
from core.release.link import drop
from core.release.retention import Rule, keeps
from core.release.tables import LinkRow
from core.seal.envelope import key_of
from core.store.unit import Unit

MONTHS = 20  # of conversations, for one practice, in one run
LONGEST_REASON = 200


class SharesItsKey(LatchkeyError):
    """Only a Direct Message or a form's answers can be erased alone: others are sealed under the key of the rest."""


def erase_early(unit: Unit, message_id: UUID, reason: str) -> None:
    """Erase one entry of the record before its time: a person's act, with a reason and a certificate.

    Its link ends with it. Raises Forbidden, NotFound, Invalid("reason", "empty"), SharesItsKey.
    """
    require(unit, Right.ERASE_RECORDS)
    message = messages.message(unit, message_id)
    if not (why := reason_of(reason, LONGEST_REASON)):
        raise Invalid("reason", "empty")
    if not _erase_entry(unit, message_id, "asked for", alone=_is_correction(unit, message_id)):
        raise SharesItsKey
    append(unit, "record erased early", message_id, reason=why)
    changed(unit, message)


def finish_entry(unit: Unit, message_id: UUID) -> None:
    """Erase the rest of an entry whose own key is gone although nothing says so: certificate, files, answers, link."""
    _erase_entry(unit, message_id, "finished", alone=True)
    append(unit, "erasure finished", message_id)
    changed(unit, messages.message(unit, message_id))


def finish_response(unit: Unit, link_id: UUID, key_id: UUID) -> None:
    """The same of answers whose key is gone."""
    mine = (FormAnswers.practice_id == unit.practice_id, FormAnswers.link_id == link_id)
    rows = unit.db.execute(select(FormAnswers.message_id, FormAnswers.response).where(*mine)).all()
    for row in rows:
        if row.message_id and row.response and key_of(row.response) == key_id:
            _erase_response(unit, row.message_id, "finished")


def _erase_entry(unit: Unit, message_id: UUID, why: str, *, alone: bool) -> bool:
    """Link, words, files and answers; whether there was a key to remove.

    The link first: whoever sends it again at this moment waits for it, and then finds nothing to send.
    """
    drop(unit, message_id)
    if not erase_message(unit, message_id, why, alone=alone):
        return False
    _erase_response(unit, message_id, why)
    return True


def let_go(unit: Unit) -> dict[str, int]:
    """Let go of everything that has been kept long enough, of the portal's side and of the record."""
    return retention.let_go(unit, RULES)


def _records(unit: Unit, before: datetime) -> int:
    """Months of conversations with patients that are over so long; how many months."""
    ended = before.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    due = unit.db.execute(
        select(ConversationRow.id, ConversationRow.erased_up_to)
        .join(
            MessageRow,
            (MessageRow.practice_id == ConversationRow.practice_id)
            & (MessageRow.conversation_id == ConversationRow.id)
            & (MessageRow.seq == ConversationRow.erased_up_to + 1),
        )
        .where(
            ConversationRow.practice_id == unit.practice_id,
            ConversationRow.kind == ConversationKind.PATIENT,
            MessageRow.created_at < ended,
        )
        .limit(MONTHS)
    ).all()
    for conversation in due:
        erase_month(unit, conversation.id, conversation.erased_up_to, "kept long enough")
    return len(due)


def _responses(unit: Unit, before: datetime) -> int:
    """Answers as FHIR, as old as the records beside them."""
    old = unit.db.scalars(
        select(FormAnswers.message_id).where(
            FormAnswers.practice_id == unit.practice_id,
            FormAnswers.submitted_at < before,
            FormAnswers.response.is_not(None),
        )
    ).all()
    return sum(_erase_response(unit, message_id, "kept long enough") for message_id in old if message_id)


def _erase_response(unit: Unit, message_id: UUID, why: str) -> int:
    """The answers that a message announces, and every correction of them: they have one key."""
    mine = (FormAnswers.practice_id == unit.practice_id, FormAnswers.message_id == message_id)
    row = unit.db.execute(
        select(FormAnswers.link_id, FormAnswers.place, FormAnswers.response).where(*mine)
    ).one_or_none()
    if row is None or row.response is None:
        return 0
    theirs = (
        FormCorrection.practice_id == unit.practice_id,
        FormCorrection.link_id == row.link_id,
        FormCorrection.place == row.place,
    )
    right = unit.db.execute(select(FormCorrection.response, FormCorrection.message_id).where(*theirs)).all()
    unit.seals.shred(key_of(row.response))
    certify(
        unit, "form_answers", row.link_id, key_of(row.response), [row.response, *(one.response for one in right)], why
    )
    for one in right:
        erase_message(unit, one.message_id, why, alone=True)
    unit.db.execute(delete(FormCorrection).where(*theirs))
    unit.db.execute(update(FormAnswers).where(*mine).values(response=None))
    return 1


def _is_correction(unit: Unit, message_id: UUID) -> bool:
    mine = (FormCorrection.practice_id == unit.practice_id, FormCorrection.message_id == message_id)
    return unit.db.scalar(select(FormCorrection.message_id).where(*mine)) is not None


def _drafts(unit: Unit, before: datetime) -> int:
    """Forms begun and never sent, once their link is over and no late page can come any more (S91, F46)."""
    over = select(LinkRow.id).where(LinkRow.practice_id == unit.practice_id, LinkRow.expires_at < before)
    mine = (FormAnswers.practice_id == unit.practice_id, FormAnswers.link_id.in_(over), FormAnswers.draft.is_not(None))
    drafts = unit.db.scalars(select(FormAnswers.draft).where(*mine).with_for_update()).all()
    for draft in drafts:
        if draft:
            unit.seals.shred(key_of(draft))
    unit.db.execute(update(FormAnswers).where(*mine).values(draft=None))
    return len(drafts)


def _record_time(limits: Limits) -> timedelta:
    return timedelta(days=round(limits.record_years * 365.25))


RULES: Mapping[str, Rule] = {
    **retention.RULES,
    "forms never sent": Rule(keeps(minutes=POSTED_LATE.seconds // 60), _drafts),
    "months of the record": Rule(_record_time, _records),
    "answers as FHIR": Rule(_record_time, _responses),
}
