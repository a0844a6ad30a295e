"""A patient's messages of every kind, narrowed by kind, direction, status and day, page by page (U60, U64).

The status asked for is the one that a row shows (`release.record.stands`). Rare ones are found from their own index, so
that a page costs the same in a thread of a hundred thousand. It stands here because forms is the first subject that
knows what a link carried as well as what became of its message.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from core.delivery.tables import DeliveryRow
from core.delivery.words import BRINGS_NOTHING, Purpose, Status
from core.forms.tables import FormAnswers, FormCorrection
from core.messages import find
from core.messages.opened import COLUMNS, opened
from core.messages.tables import MessageRow, TaskRow
from core.messages.words import Direction, Kind, Message, TaskState
from core.patients import find as patients
from core.release.record import BY_HAND, complete
from core.release.tables import LinkRow
from core.release.words import Release
from core.store.types import AnySelect
from core.store.unit import Unit

PAGE = 50
MOST_COUNTED = 5_000  # messages: a longer thread is not counted, so that its page costs no more (U64)
FORM = "form"  # as a kind: a Smart Form that was sent, its answers, their correction
TROUBLE = "trouble"  # as a status: somebody should look at it
_TROUBLED = (Status.FAILED, Status.BOUNCED, Status.BLOCKED, Status.UNKNOWN, Release.FROZEN)
_ARRIVED = (Status.SENT, Status.DELIVERED)  # a release shows its own status from then on

Asked = Status | Release | TaskState
STATUSES: Mapping[str, Asked] = {
    one.value: one for one in (*Status, *Release, TaskState.OPEN, TaskState.TAKEN, TaskState.DONE)
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; empty is everything. `kind` is a `Kind`'s value or FORM, `status` a status's or TROUBLE.

    `since` and `until` are moments; what is written at `until` is not meant any more.
    """

    kind: str = ""
    direction: Direction | None = None
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    with_files: bool = False
    oldest_first: bool = False


NOTHING_SOUGHT = Sought()


def page(
    unit: Unit, patient_id: UUID, sought: Sought = NOTHING_SOUGHT, *, beyond: int = 0, limit: int = PAGE
) -> list[Message]:
    """Messages with a patient that fit, complete, newest first unless asked otherwise; those `beyond` a `seq`.

    Raises NotFound for somebody else's patient. What was taken back inside, and what Latchkey says, is left out.
    """
    patients.patient(unit, patient_id)
    thread = find.patient_thread(unit, patient_id)
    if thread is None:
        return []
    fits = _fits(unit, patient_id, thread, sought)
    if fits is None:
        return []
    row = MessageRow
    past = [row.seq > beyond if sought.oldest_first else row.seq < beyond] if beyond else []
    rows = unit.db.execute(
        select(*COLUMNS).where(*fits, *past).order_by(row.seq if sought.oldest_first else row.seq.desc()).limit(limit)
    ).all()
    return complete(unit, opened(unit, rows))


def counts(unit: Unit, patient_id: UUID, sought: Sought = NOTHING_SOUGHT) -> dict[str, int] | None:
    """How many messages of each kind fit, by `Sought.kind`, whichever kind is sought; "" for all of them. None where
    they are more than MOST_COUNTED.
    """
    kind = case((_with_form(unit, patient_id), FORM), else_=MessageRow.kind).label("kind")
    found = dict.fromkeys(["", FORM, *(one.value for one in Kind if one is not Kind.EVENT)], 0)
    if (asked := _asked(unit, patient_id, replace(sought, kind=""))) is None:
        return found
    some = select(kind).where(*asked).limit(MOST_COUNTED + 1).subquery()
    rows = unit.db.execute(select(some.c.kind, func.count()).group_by(some.c.kind)).all()
    found |= {Kind(one).value if one != FORM else FORM: many for one, many in rows}
    found[""] = sum(many for _, many in rows)
    return found if found[""] <= MOST_COUNTED else None


def place(unit: Unit, patient_id: UUID, sought: Sought, beyond: int) -> int:
    """How many messages that fit stand before those `beyond` a `seq`."""
    if (asked := _asked(unit, patient_id, sought)) is None:
        return 0
    seen = MessageRow.seq <= beyond if sought.oldest_first else MessageRow.seq >= beyond
    return unit.db.scalar(select(func.count()).select_from(MessageRow).where(*asked, seen)) or 0


def _asked(unit: Unit, patient_id: UUID, sought: Sought) -> list[ColumnElement[bool]] | None:
    """What a message of the patient's thread must be; None where none can."""
    thread = find.patient_thread(unit, patient_id)
    return _fits(unit, patient_id, thread, sought) if thread else None


def _fits(unit: Unit, patient_id: UUID, thread: UUID, sought: Sought) -> list[ColumnElement[bool]] | None:
    days = _days(unit, thread, sought)
    if days is None:
        return None
    row = MessageRow
    return [
        row.practice_id == unit.practice_id,
        row.conversation_id == thread,
        row.kind != Kind.EVENT,
        row.deleted_at.is_(None),
        *_narrowed(unit, patient_id, thread, sought),
        *days,
    ]


def _days(unit: Unit, thread: UUID, sought: Sought) -> list[ColumnElement[bool]] | None:
    """Days as places in the thread, where number and time rise together; None where nothing can be in them."""
    found = []
    if sought.since is not None:
        first = find.day_starts(unit, thread, sought.since)
        if first is None:
            return None
        found.append(MessageRow.seq >= first)
    if sought.until is not None and (after := find.day_starts(unit, thread, sought.until)) is not None:
        found.append(MessageRow.seq < after)
    return found


def _narrowed(unit: Unit, patient_id: UUID, thread: UUID, sought: Sought) -> list[ColumnElement[bool]]:
    found = []
    if sought.kind:
        found.append(_of_kind(unit, patient_id, sought.kind))
    if sought.with_files:
        found.append(MessageRow.files > 0)
    if sought.direction is not None:
        found.append(MessageRow.direction == sought.direction)
    if sought.status:
        wanted = _TROUBLED if sought.status == TROUBLE else (STATUSES[sought.status],)
        found.append(or_(*(_stands(unit, patient_id, thread, one) for one in wanted)))
    return found


# -- kinds -----------------------------------------------------------------------------------------------------------


def _of_kind(unit: Unit, patient_id: UUID, kind: str) -> ColumnElement[bool]:
    """A message that carries a form is of that kind alone (ix_link_patient)."""
    with_form = _with_form(unit, patient_id)
    return with_form if kind == FORM else and_(MessageRow.kind == Kind(kind), ~with_form)


def _with_form(unit: Unit, patient_id: UUID) -> ColumnElement[bool]:
    return or_(*(MessageRow.id.in_(one) for one in _with_forms(unit, patient_id)))


def _with_forms(unit: Unit, patient_id: UUID) -> tuple[AnySelect, ...]:
    """What was sent with a form, what came back, and what tells of a correction."""
    answers, link, note = FormAnswers, LinkRow, FormCorrection
    mine = (link.practice_id == unit.practice_id, link.patient_id == patient_id)
    behind = (answers.practice_id == link.practice_id) & (answers.link_id == link.id)
    corrected = (note.practice_id == link.practice_id) & (note.link_id == link.id)
    return (
        select(link.message_id).join(answers, behind).where(*mine),
        select(answers.message_id).join(link, behind).where(*mine, answers.message_id.is_not(None)),
        select(note.message_id).join(link, corrected).where(*mine),
    )


# -- statuses --------------------------------------------------------------------------------------------------------


def _stands(unit: Unit, patient_id: UUID, thread: UUID, asked: Asked) -> ColumnElement[bool]:
    if isinstance(asked, TaskState):
        return MessageRow.id.in_(_requests(unit, thread, asked))
    if isinstance(asked, Release):
        return _released(unit, patient_id, asked)
    return _delivered(unit, patient_id, asked)


def _requests(unit: Unit, thread: UUID, state: TaskState) -> AnySelect:
    """Internal messages that ask for something which came so far (ix_task_state)."""
    row = TaskRow
    return select(row.message_id).where(
        row.practice_id == unit.practice_id, row.conversation_id == thread, row.state == state
    )


def _released(unit: Unit, patient_id: UUID, release: Release) -> ColumnElement[bool]:
    reached = MessageRow.id.in_(_links(unit, patient_id, _release(unit) == release))
    if release in BY_HAND:
        return reached
    last = _last(unit)
    return and_(reached, or_(last.is_(None), last.in_(_ARRIVED)))


def _delivered(unit: Unit, patient_id: UUID, status: Status) -> ColumnElement[bool]:
    """What shows no release instead; all but delivered ones are looked up by their status (ix_delivery_status)."""
    shows_its_own = () if status in _ARRIVED else (_release(unit).in_(BY_HAND),)
    plain = and_(_last(unit) == status, MessageRow.id.not_in(_links(unit, patient_id, *shows_its_own)))
    if status is Status.DELIVERED:
        return plain
    row = DeliveryRow
    some = select(row.message_id).where(
        row.practice_id == unit.practice_id, row.status == status, row.message_id.is_not(None)
    )
    return and_(MessageRow.id.in_(some), plain)


def _links(unit: Unit, patient_id: UUID, *which: ColumnElement[bool]) -> AnySelect:
    row = LinkRow
    return select(row.message_id).where(row.practice_id == unit.practice_id, row.patient_id == patient_id, *which)


def _last(unit: Unit) -> Any:
    """The status of the last delivery that carried the message itself or its link (ix_delivery_message)."""
    row = DeliveryRow
    return (
        select(row.status)
        .where(
            row.practice_id == unit.practice_id,
            row.message_id == MessageRow.id,
            row.purpose.not_in((*BRINGS_NOTHING, Purpose.NUDGE)),
        )
        .order_by(func.coalesce(row.id, row.id).desc())  # a plain id has SQLite walk all deliveries of the practice
        .limit(1)
        .correlate(MessageRow)
        .scalar_subquery()
    )


def _release(unit: Unit) -> ColumnElement[str]:
    """How far a link has come, as `release.find` tells it of one row: the furthest that counts."""
    row = LinkRow
    return case(
        (row.revoked_at.is_not(None), Release.REVOKED.value),
        (row.answered_at.is_not(None), Release.ANSWERED.value),
        (row.on_paper_at.is_not(None), Release.ON_PAPER.value),
        (row.frozen_at.is_not(None), Release.FROZEN.value),
        (row.unlocked_at.is_not(None), Release.UNLOCKED.value),
        (row.expires_at <= unit.now, Release.EXPIRED.value),
        (row.code_sent_at.is_not(None), Release.CODE_SENT.value),
        (row.opened_at.is_not(None), Release.OPENED.value),
        else_=Release.WAITING.value,
    )
