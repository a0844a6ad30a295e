"""Who gets what over which address: patients and colleagues looked up alike, and what each kind of message needs."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.compose.words import Command, MissingBoth, MissingEmail, MissingMobile, OptedOut, Recipient
from core.delivery.providers.sender_names import arrives
from core.delivery.senders.own_number import texting_number
from core.delivery.suppression import bars, refuse
from core.delivery.words import Barred, Channel, Purpose
from core.errors import Invalid, NotFound
from core.language import ENGLISH, language_for
from core.patients import find as patients
from core.patients.phone import is_mobile, masked_email, masked_phone, region_of
from core.patients.record import may_text
from core.patients.words import PatientStatus
from core.practice import find as practice
from core.release import card
from core.store.unit import Unit

RELEASED = (Command.DIRECT, Command.FORM)  # behind the lock of the portal
CHANNELS = {
    Command.SMS: (Channel.SMS,),
    Command.EMAIL: (Channel.EMAIL,),
    Command.DIRECT: (Channel.EMAIL, Channel.SMS),
    Command.FORM: (Channel.EMAIL, Channel.SMS),
}
CARRIES = {
    (command, channel): purpose
    for command in RELEASED
    for channel, purpose in ((Channel.EMAIL, Purpose.LINK), (Channel.SMS, Purpose.CODE))
}


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who can be written to; addresses are empty where there is none."""

    id: UUID
    name: str
    first_name: str
    email: str
    mobile: str
    patient: bool
    born: date | None = None
    role: str = ""
    no_texts_since: datetime | None = None
    no_emails_since: datetime | None = None
    barred: tuple[Barred, ...] = ()
    by_card: bool = False
    language: str = ENGLISH
    archived: bool = False


def look_up(unit: Unit, person: UUID, command: Command) -> Contact:
    """A patient of the practice or, for texts and e-mails, a colleague. Raises NotFound."""
    try:
        found = patients.patient(unit, person)
    except NotFound:
        if command in RELEASED:
            raise
        return _colleague(unit, person)
    return Contact(
        found.id,
        found.name,
        found.first_name,
        found.email,
        found.mobile,
        True,
        found.date_of_birth,
        no_texts_since=found.no_texts_since,
        no_emails_since=found.no_emails_since,
        barred=(*bars(unit, Channel.SMS, found.mobile), *bars(unit, Channel.EMAIL, found.email)),
        by_card=command in RELEASED and not is_mobile(found.mobile) and card.live(unit, found.id) is not None,
        language=language_for(found.language, practice.card(unit).country),
        archived=found.status is PatientStatus.ARCHIVED,
    )


def check(unit: Unit, contact: Contact, command: Command) -> None:
    """Refuse what cannot or should not arrive.

    Raises MissingEmail, MissingMobile, MissingBoth, OptedOut, Suppressed, Invalid (a landline).
    """
    needs = channels(contact, command)
    patient = contact.id if contact.patient else None
    lacks = [channel for channel in needs if not (contact.email if channel is Channel.EMAIL else contact.mobile)]
    if len(lacks) == 2:
        raise MissingBoth(contact.name, patient)
    if Channel.EMAIL in lacks:
        raise MissingEmail(contact.name, command, patient)
    if Channel.SMS in lacks:
        raise MissingMobile(contact.name, command, patient)
    if Channel.SMS in needs:
        check_reach(unit, contact)
    if command is Command.SMS and contact.no_texts_since:
        raise OptedOut(contact.name, Channel.SMS, contact.no_texts_since)
    if command is Command.EMAIL and contact.no_emails_since:
        raise OptedOut(contact.name, Channel.EMAIL, contact.no_emails_since)
    for channel in needs:
        against = (one for one in contact.barred if one.channel is channel)
        refuse(against, CARRIES.get((command, channel), Purpose.BODY), contact.name)


def check_reach(unit: Unit, contact: Contact) -> None:
    """Texts can reach the number, may go to its country, and arrive there from our sender.

    Raises Invalid("mobile", "landline", "country" or "sender").
    """
    if not is_mobile(contact.mobile):
        raise Invalid("mobile", "landline", name=contact.name)
    if not may_text(unit, contact.mobile):
        raise Invalid("mobile", "country", name=contact.name)
    if not arrives(texting_number(unit), region_of(contact.mobile)):
        raise Invalid("mobile", "sender", name=contact.name)


def as_recipient(contact: Contact, command: Command, received: str) -> Recipient:
    """What the preview shows of a person: masked addresses only, and the text as it arrives there."""
    shown = tuple((channel, masked(contact, channel)) for channel in channels(contact, command))
    return Recipient(contact.id, contact.name, contact.patient, contact.born, contact.role, shown, received)


def channels(contact: Contact, command: Command) -> tuple[Channel, ...]:
    """What a message to this person goes over; whoever has an unlock card and no mobile needs no text (S25)."""
    return tuple(one for one in CHANNELS[command] if not (contact.by_card and one is Channel.SMS))


def masked(contact: Contact, channel: Channel) -> str:
    """The address of a channel as it may be shown."""
    return masked_email(contact.email) if channel is Channel.EMAIL else masked_phone(contact.mobile)


def fingerprint(contacts: list[Contact]) -> bytes:
    """What a draft was made from; another value at confirm means a contact changed meanwhile (U52)."""
    said = "\x1f".join(
        f"{c.id}|{c.email}|{c.mobile}|{c.no_texts_since}|{c.no_emails_since}|{c.barred}|{c.by_card}" for c in contacts
    )
    return hashlib.sha256(said.encode()).digest()


def _colleague(unit: Unit, person: UUID) -> Contact:
    found = practice.staff_member(unit, person)
    return Contact(found.id, found.name, found.name.split()[0], found.email, found.mobile, False, role=found.role.value)
