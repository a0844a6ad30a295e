"""Behind the lock: reading the message, taking its files, answering, locking again (U78, U79, S33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select

from core.audit.trail import append
from core.errors import Invalid, TooMany
from core.messages import find as messages
from core.messages.files import keep, read_file
from core.messages.inspect import Checked
from core.messages.notify import notify
from core.messages.post import post
from core.messages.tables import MessageRow
from core.messages.words import Attachment, Direction, Kind, Message, Writing
from core.patients import find as patients
from core.practice import find as practice
from core.practice.words import PracticeCard, StaffCard
from core.release import sessions
from core.release.find import NOT_ME, live_link, open_link
from core.release.freezing import freeze, whom
from core.release.link import mark_answered, tell_change
from core.release.steps import openings, step
from core.release.tables import KeptAnswer
from core.store.counting import upsert
from core.store.prepared import Prepared
from core.store.sealing import Place
from core.store.unit import Unit

CALL_ME = "Please call me back."
ONLY_FILES = "Sent a file."
_KEPT = Prepared(
    select(KeptAnswer.text).where(
        KeptAnswer.practice_id == bindparam("practice"), KeptAnswer.link_id == bindparam("link")
    )
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the patient sees: the message, who wrote it, until when, every opening of the link, their own answers; and
    the language they asked for, if any."""

    practice: PracticeCard
    message: Message
    sender: StaffCard | None
    until: datetime
    openings: tuple[tuple[datetime, str], ...]
    answers: tuple[Message, ...]
    kept: str
    language: str
    by_card: bool  # no text can reach them: they opened it with a card, which is used up


def reading(unit: Unit, link_id: UUID) -> Reading:
    """The message behind a link. Raises LinkGone, LinkFrozen, LinkExpired."""
    link = open_link(unit, link_id)
    message = messages.message(unit, link.message_id)
    return Reading(
        practice=practice.card(unit),
        message=message,
        sender=practice.whoever(unit, message.author.id) if message.author else None,
        until=link.expires_at,
        openings=tuple((row.at, row.facts.get("device", "")) for row in openings(unit, link_id)),
        answers=tuple(messages.answers_to(unit, message)),
        kept=_kept(unit, link_id, link.patient_id),
        language=patients.patient(unit, link.patient_id).language,
        by_card=not link.phone_ending,
    )


def fetch(unit: Unit, link_id: UUID, file_id: UUID) -> tuple[Attachment, bytes]:
    """A file of the message behind this very link. Raises NotFound for any other, LinkGone, LinkFrozen, LinkExpired."""
    link = open_link(unit, link_id)
    found = read_file(unit, file_id, message_id=link.message_id)
    step(unit, link_id, "file_fetched")
    append(unit, "file fetched", file_id)
    tell_change(unit, link_id)
    return found


def answer(
    unit: Unit,
    link_id: UUID,
    text: str,
    files: Sequence[Checked] = (),
    *,
    call_me: bool = False,
    by_proxy: bool = False,
) -> Message:
    """The patient's answer and checked files: in their conversation at once, its sender notified.

    Never refused for being late or not the first while the link lives; `by_proxy` when somebody writes for the patient.

    Raises Invalid("text", …), TooMany, FileRefused("full"), LinkGone, LinkFrozen, LinkExpired.
    """
    link = open_link(unit, link_id, lock=True)
    words = _words(text.strip(), call_me, bool(files), unit.settings.limits.longest_answer)
    _check_pace(unit, link.conversation_id)
    writing = Writing(
        Kind.DIRECT,
        Direction.INBOUND,
        words,
        attachments=tuple(keep(unit, one, uploaded_by=None, patient_id=link.patient_id).id for one in files),
        reply_to=link.message_id,
        own_key=True,
        by_proxy=by_proxy,
    )
    message = post(unit, link.conversation_id, writing)
    notify(unit, whom(unit, link.sent_by, link.conversation_id), message, "answer")
    mark_answered(unit, link_id)
    unit.db.execute(delete(KeptAnswer).where(KeptAnswer.practice_id == unit.practice_id, KeptAnswer.link_id == link_id))
    step(unit, link_id, "answered", by_proxy=by_proxy, call=call_me)
    append(unit, "direct message answered", message.id, files=len(files), by_proxy=by_proxy)
    tell_change(unit, link_id)
    return message


def _words(typed: str, call_me: bool, files: bool, longest: int) -> str:
    """What the answer says; that somebody wants to be called, or only files, are words, too. Raises Invalid."""
    if not typed and not call_me and not files:
        raise Invalid("text", "empty")
    if len(typed) > longest:
        raise Invalid("text", "too_long", over=len(typed) - longest)
    if call_me:
        return f"{typed}\n\n{CALL_ME}" if typed else CALL_ME
    return typed or ONLY_FILES


def keep_words(unit: Unit, link_id: UUID, text: str) -> None:
    """Keep what was typed when the session had ended by time; sealed with the link, put back after a new code (S91)."""
    link = open_link(unit, link_id)
    row = {
        "practice_id": unit.practice_id,
        "link_id": link_id,
        "text": unit.seals.seal(
            text[: unit.settings.limits.longest_answer].encode(), _kept_place(link_id, link.patient_id)
        ),
        "at": unit.now,
    }
    kept = upsert(unit.db, KeptAnswer).values(row)
    unit.db.execute(
        kept.on_conflict_do_update(
            index_elements=["practice_id", "link_id"], set_={"text": row["text"], "at": row["at"]}
        )
    )


def lock(unit: Unit, session_id: UUID, link_id: UUID) -> None:
    """Lock the message again in this browser."""
    sessions.end(unit, session_id)
    step(unit, link_id, "locked")
    tell_change(unit, link_id)


def not_me(unit: Unit, link_id: UUID, followed: datetime | None = None) -> None:
    """Somebody says this was not for them: the link closes and its sender is told. Raises LinkGone, LinkFrozen."""
    link = live_link(unit, link_id, followed=followed)
    freeze(unit, link, NOT_ME)


def _check_pace(unit: Unit, conversation_id: UUID) -> None:
    lately = unit.db.scalar(
        select(func.count())
        .select_from(MessageRow)
        .where(
            MessageRow.practice_id == unit.practice_id,
            MessageRow.conversation_id == conversation_id,
            MessageRow.direction == Direction.INBOUND,
            MessageRow.created_at > unit.now - timedelta(hours=1),
        )
    )
    if (lately or 0) >= unit.settings.limits.answers_an_hour:
        raise TooMany("answers", unit.settings.limits.answers_an_hour, 3600)


def _kept(unit: Unit, link_id: UUID, patient_id: UUID) -> str:
    found = _KEPT.value(unit.db, {"practice": unit.practice_id, "link": link_id})
    return unit.seals.open(found, _kept_place(link_id, patient_id)).decode() if found else ""


def _kept_place(link_id: UUID, patient_id: UUID) -> Place:
    return Place("kept_answer", link_id, "text", patient_id)
