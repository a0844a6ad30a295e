"""The tray: what came in and belongs to nobody for certain, until a person links it to a patient or puts it away.

Nothing is guessed: an unknown number, a number of several patients, a letter that looks like spam (P52).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, func, insert, select, update

from core.audit.trail import append
from core.delivery.tables import UnmatchedRow
from core.delivery.words import Channel, Unclear
from core.errors import NotFound
from core.messages.conversations import of_patient
from core.messages.notify import notify
from core.messages.post import post
from core.messages.whom import who_asked
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


def put(
    unit: Unit,
    channel: Channel,
    why: Unclear,
    sender: str,
    text: str,
    *,
    subject: str = "",
    whole: str = "",
    reference: str = "",
    came: Mapping[str, Any] | None = None,
) -> UUID:
    """Lay something into the tray; its words are sealed.

    With a `reference` the network is asked about it, and it may be let in as it `came`.
    """
    found = unit.new_id()
    said = orjson.dumps({"from": sender, "subject": subject, "text": text, "whole": whole, "came": came})
    unit.db.execute(
        insert(UnmatchedRow).values(
            practice_id=unit.practice_id,
            id=found,
            channel=channel,
            why=why,
            body=unit.seals.seal(said, _place(found), scope=f"unmatched:{unit.now:%Y-%m}"),
            created_at=unit.now,
            reference=reference or None,
            ask_at=unit.now if reference else None,
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


def linked_number(unit: Unit, unmatched_id: UUID, patient_id: UUID) -> str:
    """The number of a text that was linked to this patient. Raises Forbidden, NotFound."""
    require(unit, Right.EDIT_PATIENTS)
    row = UnmatchedRow
    body = unit.db.scalar(
        select(row.body).where(
            row.practice_id == unit.practice_id,
            row.id == unmatched_id,
            row.patient_id == patient_id,
            row.channel == Channel.SMS,
        )
    )
    if body is None:
        raise NotFound("text")
    return str(_said(unit, unmatched_id, body)["from"])


def dismiss(unit: Unit, unmatched_id: UUID) -> None:
    """It was for nobody here. Raises Forbidden, NotFound."""
    require(unit, Right.SEE_PATIENTS)
    _take(unit, unmatched_id)
    append(unit, "put away from the tray", unmatched_id)


def in_question(unit: Unit, unmatched_id: UUID) -> tuple[int, Mapping[str, Any]] | None:
    """How often the network was asked about something that still waits, and how it came; None for anything else."""
    row = unit.db.execute(
        select(UnmatchedRow.body, UnmatchedRow.asked).where(
            *_here(unit, unmatched_id), UnmatchedRow.ask_at.is_not(None)
        )
    ).one_or_none()
    return row and (row.asked, _said(unit, unmatched_id, row.body)["came"])


def ask_again(unit: Unit, unmatched_id: UUID, at: datetime | None) -> None:
    """The network is asked again then, or no more: then a person decides."""
    unit.db.execute(
        update(UnmatchedRow).where(*_here(unit, unmatched_id)).values(asked=UnmatchedRow.asked + 1, ask_at=at)
    )


def let_in(unit: Unit, unmatched_id: UUID) -> bool:
    """The network knows it: out of the tray, unless a person was quicker."""
    taken = unit.db.execute(
        update(UnmatchedRow).where(*_here(unit, unmatched_id)).values(done_at=unit.now, ask_at=None)
    )
    if taken.rowcount:
        append(unit, "let in from the tray", unmatched_id)
    return bool(taken.rowcount)


def _here(unit: Unit, unmatched_id: UUID) -> tuple[ColumnElement[bool], ...]:
    row = UnmatchedRow
    return (row.practice_id == unit.practice_id, row.id == unmatched_id, row.done_at.is_(None))


def _take(unit: Unit, unmatched_id: UUID, **more: Any) -> tuple[dict[str, Any], Channel]:
    """Out of the tray, by one conditional statement: two people cannot both link it."""
    taken = unit.db.execute(
        update(UnmatchedRow)
        .where(*_here(unit, unmatched_id))
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


def _said(unit: Unit, unmatched_id: UUID, body: bytes) -> dict[str, Any]:
    said: dict[str, Any] = orjson.loads(unit.seals.open(body, _place(unmatched_id)))
    return said


def _place(unmatched_id: UUID) -> Place:
    return Place("unmatched", unmatched_id, "body")
