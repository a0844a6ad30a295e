"""The tray: what came in and belongs to nobody for certain, until a person links it to a patient or puts it away.

Nothing is guessed: an unknown number, a number of several patients, a letter that looks like spam (P52).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, insert, select, update

from core.audit.trail import append
from core.delivery.tables import UnmatchedRow
from core.delivery.words import Channel, Unclear
from core.errors import NotFound
from core.messages.conversations import of_patient
from core.messages.notify import notify, who_asked
from core.messages.post import post
from core.messages.words import Direction, Kind, Message, Writing
from core.patients import find as patients
from core.patients.words import Patient
from core.practice.rights import require
from core.practice.words import Right
from core.store.sealing import Place
from core.store.types import AnyRow
from core.store.unit import Actor, ActorKind, Unit

KINDS = {Channel.SMS: Kind.SMS, Channel.EMAIL: Kind.EMAIL}


@dataclass(frozen=True, slots=True)
class Unmatched:
    """One thing in the tray. `suggested` are the patients who have that number or address."""

    id: UUID
    channel: Channel
    why: Unclear
    sender: str
    subject: str
    text: str
    at: datetime
    suggested: tuple[Patient, ...]


def put(unit: Unit, channel: Channel, why: Unclear, sender: str, text: str, subject: str = "", whole: str = "") -> UUID:
    """Lay something into the tray; its words are sealed."""
    found = unit.new_id()
    said = orjson.dumps({"from": sender, "subject": subject, "text": text, "whole": whole})
    unit.db.execute(
        insert(UnmatchedRow).values(
            practice_id=unit.practice_id,
            id=found,
            channel=channel,
            why=why,
            body=unit.seals.seal(said, _place(found), scope=f"unmatched:{unit.now:%Y-%m}"),
            created_at=unit.now,
        )
    )
    append(unit, "laid into the tray", found, channel=channel.value, why=why.value)
    return found


def waiting(unit: Unit, limit: int = 100) -> list[Unmatched]:
    """What waits in the tray, oldest first (ix_unmatched_done). Raises Forbidden."""
    require(unit, Right.SEE_PATIENTS)
    return [_opened(unit, row) for row in unit.db.execute(_rows(unit).order_by(UnmatchedRow.id).limit(limit))]


def count(unit: Unit) -> int:
    """How much waits."""
    mine = (UnmatchedRow.practice_id == unit.practice_id, UnmatchedRow.done_at.is_(None))
    return unit.db.scalar(select(func.count()).select_from(UnmatchedRow).where(*mine)) or 0


def link(unit: Unit, unmatched_id: UUID, patient_id: UUID) -> Message:
    """It was this patient: the words join their conversation, and whoever wrote to them is told.

    Raises Forbidden, NotFound (no such patient, or somebody has dealt with it).
    """
    require(unit, Right.SEE_PATIENTS)
    patient = patients.patient(unit, patient_id)
    said, channel = _take(unit, unmatched_id, patient_id=patient_id)
    append(unit, "linked from the tray", unmatched_id, patient=patient_id)
    unit.actor = Actor(ActorKind.PATIENT, patient.id, name=patient.name)  # they are the patient's words, not ours
    thread = of_patient(unit, patient.id)
    writing = Writing(KINDS[channel], Direction.INBOUND, said["text"], subject=said["subject"], whole=said["whole"])
    message = post(unit, thread, writing)
    notify(unit, who_asked(unit, thread), message, "answer")
    return message


def dismiss(unit: Unit, unmatched_id: UUID) -> None:
    """It was for nobody here. Raises Forbidden, NotFound."""
    require(unit, Right.SEE_PATIENTS)
    _take(unit, unmatched_id)
    append(unit, "put away from the tray", unmatched_id)


def _take(unit: Unit, unmatched_id: UUID, **more: Any) -> tuple[dict[str, str], Channel]:
    """Out of the tray, by one conditional statement: two people cannot both link it."""
    taken = unit.db.execute(
        update(UnmatchedRow)
        .where(
            UnmatchedRow.practice_id == unit.practice_id,
            UnmatchedRow.id == unmatched_id,
            UnmatchedRow.done_at.is_(None),
        )
        .values(done_at=unit.now, done_by=unit.staff_id, **more)
        .returning(UnmatchedRow.body, UnmatchedRow.channel)
    ).one_or_none()
    if taken is None:
        raise NotFound("text")
    return _said(unit, unmatched_id, taken.body), Channel(taken.channel)


def _rows(unit: Unit) -> Any:
    row = UnmatchedRow
    return select(row.id, row.channel, row.why, row.body, row.created_at).where(
        row.practice_id == unit.practice_id, row.done_at.is_(None)
    )


def _opened(unit: Unit, row: AnyRow) -> Unmatched:
    said, channel = _said(unit, row.id, row.body), Channel(row.channel)
    known: Sequence[Patient] = (patients.by_mobile if channel is Channel.SMS else patients.by_email)(unit, said["from"])
    return Unmatched(
        row.id, channel, row.why, said["from"], said["subject"], said["text"], row.created_at, tuple(known)
    )


def _said(unit: Unit, unmatched_id: UUID, body: bytes) -> dict[str, str]:
    said: dict[str, str] = orjson.loads(unit.seals.open(body, _place(unmatched_id)))
    return said


def _place(unmatched_id: UUID) -> Place:
    return Place("unmatched", unmatched_id, "body")
