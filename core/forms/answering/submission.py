"""Sending a form, from its draft and once: response, score, thread and notices in one transaction (F41, F42, F61)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import update

from core.audit.trail import append
from core.errors import Invalid, LatchkeyError
from core.forms import kinds
from core.forms.answering.calling import callees
from core.forms.answering.signing import LONGEST_NAME, extension, wanted
from core.forms.answering.uploads import ids_of
from core.forms.answers import POSTED_LATE, TRIES, AlreadySent, Filling, StalePage, answers_row, cell_of, posting
from core.forms.asking.places import plan
from core.forms.builder.emitting import sent
from core.forms.own import Number
from core.forms.response import Given, dumps, items, response
from core.forms.scores import Score, attempt
from core.forms.tables import FormAnswers
from core.forms.words import Questionnaire
from core.messages.notify import notify
from core.messages.post import post
from core.messages.whom import who_asked
from core.messages.words import Direction, Kind, Message, Writing
from core.release.find import open_link
from core.release.link import mark_answered, tell_change
from core.release.steps import step
from core.store.unit import Unit, Who
from core.store.writer import Store

log = structlog.get_logger(__name__)


class NotComplete(LatchkeyError):
    """Something is missing; `page` is the number of the page that asks for it."""

    def __init__(self, page: int) -> None:
        super().__init__(page)
        self.page = page


def send(store: Store, who: Who, link_id: UUID, signed: str = "", language: str = "") -> Message:
    """Send the form behind a link; `signed` is the name by which it is signed, where it has to be (F71).

    `language`: the one it was read in where none was chosen for it (F82).
    Raises AlreadySent, NotComplete, Invalid("signature", "missing"), and what `filling` raises.
    """
    for _ in range(TRIES):
        now = store.look(who, posting, link_id).read_in(language)
        _refuse_what_is_missing(now)
        message = store.run(who, submit, link_id, now, signed)
        if message is not None:
            return message
    raise StalePage(1)


def submit(unit: Unit, link_id: UUID, now: Filling, signed: str = "") -> Message | None:
    """Send what `now` holds; None when the draft was changed since it was read.

    Raises AlreadySent, NotComplete, Invalid("signature", "missing"), and what `open_link` raises.
    """
    link = open_link(unit, link_id, lock=True, grace=POSTED_LATE)
    row = answers_row(unit, link_id)
    if row.submitted_at or row.place != now.place:
        raise AlreadySent(row.submitted_at or unit.now)
    _refuse_what_is_missing(now)
    if row.draft != now.sealed or row.version != now.number:
        return None
    if wanted(now.form) and not signed.strip():
        raise Invalid("signature", "missing")
    urgent = now.urgent
    writing = Writing(
        Kind.DIRECT,
        Direction.INBOUND,
        f"{(now.form.own or now.form).title} answered",
        reply_to=link.message_id,
        own_key=True,
        attachments=ids_of(now.state.answers),
        form=_said(now, urgent),
    )
    message = post(unit, link.conversation_id, writing)
    _close(unit, link_id, now.place, dumps(_response(unit, link_id, link.patient_id, now, signed)), message.id)
    asked = {link.sent_by} if link.sent_by else who_asked(unit, link.conversation_id)
    called = callees(unit, now.habits.group) if urgent else set()
    notify(unit, asked | called, message, "urgent" if urgent else "form")
    if now.place == now.of - 1:
        mark_answered(unit, link_id)
    step(unit, link_id, "answered")
    _put_down(unit, message.id, now)
    tell_change(unit, link_id)
    return message


def _put_down(unit: Unit, message_id: UUID, now: Filling) -> None:
    """What the trail keeps of it, and what our log is told of calculations that came to nothing."""
    for place in sorted(now.state.late):
        log.warning("a calculation gave nothing", form=str(now.form_id), version=now.number, place=place[:80])
    append(unit, "form answered", message_id, urgent=now.urgent)
    if now.urgent:
        append(unit, "red flag", message_id, rules=list(now.flags), finished=True)


def _refuse_what_is_missing(now: Filling) -> None:
    if now.submitted_at:
        raise AlreadySent(now.submitted_at)
    if not now.complete:
        first = next(iter(now.missing), None)
        raise NotComplete(now.number_of(first.asked.name) if first else max(1, len(now.state.pages)))


def _said(now: Filling, urgent: bool) -> dict[str, Any]:
    """What the thread shows of it, in the form's own language: staff read what they sent."""
    own = now.form.own or now.form
    items = plan(own).items
    asked = [one.asked for page in now.state.pages if not page.lists for one in page.questions]
    answers = [(items[one.item.link_id].text, kinds.shown(items[one.item.link_id], one.values)) for one in asked]
    return told(own, attempt(own, now.state.answers), answers, urgent=urgent)


def told(
    form: Questionnaire, counted: Score | None, answers: Iterable[tuple[str, str]], *, urgent: bool
) -> dict[str, Any]:
    """What a thread shows of answers: each question with what was said, and the score."""
    return {
        "title": form.title,
        "score": _number(counted.total) if counted else None,
        "highest": _number(counted.highest) if counted else None,
        "band": counted.band if counted else "",
        "counted": [counted.answered, len(counted.working)] if counted else None,
        "urgent": urgent,
        "answers": [{"question": question, "answer": answer} for question, answer in answers],
    }


def _number(found: Number | None) -> int | float | None:
    return float(found) if isinstance(found, Decimal) else found


def _response(unit: Unit, link_id: UUID, patient_id: UUID, now: Filling, signed: str) -> dict[str, Any]:
    """The answers as FHIR: bound to the release and to the frozen version (F67)."""
    version = f"{now.form.url or f'urn:uuid:{now.form_id}'}|{now.form.version or now.number}"
    answers = sent(now.form, now.state.answers)
    name = " ".join(signed.split())[:LONGEST_NAME] if wanted(now.form) else ""
    given = Given(
        id=str(unit.new_id()),
        identifier=f"urn:uuid:{link_id}",
        questionnaire=version,
        patient=str(patient_id),
        signature=extension(now.form, items(now.form.items, answers), name, str(patient_id), unit.now)
        if name
        else None,
        language=now.form.reads,
    )
    return response(now.form, answers, unit.now, given)


def _close(unit: Unit, link_id: UUID, place: int, plain: bytes, message_id: UUID) -> None:
    """The first submission wins, by one conditional statement; the draft goes with it (S88, S91)."""
    cell = cell_of(link_id, "response", place)
    closed = unit.db.execute(
        update(FormAnswers)
        .where(
            FormAnswers.practice_id == unit.practice_id,
            FormAnswers.link_id == link_id,
            FormAnswers.place == place,
            FormAnswers.submitted_at.is_(None),
        )
        .values(
            response=unit.seals.seal(plain, cell),
            draft=None,
            submitted_at=unit.now,
            message_id=message_id,
        )
    )
    if closed.rowcount == 0:
        raise AlreadySent(unit.now)
