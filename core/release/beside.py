"""Texts beside the e-mail with a link, where a practice wants them: that it is in the mailbox (T5), and that a form
does not come back (T6). Off until an admin turns them on.

One is planned in the transaction of its e-mail, its credits held, and looked at anew when its time has come: none goes
at night, about what was opened or is over by then, before its e-mail was handed over, to whom asked for no texts, or
about a sensitive message, because it shows on a locked phone. What does not go costs nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from core.calendar import at as said_at
from core.calendar import in_daytime
from core.delivery import credits, outbox
from core.delivery.find import handed_over_at
from core.delivery.segments import count
from core.delivery.suppression import bars
from core.delivery.words import Channel, Parcel, Purpose
from core.delivery.writing.patient_texts import form_reminder_text, heads_up_text
from core.language import language_for
from core.messages.tables import MessageEntry
from core.patients import find as patients
from core.patients.phone import is_mobile, masked_phone
from core.patients.record import may_text
from core.patients.words import Patient
from core.practice import find as practice
from core.practice.words import PracticeCard
from core.release import tally
from core.release.steps import step
from core.release.tables import LinkRow, TextBeside
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import SYSTEM, Unit, Who
from core.store.writer import Store

AFTER = timedelta(minutes=1)  # the e-mail is there first
LOOKED = timedelta(minutes=5)  # how often one waits for an e-mail that has not been handed over
NEWS = timedelta(days=1)  # after which it is none
ON_THE_WAY = timedelta(hours=2)  # what a network kept so long could arrive at night
BATCH = 50
BUDGET = "texts beside emails"
_DUE = select(TextBeside.practice_id, TextBeside.id).where(TextBeside.due_at <= bindparam("now")).limit(BATCH)


def heads_up(unit: Unit, patient: Patient, until: datetime, *, sensitive: bool) -> str:
    """What the text about a message that can be opened until then would say; empty where none goes."""
    card = practice.card(unit)
    if not card.texts_heads_up or sensitive or not _wants_texts(unit, patient, patient.mobile, Purpose.HEADS_UP):
        return ""
    return heads_up_text(card, language_for(patient.language, card.country), until)


def reminder(unit: Unit, patient: Patient, until: datetime, *, sensitive: bool) -> str:
    """What the text beside the reminder of a form would say; empty where none goes."""
    card = practice.card(unit)
    if not card.texts_reminder or sensitive or not _wants_texts(unit, patient, patient.mobile, Purpose.REMINDER):
        return ""
    return form_reminder_text(card, language_for(patient.language, card.country), until)


def announce(
    unit: Unit, link_id: UUID, message_id: UUID, patient: Patient, until: datetime, *, sensitive: bool, hold: int
) -> None:
    """Plan the text that says that a message is in the mailbox; `hold` is seconds before its e-mail may leave.

    Raises NoCredits.
    """
    if text := heads_up(unit, patient, until, sensitive=sensitive):
        _plan(unit, Purpose.HEADS_UP, link_id, message_id, text, unit.now + timedelta(seconds=hold) + AFTER)


def reminder_costs(unit: Unit, link_id: UUID) -> int:
    """Credits that the text beside a form's reminder would cost; 0 where none goes."""
    if not practice.card(unit).texts_reminder:
        return 0
    row = LinkRow
    link = unit.db.execute(
        select(row.patient_id, row.expires_at, row.sensitive).where(
            row.practice_id == unit.practice_id, row.id == link_id
        )
    ).one()
    patient = patients.patient(unit, link.patient_id)
    text = reminder(unit, patient, link.expires_at, sensitive=link.sensitive)
    return count(text).segments if text else 0


def remind(unit: Unit, link: AnyRow, patient: Patient) -> None:
    """Plan the text beside a form's reminder; without credits there is none, and the timeline says so."""
    text = reminder(unit, patient, link.expires_at, sensitive=link.sensitive) if _brings_form(unit, link) else ""
    if not text:
        return
    try:
        _plan(unit, Purpose.REMINDER, link.id, link.message_id, text, unit.now + AFTER)
    except credits.NoCredits:
        step(unit, link.id, "no_text")


def call_off(unit: Unit, link_id: UUID) -> None:
    """None goes about this link any more, and what was held for it comes back (ix_text_beside_link)."""
    mine = (TextBeside.practice_id == unit.practice_id, TextBeside.link_id == link_id)
    for waiting in unit.db.scalars(delete(TextBeside).where(*mine).returning(TextBeside.id)).all():
        credits.give_back(unit, waiting)


def text_due(store: Store) -> int:
    """A chore of the worker: send the texts whose time has come; how many went."""
    due = store.door(_due, store.clock())
    return sum(store.run(Who(row.practice_id, SYSTEM), send, row.id) for row in due)


def send(unit: Unit, text_id: UUID) -> bool:
    """Send a planned text if it is still wanted, or put it off, or let go of it; whether it went."""
    here = (TextBeside.practice_id == unit.practice_id, TextBeside.id == text_id)
    waiting = unit.db.execute(
        select(TextBeside.purpose, TextBeside.link_id, TextBeside.until)
        .where(*here, TextBeside.due_at <= unit.now)
        .with_for_update()
    ).one_or_none()
    if waiting is None:
        return False
    link, card = _open_link(unit, waiting), practice.card(unit)
    later = _not_yet(unit, link, waiting.purpose, card) if link else None
    if link and later and later < waiting.until:
        unit.db.execute(update(TextBeside).where(*here).values(due_at=later))
        return False
    unit.db.execute(delete(TextBeside).where(*here))
    went = bool(link and not later and _text(unit, text_id, link, waiting.purpose, card))
    if not went:
        credits.give_back(unit, text_id)
    return went


def _plan(unit: Unit, purpose: Purpose, link_id: UUID, message_id: UUID, text: str, at: datetime) -> None:
    zone = practice.card(unit).time_zone
    due, text_id = in_daytime(at, zone), unit.new_id()
    credits.hold(unit, count(text).segments, purpose.value, text_id, message_id)
    unit.db.execute(
        insert(TextBeside).values(
            practice_id=unit.practice_id, id=text_id, link_id=link_id, purpose=purpose, due_at=due, until=due + NEWS
        )
    )
    if due != at:
        step(unit, link_id, "text_waits", at=said_at(due, zone))


def _open_link(unit: Unit, waiting: AnyRow) -> AnyRow | None:
    """The link that a text is about; None once it is opened (sent back, of a form) or over."""
    row = LinkRow
    done = row.unlocked_at if waiting.purpose is Purpose.HEADS_UP else row.answered_at
    ended = (done, row.on_paper_at, row.revoked_at, row.frozen_at, row.erased_at)
    found: AnyRow | None = unit.db.execute(
        select(
            row.id, row.message_id, row.conversation_id, row.patient_id, row.phone, row.expires_at, row.sensitive
        ).where(
            row.practice_id == unit.practice_id,
            row.id == waiting.link_id,
            row.expires_at > unit.now,
            *(one.is_(None) for one in ended),
        )
    ).one_or_none()
    return found


def _not_yet(unit: Unit, link: AnyRow, purpose: Purpose, card: PracticeCard) -> datetime | None:
    """When to look again, where it is night or the e-mail was not handed over yet."""
    by_day = in_daytime(unit.now, card.time_zone)
    if by_day > unit.now:
        return by_day
    mailed = purpose is not Purpose.HEADS_UP or handed_over_at(unit, link.message_id, Purpose.LINK)
    return None if mailed else unit.now + LOOKED


def _text(unit: Unit, text_id: UUID, link: AnyRow, purpose: Purpose, card: PracticeCard) -> bool:
    """Queue it for the number that the link was sent with (S27); whether it may go."""
    patient = patients.patient(unit, link.patient_id)
    mobile = unit.seals.open(link.phone, Place("link", link.id, "phone", link.patient_id)).decode()
    if not _wants_texts(unit, patient, mobile, purpose) or not _within_budget(unit):
        return False
    write = heads_up_text if purpose is Purpose.HEADS_UP else form_reminder_text
    text = write(card, language_for(patient.language, card.country), link.expires_at)
    price, delivery_id = count(text).segments, unit.new_id()
    try:
        credits.hold(unit, price, purpose.value, delivery_id, link.message_id, instead_of=text_id)
    except credits.NoCredits:  # it became longer meanwhile
        step(unit, link.id, "no_text")
        return False
    outbox.queue(
        unit,
        channel=Channel.SMS,
        purpose=purpose,
        parcel=Parcel(to=mobile, text=text, sender=unit.settings.plivo_sender or "Latchkey"),
        masked=masked_phone(mobile),
        message_id=link.message_id,
        conversation_id=link.conversation_id,
        credits=price,
        until=min(unit.now + ON_THE_WAY, link.expires_at),
        delivery_id=delivery_id,
    )
    return True


def _wants_texts(unit: Unit, patient: Patient, mobile: str, purpose: Purpose) -> bool:
    if patient.no_texts_since or not is_mobile(mobile) or not may_text(unit, mobile):
        return False
    return not any(one.stops(purpose) for one in bars(unit, Channel.SMS, mobile))


def _within_budget(unit: Unit) -> bool:
    """As many a day as codes may go (S22), beside them, so that none of these keeps a code from going."""
    most = unit.settings.limits.practice_sends_a_day
    return tally.charge(unit, BUDGET, tally.digest(""), most, timedelta(days=1)) is not None


def _brings_form(unit: Unit, link: AnyRow) -> bool:
    """Whether a message is a form's (uq_message_entry_message)."""
    row = MessageEntry
    mine = (row.practice_id == unit.practice_id, row.message_id == link.message_id)
    return bool(unit.db.scalar(select(row.form).where(*mine)))


def _due(db: Connection, now: datetime) -> Sequence[AnyRow]:
    """What is due in all practices (ix_text_beside_due); the worker's own read, on nobody's way."""
    return db.execute(_DUE, {"now": now}).all()
