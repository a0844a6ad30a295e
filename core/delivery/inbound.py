"""What patients send back by text or e-mail: into their conversation, and to whoever asked."""

from uuid import UUID

from sqlalchemy import select

from core.audit.trail import append
from core.config import Settings
from core.delivery.reference import PURPOSE, unpack
from core.delivery.seen import first_time
from core.delivery.tables import DeliveryRow
from core.messages.conversations import of_patient
from core.messages.find import conversation
from core.messages.notify import notify, who_asked
from core.messages.post import post
from core.messages.words import Direction, Kind, Message, Writing
from core.patients import find as patients
from core.patients.words import Patient
from core.practice import doors
from core.store.unit import SYSTEM, Actor, ActorKind, Unit, Who
from core.store.writer import Store

LONGEST = 10_000


def inbound_sms(store: Store, *, to: str, sender: str, text: str, once: str = "") -> Message | None:
    """A text from a phone to one of our numbers. None when no practice owns the number or nobody has that phone.

    `once` is the provider's name for it: told a second time, it is not posted again (P47).
    """
    practice_id = store.door(doors.number, to)
    return store.run(Who(practice_id, SYSTEM), _text, sender, text, once) if practice_id else None


def inbound_email(
    store: Store, *, to: str, sender: str, subject: str, text: str, once: str = "", automatic: bool = False
) -> Message | None:
    """An e-mail to the reply address of one delivery. None when we never wrote from that address (P51).

    `sender` decides nothing: it can be made up (P52). `automatic`: kept, but nobody is told (P53).
    """
    mark = to.partition("@")[0].partition("+")[2]
    delivery_id = unpack(store.seals(UUID(int=0)).mac_key(PURPOSE), mark)
    practice_id = store.door(doors.report, delivery_id) if delivery_id else None
    if practice_id is None or delivery_id is None:
        return None
    return store.run(Who(practice_id, SYSTEM), _letter, delivery_id, subject, text, once, automatic)


def reply_address(settings: Settings, reference: str) -> str:
    """The address that answers to one delivery come back to."""
    host = settings.email_from.partition("@")[2]
    return f"reply+{reference}@{host}"


def _text(unit: Unit, sender: str, text: str, once: str) -> Message | None:
    if once and not first_time(unit, "sms", once):
        return None
    people = patients.by_mobile(unit, sender)
    if not people:
        return None
    return _arrive(unit, _most_recent(unit, people), Kind.SMS, "", text)


def _letter(unit: Unit, delivery_id: UUID, subject: str, text: str, once: str, automatic: bool) -> Message | None:
    if once and not first_time(unit, "email", once):
        return None
    row = unit.db.execute(
        select(DeliveryRow.conversation_id).where(
            DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id
        )
    ).one_or_none()
    thread = conversation(unit, row.conversation_id) if row and row.conversation_id else None
    if thread is None or thread.patient_id is None:
        return None
    return _arrive(unit, patients.patient(unit, thread.patient_id), Kind.EMAIL, subject, text, told=not automatic)


def _arrive(unit: Unit, patient: Patient, kind: Kind, subject: str, text: str, *, told: bool = True) -> Message:
    unit.actor = Actor(ActorKind.PATIENT, patient.id, name=patient.name)
    thread = of_patient(unit, patient.id)
    message = post(unit, thread, Writing(kind, Direction.INBOUND, text[:LONGEST], subject=subject[:300]))
    if told:
        notify(unit, who_asked(unit, thread), message, "answer")
    append(unit, f"{kind.value} received", message.id)
    return message


def _most_recent(unit: Unit, people: list[Patient]) -> Patient:
    """Of a family on one phone, whoever was written to last."""
    if len(people) == 1:
        return people[0]
    return max(people, key=lambda patient: str(conversation(unit, of_patient(unit, patient.id)).last_at))
