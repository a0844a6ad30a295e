"""Letters that come in: into the conversation of the letter they answer, without what they quote, with their files.

Who sent one can be made up (P52): nothing here unlocks, changes or opts in anything. A machine's letter is kept as a
line and never answered, nor is anybody mailed about it (P53).
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from core.audit.trail import append
from core.delivery.inbound import LONGEST, Fate
from core.delivery.incoming import unmatched
from core.delivery.incoming.quotes import answer
from core.delivery.reference import PURPOSE, unpack
from core.delivery.seen import first_time
from core.delivery.tables import DeliveryRow
from core.delivery.words import Channel, Letter, Unclear
from core.errors import LatchkeyError
from core.messages import files
from core.messages.conversations import of_patient
from core.messages.find import conversation
from core.messages.inspect import Checked, FileRefused, clean_name
from core.messages.notify import notify
from core.messages.post import post
from core.messages.receive import MOST_FILES, receive
from core.messages.whom import who_asked
from core.messages.words import Direction, Kind, Writing
from core.patients import find as patients
from core.patients.words import Patient
from core.practice import doors
from core.store.unit import SYSTEM, Actor, ActorKind, Unit, Who
from core.store.writer import Store

SPAM = 5.0  # from this score on a person looks first (P52)
LONGEST_SUBJECT = 300
CUT = "This email was too long to keep: its end is missing here. Ask them for it, or call."


def letter_arrived(store: Store, letter: Letter) -> Fate:
    """Take a letter in. NOBODYS when it answers no letter of ours."""
    found = whose(store, letter.to, letter.delivery_id)
    if found is None:
        return Fate.NOBODYS
    practice_id, delivery_id = found
    good, refused = checked(store, practice_id, letter)
    return store.run(Who(practice_id, SYSTEM), take_letter, delivery_id, letter, good, refused)


def whose(store: Store, to: str, kept: UUID | None) -> tuple[UUID, UUID] | None:
    """The practice and the delivery that a letter answers: by the address it came to, else as the provider `kept` it.

    By nothing else: who sent it and what it is about can be made up (P51).
    """
    mark = to.partition("@")[0].partition("+")[2]
    delivery_id = unpack(store.seals(UUID(int=0)).mac_key(PURPOSE), mark) or kept
    practice_id = store.door(doors.report, delivery_id) if delivery_id else None
    return (practice_id, delivery_id) if practice_id and delivery_id else None


def checked(store: Store, practice_id: UUID, letter: Letter) -> tuple[list[Checked], list[str]]:
    """The files of a letter that may be kept, and the names of the others. Takes seconds, in a child process."""
    good: list[Checked] = []
    refused = [clean_name(name) for name in letter.unreadable]
    if not letter.automatic and letter.spam < SPAM:
        sender = Who(practice_id, Actor(ActorKind.PATIENT))
        for name, data in letter.files:
            try:
                if len(good) == MOST_FILES:
                    raise FileRefused(name, "many", limit=MOST_FILES)
                good.append(receive(store, sender, name, data))
            except FileRefused:
                refused.append(clean_name(name))
    return good, refused


def take_letter(unit: Unit, delivery_id: UUID, letter: Letter, good: Sequence[Checked], refused: Sequence[str]) -> Fate:
    """A letter to this practice; its files were checked before, because that takes long."""
    if letter.once and not first_time(unit, "email", letter.once):
        return Fate.KNOWN
    patient = _patient_of(unit, delivery_id)
    if patient is None:
        return Fate.NOBODYS
    subject, said = letter.subject[:LONGEST_SUBJECT], letter.text[:LONGEST]
    if letter.automatic:
        thread = of_patient(unit, patient.id)
        line = f"An automatic email came: {subject}\n{said}".strip()
        post(unit, thread, Writing(Kind.EVENT, Direction.INTERNAL, line[:LONGEST]))
        return Fate.OBEYED
    text = answer(said)
    whole = said if said != text else ""
    if letter.spam >= SPAM:
        unmatched.put(unit, Channel.EMAIL, Unclear.SPAM, letter.sender, text, subject=subject, whole=whole)
        return Fate.TRAY
    _join(unit, patient, Writing(Kind.EMAIL, Direction.INBOUND, text, subject=subject, whole=whole), good, refused)
    if len(letter.text) > LONGEST:
        post(replace(unit, actor=SYSTEM), of_patient(unit, patient.id), Writing(Kind.EVENT, Direction.INTERNAL, CUT))
    return Fate.JOINED


def cannot_be_read(unit: Unit, delivery_id: UUID) -> None:
    """A letter answered this delivery, and nobody will ever read it: the conversation says so."""
    patient = _patient_of(unit, delivery_id)
    if patient is not None:
        thread = of_patient(unit, patient.id)
        said = f"{patient.name} sent an email that we could not read. Ask them to send it again, or call."
        line = post(unit, thread, Writing(Kind.EVENT, Direction.INTERNAL, said))
        notify(unit, who_asked(unit, thread), line, "answer")


def _join(unit: Unit, patient: Patient, writing: Writing, good: Sequence[Checked], refused: Sequence[str]) -> None:
    unit.actor = Actor(ActorKind.PATIENT, patient.id, name=patient.name)
    thread = of_patient(unit, patient.id)
    kept, missing = [], list(refused)
    for file in good:
        try:
            kept.append(files.keep(unit, file, uploaded_by=patient.id, patient_id=patient.id).id)
        except LatchkeyError:  # no room left
            missing.append(file.name)
    text = writing.text or ("Sent a file." if kept else "(no words)")
    message = post(
        unit,
        thread,
        Writing(
            writing.kind, writing.direction, text, subject=writing.subject, attachments=tuple(kept), whole=writing.whole
        ),
    )
    notify(unit, who_asked(unit, thread), message, "answer")
    append(unit, "email received", message.id, files=len(kept))
    if missing:
        said = f"Not kept from this email: {', '.join(missing)}. Ask for it as PDF, JPEG or PNG."
        post(unit, thread, Writing(Kind.EVENT, Direction.INTERNAL, said))


def _patient_of(unit: Unit, delivery_id: UUID) -> Patient | None:
    """The patient whose conversation a delivery belongs to; letters between colleagues have none."""
    thread = unit.db.scalar(
        select(DeliveryRow.conversation_id).where(
            DeliveryRow.practice_id == unit.practice_id, DeliveryRow.id == delivery_id
        )
    )
    about = conversation(unit, thread).patient_id if thread else None
    return patients.patient(unit, about) if about else None
