"""Answering a form behind a link: pages saved as a sealed draft, checked, submitted once (F33-F42, S87, S88)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from core.audit.trail import append
from core.errors import Invalid, LatchkeyError, NotFound
from core.forms import find as forms
from core.forms import judging, kinds
from core.forms.drafts import Draft, packed, unpacked
from core.forms.engine import evaluate
from core.forms.prefill import offered
from core.forms.response import Given, dumps, response
from core.forms.route import at, first_open, put
from core.forms.scores import score
from core.forms.tables import FormAnswers
from core.forms.words import Answers, Asked, Entry, Page, Questionnaire, State, Value
from core.messages.notify import notify, who_asked
from core.messages.post import post
from core.messages.words import Direction, Kind, Message, Writing
from core.patients import find as people
from core.patients.words import Patient
from core.practice import find as practice
from core.release.find import open_link
from core.release.link import tell_change
from core.release.steps import step
from core.release.tables import LinkRow
from core.store.sealing import Place
from core.store.unit import Unit


class AlreadySent(LatchkeyError):
    """The form was sent before; `at` is when."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class NotComplete(LatchkeyError):
    """Something is missing; `page` is the number of the page that asks for it."""

    def __init__(self, page: int) -> None:
        super().__init__(page)
        self.page = page


class StalePage(LatchkeyError):
    """The page is not where it was; `page` is where to go on."""

    def __init__(self, page: int) -> None:
        super().__init__(page)
        self.page = page


@dataclass(frozen=True, slots=True)
class Filling:
    """A form being filled: the engine's state, the answers, and what was typed but cannot be taken."""

    title: str
    copyright: str
    form: Questionnaire
    state: State
    answers: Answers
    typed: Mapping[str, list[str]]
    wrong: Mapping[str, str]
    until: datetime
    saved_at: datetime | None
    submitted_at: datetime | None
    key: str
    form_id: UUID
    number: int
    patient: Patient | None
    now: datetime

    def page(self, number: int) -> Page:
        """A page by its number, from 1. Raises StalePage."""
        if not 1 <= number <= len(self.state.pages):
            raise StalePage(min(self.next_page, len(self.state.pages)))
        return self.state.pages[number - 1]

    @property
    def next_page(self) -> int:
        """The first page that still needs something; one past the last when all is there."""
        return first_open(self.state)

    def offered(self, asked: Asked) -> tuple[Value, ...]:
        """What a page offers where nothing was answered yet (F23, F56)."""
        return offered(self.form, asked, self.patient, self.now)

    def values(self, asked: Asked) -> tuple[Value, ...]:
        """What was answered at a place, whether it counts or not."""
        return tuple(entry.value for entry in at(self.answers, asked.place) if entry.value is not None)


def has_form(unit: Unit, link_id: UUID) -> bool:
    """Whether a link carries a form."""
    mine = (FormAnswers.practice_id == unit.practice_id, FormAnswers.link_id == link_id)
    return unit.db.scalar(select(FormAnswers.version).where(*mine)) is not None


def filling(unit: Unit, link_id: UUID) -> Filling:
    """The form behind a link as far as it is filled. Raises NotFound, LinkGone, LinkExpired, LinkFrozen."""
    link = open_link(unit, link_id)
    row = _row(unit, link_id)
    key, form = forms.version(unit, row.form_id, row.version)
    draft = _draft(unit, link_id, row.draft)
    return Filling(
        title=form.title,
        copyright=form.copyright,
        form=form,
        state=evaluate(form, draft.answers, now=unit.now),
        answers=draft.answers,
        typed=draft.typed,
        wrong=draft.wrong,
        until=link.expires_at,
        saved_at=row.saved_at,
        submitted_at=row.submitted_at,
        key=key,
        form_id=row.form_id,
        number=row.version,
        patient=people.patient(unit, link.patient_id) if form.looks_at_the_record else None,
        now=unit.now,
    )


def save_page(
    unit: Unit, link_id: UUID, number: int, name: str, posted: Mapping[str, list[str]], *, demand: bool
) -> str:
    """Save one page; why its answer cannot be taken (it is kept as typed), empty when all is well.

    `demand` is false for *Back* and *Save and come back later*, which insist on nothing. Raises AlreadySent, StalePage,
    Invalid (a field that the page did not offer), and what `filling` raises.
    """
    now = filling(unit, link_id)
    if now.submitted_at:
        raise AlreadySent(now.submitted_at)
    asked = now.page(number).asked
    if asked.name != name:
        raise StalePage(min(now.next_page, len(now.state.pages)))
    _refuse_others(name, posted)
    values, why = _taken(asked, posted, ZoneInfo(practice.card(unit).time_zone))
    if not why:
        why = _wrong(asked, values, demand=demand)
    place = str(asked.place)
    typed = {k: v for k, v in now.typed.items() if k.split("-")[0] != name}
    mistakes = {k: v for k, v in now.wrong.items() if k != place}
    kept = now.answers
    if why:
        typed |= {k: list(v) for k, v in posted.items()}
        mistakes[place] = why
        kept = put(kept, asked.place, ())
    else:
        kept = put(kept, asked.place, _entries(values, at(kept, asked.place)))
    _keep(unit, link_id, Draft(kept, typed, mistakes))
    return why


def _entries(values: tuple[Value, ...], before: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """New answers; one that was given before keeps what stands under it (forms.md section 0, point 4)."""
    known = {repr(one.value): one for one in before}
    return tuple(known.get(repr(value), Entry(value)) for value in values)


def _wrong(asked: Asked, values: tuple[Value, ...], *, demand: bool) -> str:
    """Why values cannot be sent; nothing is demanded of who only leaves (F34)."""
    if not demand:
        return ""
    if not values:
        return "required" if asked.item.required else ""
    return next((why for value in values if (why := judging.broken(asked, value))), "")


def submit(unit: Unit, link_id: UUID) -> Message:
    """Send the form: the response sealed, the score, the thread and the notice in one transaction (F41).

    Raises AlreadySent, NotComplete, and what `filling` raises.
    """
    link = open_link(unit, link_id, lock=True)
    now = filling(unit, link_id)
    if now.submitted_at:
        raise AlreadySent(now.submitted_at)
    if not now.state.complete or now.wrong:
        raise NotComplete(min(now.next_page, len(now.state.pages)))
    counted = score(now.key, now.form, now.state.answers)
    urgent = bool(counted and counted.urgent)
    said: dict[str, Any] = {
        "title": now.title,
        "score": counted.total if counted else None,
        "highest": counted.highest if counted else None,
        "band": counted.band if counted else "",
        "urgent": urgent,
        "answers": [
            {"question": p.question.text, "answer": kinds.shown(p.question, p.asked.values)} for p in now.state.pages
        ],
    }
    writing = Writing(
        Kind.DIRECT, Direction.INBOUND, f"{now.title} answered", reply_to=link.message_id, own_key=True, form=said
    )
    message = post(unit, link.conversation_id, writing)
    _close(unit, link_id, dumps(_response(unit, link_id, link.patient_id, now)), message.id)
    asked = {link.sent_by} if link.sent_by else who_asked(unit, link.conversation_id)
    notify(unit, asked | (_lookers(unit) if urgent else set()), message, "urgent" if urgent else "form")
    unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link_id)
        .values(answered_at=unit.now)
    )
    step(unit, link_id, "answered")
    append(unit, "form answered", message.id, urgent=urgent)
    tell_change(unit, link_id)
    return message


def _lookers(unit: Unit) -> set[UUID]:
    """Who hears about what needs a look now: the group `admin`."""
    return {staff_id for group in practice.groups(unit) if group.name == "admin" for staff_id in group.members}


def _response(unit: Unit, link_id: UUID, patient_id: UUID, now: Filling) -> dict[str, Any]:
    """The answers as FHIR: bound to the release and to the frozen version (F67)."""
    version = (
        f"{now.form.url}|{now.form.version or now.number}" if now.form.url else f"urn:uuid:{now.form_id}|{now.number}"
    )
    given = Given(
        id=str(unit.new_id()),
        identifier=f"urn:uuid:{link_id}",
        questionnaire=version,
        patient=str(patient_id),
    )
    return response(now.form, now.state.answers, unit.now, given)


def _taken(asked: Asked, posted: Mapping[str, list[str]], zone: ZoneInfo) -> tuple[tuple[Value, ...], str]:
    try:
        return kinds.answer(asked, posted, zone), ""
    except kinds.Mistyped as mistyped:
        return (), mistyped.why


def _refuse_others(name: str, posted: Mapping[str, list[str]]) -> None:
    """A field that the page did not offer refuses the post as a whole (S87)."""
    offered = {name, *(f"{name}-{part}" for part in ("day", "month", "year", "time", "unit", "other"))}
    if set(posted) - offered:
        raise Invalid("form", "field")


def _row(unit: Unit, link_id: UUID) -> Any:
    row = unit.db.execute(
        select(
            FormAnswers.form_id,
            FormAnswers.version,
            FormAnswers.draft,
            FormAnswers.saved_at,
            FormAnswers.submitted_at,
        ).where(FormAnswers.practice_id == unit.practice_id, FormAnswers.link_id == link_id)
    ).one_or_none()
    if row is None:
        raise NotFound("form")
    return row


def _draft(unit: Unit, link_id: UUID, sealed: bytes | None) -> Draft:
    return unpacked(unit.seals.open(sealed, Place("form_answers", link_id, "draft"))) if sealed else Draft()


def _keep(unit: Unit, link_id: UUID, draft: Draft) -> None:
    sealed = unit.seals.seal(packed(draft), Place("form_answers", link_id, "draft"), scope=f"form draft:{link_id}")
    unit.db.execute(
        update(FormAnswers)
        .where(
            FormAnswers.practice_id == unit.practice_id,
            FormAnswers.link_id == link_id,
            FormAnswers.submitted_at.is_(None),
        )
        .values(draft=sealed, saved_at=unit.now)
    )


def _close(unit: Unit, link_id: UUID, plain: bytes, message_id: UUID) -> None:
    """The first submission wins, by one conditional statement; the draft goes with it (S88, S91)."""
    closed = unit.db.execute(
        update(FormAnswers)
        .where(
            FormAnswers.practice_id == unit.practice_id,
            FormAnswers.link_id == link_id,
            FormAnswers.submitted_at.is_(None),
        )
        .values(
            response=unit.seals.seal(plain, Place("form_answers", link_id, "response")),
            draft=None,
            submitted_at=unit.now,
            message_id=message_id,
        )
    )
    if closed.rowcount == 0:
        raise AlreadySent(unit.now)
