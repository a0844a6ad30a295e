"""Links: a Direct Message goes out as an e-mailed link that opens nothing by itself, and can be taken back (S1-S9)."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update

from core.audit.trail import append
from core.delivery import credits, outbox
from core.delivery import find as deliveries
from core.delivery.words import Channel, Purpose, Status
from core.delivery.writing.patient_letters import link_email, taken_back_email
from core.errors import NotFound
from core.language import language_for
from core.messages import find as messages
from core.messages.conversations import of_patient
from core.messages.erase import is_whole
from core.messages.post import post
from core.messages.words import Direction, Kind, Message, Writing
from core.patients import find as patients
from core.patients.card import mac_of
from core.patients.phone import ending, is_mobile, masked_email
from core.patients.words import Patient
from core.practice import find as practice
from core.practice.rights import require
from core.practice.sessions import hash_of
from core.practice.words import Right
from core.release import beside, sessions
from core.release.steps import step
from core.release.tables import CodeRow, LinkRow
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import Unit

DEFAULT_HOURS = 7 * 24  # S3
LONGEST_HOURS = 30 * 24
HELD = 1  # credits held for the first code


_SHOWN_AT = select(LinkRow.message_id, LinkRow.conversation_id, LinkRow.bait).where(
    LinkRow.practice_id == bindparam("practice"), LinkRow.id == bindparam("link")
)


class SentForm(Protocol):
    """What a link needs to know of the form it carries."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def minutes(self) -> int:
        """How long it takes."""

    def pin(self, unit: Unit, link_id: UUID) -> None:
        """Bind this very version to the link."""


def make_token() -> str:
    """The secret of a link: 256 bits, 43 letters (S1)."""
    return secrets.token_urlsafe(32)


def send_direct(
    unit: Unit,
    patient: Patient,
    text: str,
    *,
    attachments: Sequence[UUID] = (),
    expires_in: timedelta = timedelta(hours=DEFAULT_HOURS),
    form: SentForm | None = None,
    hold: int = 0,
    sensitive: bool = False,
) -> Message:
    """Release a message on the portal: message, link, e-mail and one held credit in one transaction.

    Whom no text can reach opens it with an unlock card (S25), and nothing is held. Where the practice
    wants it a text says that the e-mail came (T5), at its own cost. `hold` is seconds before the e-mail
    may leave; a `sensitive` one asks for the patient's PIN too (S26).
    Raises NoCredits, NotFound, Invalid.
    """
    conversation_id = of_patient(unit, patient.id)
    writing = Writing(
        Kind.DIRECT,
        Direction.OUTBOUND,
        text or (form.title if form else ""),
        attachments=tuple(attachments),
        own_key=True,
        form={"title": form.title} if form else None,
    )
    message = post(unit, conversation_id, writing)
    link_id, token = _make_link(unit, patient, message, unit.now + expires_in, sensitive)
    _hold_code(unit, patient, link_id, message.id)
    if form:
        form.pin(unit, link_id)
    _mail(unit, patient, message, token, unit.now + expires_in, form, hold)
    step(unit, link_id, "written", by=str(unit.actor.id))
    beside.announce(unit, link_id, message.id, patient, unit.now + expires_in, sensitive=sensitive, hold=hold)
    append(unit, "direct message sent", message.id, to=patient.id, files=len(attachments), form=bool(form))
    return message


def arrive(unit: Unit, link_id: UUID) -> None:
    """Someone stands before the door with a genuine link. Recorded once, when a person first asks for a code."""
    opened = unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link_id, LinkRow.opened_at.is_(None))
        .values(opened_at=unit.now)
    )
    if opened.rowcount:
        step(unit, link_id, "opened")
        tell_change(unit, link_id)


def take_back(unit: Unit, message_id: UUID) -> None:
    """End a link for good: the page behind it looks as if it had never been (S6). Raises Forbidden, NotFound."""
    require(unit, Right.TAKE_BACK)
    link = link_of(unit, message_id)
    ended = unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link, LinkRow.revoked_at.is_(None))
        .values(revoked_at=unit.now)
        .returning(LinkRow.patient_id, LinkRow.opened_at, LinkRow.reminded_at, LinkRow.created_at)
    ).one_or_none()
    _keep_back(unit, message_id)
    if ended is not None and (ended.opened_at or ended.reminded_at):
        _say_taken_back(unit, message_id, ended)
    sessions.end_all(unit, link)
    give_back_hold(unit, link)
    beside.call_off(unit, link)
    step(unit, link, "taken_back", by=str(unit.actor.id))
    append(unit, "direct message taken back", message_id)
    tell_change(unit, link)


def _keep_back(unit: Unit, message_id: UUID) -> None:
    """A letter that has not left, or waits to be tried again, stays here: its link opens nothing any more."""
    for letter in deliveries.of_messages(unit, [message_id]).get(message_id, ()):
        if letter.status is Status.QUEUED:
            outbox.cancel(unit, letter.id)


def _say_taken_back(unit: Unit, message_id: UUID, link: AnyRow) -> None:
    """A patient who saw it, or was reminded of it, is not left wondering (T9)."""
    patient, card = patients.patient(unit, link.patient_id), practice.card(unit)
    if patient.email:
        outbox.queue(
            unit,
            channel=Channel.EMAIL,
            purpose=Purpose.NUDGE,
            parcel=taken_back_email(patient.email, card, language_for(patient.language, card.country), link.created_at),
            masked=masked_email(patient.email),
            message_id=message_id,
        )


# What a link that is issued again forgets of its life before.
AS_NEW: dict[str, Any] = {
    "wrong_in_row": 0,
    "revoked_at": None,
    "frozen_at": None,
    "frozen_why": "",
    "opened_at": None,
    "code_sent_at": None,
    "reminded_at": None,
    "call_message_id": None,
    "ended_at": None,
    "erased_at": None,
}


def reissue(unit: Unit, message_id: UUID, hours: int | None = None, form: SentForm | None = None) -> None:
    """A new link to the same message, for the practice's usual time; the old one dies with its sessions and codes (S3).

    The e-mail says that it carries a `form` where one is given.
    Raises NotFound, also where something of the message was erased, and NoCredits.
    """
    require(unit, Right.SEND_DIRECT)
    old = link_of(unit, message_id, lock=True)  # two who press at once hold one credit, and none reopens what is erased
    if not is_whole(unit, message_id):
        raise NotFound("message")
    message = messages.message(unit, message_id)
    if message.patient_id is None:
        raise NotFound("message")
    patient = patients.patient(unit, message.patient_id)
    give_back_hold(unit, old)
    held = _hold_code(unit, patient, old, message.id)
    token, until = make_token(), unit.now + timedelta(hours=hours or practice.card(unit).link_hours)
    unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == old)
        .values(
            token_hash=hash_of(token),
            **_reached_at(unit, old, patient),
            **AS_NEW,
            expires_at=until,
            held=held,
            reissued_at=unit.now,
        )
    )
    sessions.end_all(unit, old)
    _keep_back(unit, message_id)
    unit.db.execute(delete(CodeRow).where(CodeRow.practice_id == unit.practice_id, CodeRow.link_id == old))
    _mail(unit, patient, message, token, until, form, 0)
    step(unit, old, "reissued", by=str(unit.actor.id))
    append(unit, "link issued again", message_id)
    tell_change(unit, old)


def mark_answered(unit: Unit, link_id: UUID) -> None:
    """All that a link asked for is answered."""
    unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link_id)
        .values(answered_at=unit.now)
    )


def drop(unit: Unit, message_id: UUID) -> None:
    """Undo: end the link of a message that never left, and give its held credit back; nothing where it has none."""
    try:
        link = link_of(unit, message_id)
    except NotFound:
        return
    unit.db.execute(
        update(LinkRow).where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link).values(revoked_at=unit.now)
    )
    give_back_hold(unit, link)
    beside.call_off(unit, link)


def give_back_hold(unit: Unit, link_id: UUID, *only_if: ColumnElement[bool]) -> bool:
    """The credit held for a first code that never went; whether there was one, and the link still is as asked."""
    freed = unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link_id, LinkRow.held > 0, *only_if)
        .values(held=0)
    )
    if freed.rowcount:
        credits.give_back(unit, link_id)
    return freed.rowcount > 0


def link_of(unit: Unit, message_id: UUID, *, lock: bool = False) -> UUID:
    """The link of a message (ix_link_message), to itself until the end of the action with `lock`. Raises NotFound."""
    asked = select(LinkRow.id).where(LinkRow.practice_id == unit.practice_id, LinkRow.message_id == message_id)
    found = unit.db.scalar(asked.with_for_update() if lock else asked)
    if found is None:
        raise NotFound("message")
    return found


def tell_change(unit: Unit, link_id: UUID) -> None:
    """Staff who see the message hear that its release moved."""
    tell_moved(unit, unit.db.execute(_SHOWN_AT, {"practice": unit.practice_id, "link": link_id}).one())


def tell_moved(unit: Unit, link: AnyRow) -> None:
    """The same, of a link that was read before."""
    if link.bait:
        return  # there is no message; who is told, and when, says `bait.py`
    unit.tell("message.updated", conversation=link.conversation_id, message=link.message_id)


def _make_link(unit: Unit, patient: Patient, message: Message, until: datetime, sensitive: bool) -> tuple[UUID, str]:
    link_id, token = unit.new_id(), make_token()
    unit.db.execute(
        insert(LinkRow).values(
            practice_id=unit.practice_id,
            id=link_id,
            token_hash=hash_of(token),
            message_id=message.id,
            conversation_id=message.conversation_id,
            patient_id=patient.id,
            sent_by=unit.actor.id,
            **_reached_at(unit, link_id, patient),
            created_at=unit.now,
            expires_at=until,
            held=HELD if is_mobile(patient.mobile) else 0,
            sensitive=sensitive,
        )
    )
    return link_id, token


def _hold_code(unit: Unit, patient: Patient, link_id: UUID, message_id: UUID) -> int:
    """Hold what the first code will cost; how much. A card costs nothing."""
    if not is_mobile(patient.mobile):
        return 0
    credits.hold(unit, HELD, "code", link_id, message_id)
    return HELD


def _reached_at(unit: Unit, link_id: UUID, patient: Patient) -> dict[str, Any]:
    """The number codes go to, as it is now (S27); where there is none, guesses are counted for the patient."""
    mobile = patient.mobile if is_mobile(patient.mobile) else ""
    place = Place("link", link_id, "phone", patient.id)
    return {
        "phone": unit.seals.seal(mobile.encode(), place, scope="links"),
        "phone_mac": mac_of(unit, "mobile", mobile) or mac_of(unit, "no mobile", str(patient.id)),
        "phone_ending": ending(mobile) if mobile else "",
    }


def _mail(
    unit: Unit, patient: Patient, message: Message, token: str, until: datetime, form: SentForm | None, hold: int
) -> None:
    card = practice.card(unit)
    outbox.queue(
        unit,
        channel=Channel.EMAIL,
        purpose=Purpose.LINK,
        parcel=link_email(
            patient.email,
            card,
            language_for(patient.language, card.country),
            f"{unit.settings.portal_url}/l/{token}",
            until,
            form=form.title if form else "",
            minutes=form.minutes if form else 0,
            by_card=not is_mobile(patient.mobile),
        ),
        masked=masked_email(patient.email),
        message_id=message.id,
        conversation_id=message.conversation_id,
        due_at=unit.now + timedelta(seconds=hold),
        until=until,
    )
