"""When a Direct Message is not opened: a reminder to the patient, a request to a colleague to ring them, and in the end
a notice to both that its time is over (T7, T8). The practice chooses after how many days, or never.

Of a link only a hash is kept, so a reminder carries a new one; its counters and its end stay. Chores of the worker.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, update

from core.audit.trail import append
from core.delivery import outbox
from core.delivery.words import Channel, Parcel, Purpose
from core.delivery.writing.patient_letters import ended_email, form_reminder_email, reminder_email
from core.language import language_for
from core.messages.notify import notify
from core.messages.post import post
from core.messages.tasks import ask_by_itself
from core.messages.words import Direction, Kind, Writing
from core.patients import find as patients
from core.patients.phone import masked_email
from core.patients.words import Patient
from core.practice import find as practice
from core.practice.portal_look import CALL_DAYS, REMIND_DAYS
from core.practice.sessions import hash_of
from core.practice.tables import PracticeRow
from core.practice.words import Role
from core.release import beside
from core.release.freezing import whom
from core.release.link import make_token, tell_change
from core.release.steps import step
from core.release.tables import LinkRow
from core.store.types import AnyRow, AnySelect, MomentType
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

NOT_JUST_BEFORE = timedelta(hours=12)  # the end: a reminder needs time to be read
LATELY = timedelta(days=1)  # links that ended longer ago are nobody's news
BATCH = 50
# Asked once more by whoever acts: since it was found a link may have been taken back, closed, erased or ended on paper.
STILL = tuple(one.is_(None) for one in (LinkRow.on_paper_at, LinkRow.revoked_at, LinkRow.frozen_at, LinkRow.erased_at))
PLEASE_CALL = "This Direct Message has not been opened yet. Please call the patient, or send it again."
NOT_OPENED = "A Direct Message was not opened in time. The patient got an email about it. Call them, or send it again."


def remind(store: Store) -> int:
    """Remind patients of what they have not opened; how many."""
    return _each(store, _unopened, remind_of)


def ask_to_call(store: Store) -> int:
    """Ask a colleague to ring patients who opened nothing even after the reminder; how many."""
    return _each(store, _still_unopened, _ask_to_call)


def tell_ended(store: Store) -> int:
    """Tell patient and sender that a message nobody opened has ended; how many."""
    return _each(store, _just_ended, _tell_ended)


def remind_of(unit: Unit, link_id: UUID, *, form: bool = False) -> bool:
    """Mail a reminder with a fresh link, once a link; whether there was one to send.

    What was opened needs none, but for a `form` that was not sent back yet.
    """
    token, row = make_token(), LinkRow
    open_still = row.answered_at.is_(None) if form else row.unlocked_at.is_(None)
    taken = unit.db.execute(
        update(row)
        .where(
            row.practice_id == unit.practice_id,
            row.id == link_id,
            row.reminded_at.is_(None),
            row.expires_at > unit.now,
            *STILL,
            open_still,
        )
        .values(reminded_at=unit.now, token_hash=hash_of(token))
        .returning(
            row.id, row.message_id, row.conversation_id, row.patient_id, row.created_at, row.expires_at, row.sensitive
        )
    ).one_or_none()
    if taken is None:
        return False
    card = practice.card(unit)
    patient = patients.patient(unit, taken.patient_id)
    url, language = f"{unit.settings.portal_url}/l/{token}", language_for(patient.language, card.country)
    write = form_reminder_email if form else reminder_email
    letter = write(patient.email, card, language, taken.created_at, taken.expires_at, url)
    _mail(unit, taken, patient, letter, until=taken.expires_at)
    step(unit, link_id, "reminded")
    beside.remind(unit, taken, patient)
    append(unit, "patient reminded", taken.message_id)
    tell_change(unit, link_id)
    return True


def _ask_to_call(unit: Unit, link_id: UUID) -> bool:
    row = LinkRow
    here = (row.practice_id == unit.practice_id, row.id == link_id)
    link = unit.db.execute(
        select(row.message_id, row.conversation_id, row.sent_by)
        .where(*here, row.call_message_id.is_(None), row.unlocked_at.is_(None), *STILL)
        .with_for_update()
    ).one_or_none()
    if link is None:
        return False
    whose = _who_calls(unit, link.sent_by)
    if whose is None:
        return False
    to, asked_by = whose
    asked = ask_by_itself(unit, link.conversation_id, to, PLEASE_CALL, link.message_id, asked_by)
    unit.db.execute(update(row).where(*here).values(call_message_id=asked.id))
    step(unit, link_id, "call_asked")
    append(unit, "asked to call about unopened message", link.message_id, to=to)
    tell_change(unit, link_id)
    return True


def _who_calls(unit: Unit, sender: UUID | None) -> tuple[UUID, UUID] | None:
    """Of whom it is asked, and who else may end it: the sender; where they left, the group `admin`, else an admin."""
    working = practice.staff(unit)
    if sender in {member.id for member in working}:
        return sender, sender
    leads = next((one.id for role in (Role.ADMIN, Role.OWNER) for one in working if one.role is role), None)
    group = next((one.id for one in practice.groups(unit) if one.name == "admin" and one.members), None)
    return (group or leads, leads) if leads else None


def _tell_ended(unit: Unit, link_id: UUID) -> bool:
    row = LinkRow
    taken = unit.db.execute(
        update(row)
        .where(
            row.practice_id == unit.practice_id,
            row.id == link_id,
            row.ended_at.is_(None),
            row.unlocked_at.is_(None),
            row.expires_at <= unit.now,
            *STILL,
        )
        .values(ended_at=unit.now)
        .returning(row.id, row.message_id, row.conversation_id, row.patient_id, row.sent_by)
    ).one_or_none()
    if taken is None:
        return False
    patient, card = patients.patient(unit, taken.patient_id), practice.card(unit)
    _mail(unit, taken, patient, ended_email(patient.email, card, language_for(patient.language, card.country)))
    message = post(unit, taken.conversation_id, Writing(Kind.EVENT, Direction.INTERNAL, NOT_OPENED))
    notify(unit, whom(unit, taken.sent_by, taken.conversation_id), message, "not opened")
    tell_change(unit, link_id)
    return True


def _mail(unit: Unit, link: AnyRow, patient: Patient, parcel: Parcel, until: datetime | None = None) -> None:
    if patient.email:
        outbox.queue(
            unit,
            channel=Channel.EMAIL,
            purpose=Purpose.LINK,
            parcel=parcel,
            masked=masked_email(patient.email),
            message_id=link.message_id,
            conversation_id=link.conversation_id,
            until=until,
        )


def _each(store: Store, due: Callable[..., list[AnyRow]], act: Callable[[Unit, UUID], bool]) -> int:
    rows = store.door(due, store.clock())
    return sum(store.run(Who(row.practice_id, SYSTEM), act, row.id) for row in rows)


def _unopened(db: Connection, now: datetime) -> list[AnyRow]:
    return list(db.execute(_UNOPENED, {"soon": now + NOT_JUST_BEFORE, **ago(REMIND_DAYS, now)}))


def _still_unopened(db: Connection, now: datetime) -> list[AnyRow]:
    return list(db.execute(_STILL_UNOPENED, {"now": now, **ago(CALL_DAYS, now)}))


def _just_ended(db: Connection, now: datetime) -> list[AnyRow]:
    return list(db.execute(_JUST_ENDED, {"now": now, "lately": now - LATELY}))


def sent_for(days: Any, choices: Sequence[int]) -> ColumnElement[bool]:
    """Links that went out, last, at least so many days ago as their practice chose in the column `days`; none for 0.
    To be asked with `ago` of the same choices.
    """
    sent = func.coalesce(LinkRow.reissued_at, LinkRow.created_at)
    return or_(
        *(and_(days == count, sent <= bindparam(f"ago_{count}", type_=MomentType)) for count in choices if count)
    )


def ago(choices: Sequence[int], now: datetime) -> dict[str, datetime]:
    """When it was so many days ago, for each choice of days."""
    return {f"ago_{count}": now - timedelta(days=count) for count in choices if count}


def _waiting(*conditions: Any) -> AnySelect:
    row = LinkRow
    return (
        select(row.practice_id, row.id)
        .join(PracticeRow, PracticeRow.id == row.practice_id)
        .where(row.unlocked_at.is_(None), *STILL, row.bait.is_(False), *conditions)
        .limit(BATCH)
    )


# Made once: the worker asks every second, and making a statement costs several times what asking it does.
_UNOPENED = _waiting(
    LinkRow.reminded_at.is_(None),
    LinkRow.expires_at > bindparam("soon"),
    sent_for(PracticeRow.remind_days, REMIND_DAYS),
)
_STILL_UNOPENED = _waiting(
    LinkRow.call_message_id.is_(None),
    LinkRow.expires_at > bindparam("now"),
    sent_for(PracticeRow.call_days, CALL_DAYS),
)
_JUST_ENDED = _waiting(
    LinkRow.ended_at.is_(None), LinkRow.expires_at <= bindparam("now"), LinkRow.expires_at > bindparam("lately")
)
