"""Requests as work: asked of a colleague or a group, taken by one of them, done, passed on (U58).

Every step is one conditional statement about the state it starts from, so of two who take something at once one gets
it, and the other is told who did (E26).
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, update

from core.audit.trail import append
from core.errors import Invalid, LatchkeyError, NotFound
from core.messages import find
from core.messages import notify as notifications
from core.messages.conversations import of_patient, open_any
from core.messages.notify import notify
from core.messages.pointers import put_away
from core.messages.post import changed, post
from core.messages.tables import NotificationRow, TaskRow
from core.messages.words import Author, ConversationKind, Direction, Kind, Message, Task, TaskState, Writing
from core.practice import find as practice
from core.store.counting import upsert
from core.store.unit import Unit

REASON = "task"  # of notifications that ask for work
DONE = "task done"  # of those that tell who asked, or had it, what became of it
PASSED = "task passed on"
SEE_TO_IT = "Please see to this."  # where nothing else is said about a message that is handed over


class TaskTaken(LatchkeyError):
    """A colleague has it already. `by` is their name; `at` and `now` are moments."""

    def __init__(self, by: str, at: datetime, now: datetime) -> None:
        super().__init__(by)
        self.by = by
        self.at = at
        self.now = now


class TaskOver(LatchkeyError):
    """It was done, or passed on, before. `by` is the name of whoever did that; empty where it came about by itself."""

    def __init__(self, by: str, state: TaskState) -> None:
        super().__init__(by)
        self.by = by
        self.state = state


def ask(
    unit: Unit,
    to: UUID,
    text: str,
    *,
    patient_id: UUID | None = None,
    about: UUID | None = None,
    due_at: datetime | None = None,
    client_id: str = "",
    attachments: tuple[UUID, ...] = (),
) -> Message:
    """Ask a colleague or a group for something, in the thread about a patient or else in theirs.

    `about` is a message of that thread, quoted with it. Raises NotFound, Invalid.
    """
    people = _people(unit, to)
    thread = of_patient(unit, patient_id) if patient_id else open_any(unit, to).id
    writing = Writing(
        Kind.INTERNAL, Direction.INTERNAL, text, client_id=client_id, reply_to=about, attachments=attachments
    )
    message = post(unit, thread, writing)
    if message.task is not None:  # said before
        return message
    _insert(unit, message, asked_by=unit.staff_id, to=to, due_at=due_at)
    notify(unit, people, message, REASON)
    return _now(unit, message)


def ask_by_itself(unit: Unit, conversation_id: UUID, to: UUID, text: str, about: UUID, asked_by: UUID) -> Message:
    """Ask something that nobody typed, in a conversation, of a colleague or a group; `about` is quoted with it.

    `asked_by` may end it, too. Raises NotFound.
    """
    people = _people(unit, to)
    message = post(unit, conversation_id, Writing(Kind.INTERNAL, Direction.INTERNAL, text, reply_to=about))
    _insert(unit, message, asked_by=asked_by, to=to, due_at=None)
    notify(unit, people, message, REASON)
    return _now(unit, message)


def overtaken(unit: Unit, message_id: UUID) -> None:
    """What was asked for came about by itself: the request is done, by nobody, unless it ended before."""
    ended = unit.db.execute(
        update(TaskRow)
        .where(
            TaskRow.practice_id == unit.practice_id,
            TaskRow.message_id == message_id,
            TaskRow.state.in_((TaskState.OPEN, TaskState.TAKEN)),
        )
        .values(state=TaskState.DONE, holder_id=None, changed_at=unit.now)
    )
    if ended.rowcount:
        _settled(unit, find.message(unit, message_id), "task overtaken")


def take(unit: Unit, message_id: UUID) -> Message:
    """Take a request on, or any internal message that asks for something. Raises NotFound, TaskTaken, TaskOver."""
    message = _open(unit, message_id)
    if message.task is None:
        author = message.author.id if message.author else unit.staff_id
        _insert(unit, message, asked_by=author, to=unit.staff_id, due_at=None)
    _move(unit, message, TaskRow.state == TaskState.OPEN, state=TaskState.TAKEN, holder_id=unit.staff_id)
    return _settled(unit, message, "task taken")


def put_back(unit: Unit, message_id: UUID) -> Message:
    """Let go of what one had taken: it is open again for whom it was asked of. Raises NotFound, TaskTaken, TaskOver."""
    message = _open(unit, message_id)
    held = (TaskRow.state == TaskState.TAKEN) & (TaskRow.holder_id == unit.staff_id)
    _move(unit, message, held, state=TaskState.OPEN, holder_id=None)
    if message.task is not None:
        notify(
            unit,
            _people(unit, message.task.to.id) - {message.task.asked_by.id},
            message,
            REASON,
            by=unit.staff_id,
        )
    append(unit, "task put back", message.id)
    return _now(unit, message)


def done(unit: Unit, message_id: UUID) -> Message:
    """It is done: said by whoever has it or asked for it, or by anyone while nobody has it; who asked is told.

    Raises NotFound, TaskTaken, TaskOver.
    """
    message = _open(unit, message_id)
    moved = _move(unit, message, _mine_or_free(unit), state=TaskState.DONE, holder_id=unit.staff_id)
    now = _settled(unit, message, "task done")
    if moved:
        notify(unit, _waiting_for(message), now, DONE, by=unit.staff_id)
    return now


def reopen(unit: Unit, message_id: UUID) -> Message:
    """It was not done after all; whoever said so has it again. Raises NotFound, TaskTaken, TaskOver."""
    message = _open(unit, message_id)
    mine = (TaskRow.state == TaskState.DONE) & (TaskRow.holder_id == unit.staff_id)
    _move(unit, message, mine, state=TaskState.TAKEN)
    put_away(unit, DONE, NotificationRow.message_id == message.id)
    append(unit, "task reopened", message.id)
    return _now(unit, message)


def pass_on(unit: Unit, message_id: UUID, to: UUID) -> Message:
    """Ask somebody else instead; the time it is due stays. The message that asks now. Who asked first is told.

    Among colleagues, what those people do not see is asked anew in a thread of theirs: nobody is let in to read the
    first.
    Raises NotFound, Invalid, TaskTaken, TaskOver.
    """
    people = _people(unit, to)
    message = _open(unit, message_id)
    if message.task is not None and message.task.to.id == to:
        raise Invalid("to", "same")
    thread = find.conversation(unit, message.conversation_id)
    if thread.kind is not ConversationKind.PATIENT and not people <= find.who_see(unit, message):
        _move(unit, message, _mine_or_free(unit), state=TaskState.PASSED, holder_id=unit.staff_id, **_of(unit, to))
        notify(unit, _waiting_for(message), _settled(unit, message, "task passed on"), PASSED, by=unit.staff_id)
        return ask(unit, to, message.text, due_at=message.task.due_at if message.task else None)
    _move(unit, message, _mine_or_free(unit), state=TaskState.OPEN, holder_id=None, **_of(unit, to))
    put_away(unit, REASON, NotificationRow.message_id == message.id)
    told = _waiting_for(message) - {to}
    notify(unit, people - told, message, REASON, by=unit.staff_id)
    notify(unit, told, message, PASSED, by=unit.staff_id)
    append(unit, "task passed on", message.id, to=to)
    return _now(unit, message)


def hand_over(
    unit: Unit, message_id: UUID, to: UUID, text: str = "", *, due_at: datetime | None = None, client_id: str = ""
) -> Message:
    """Ask somebody to see to a message. The message that asks now: itself where it asks already or stands among
    colleagues, else a new one that quotes it. Raises NotFound, Invalid, TaskTaken, TaskOver.
    """
    message = find.message(unit, message_id)
    if message.task is None and message.patient_id:
        return ask(
            unit, to, text or SEE_TO_IT, patient_id=message.patient_id, about=message.id, due_at=due_at,
            client_id=client_id,
        )  # fmt: skip
    if _open(unit, message_id).task is None:
        _insert(unit, message, asked_by=unit.staff_id, to=unit.staff_id, due_at=due_at)
    return pass_on(unit, message_id, to)


def hand_on(unit: Unit, notification_id: UUID, to: UUID) -> Message:
    """Hand over what a notification of the actor's points to; it is done with that.

    Raises NotFound, Invalid, TaskTaken, TaskOver.
    """
    message = hand_over(unit, notifications.one(unit, notification_id).message_id, to)
    notifications.done(unit, notification_id)
    return message


def _open(unit: Unit, message_id: UUID) -> Message:
    """An internal message that the actor may see and that is still there. Raises NotFound."""
    message = find.message(unit, message_id)
    if message.kind is not Kind.INTERNAL or message.deleted_at:
        raise NotFound("request")
    return message


def _waiting_for(message: Message) -> set[UUID]:
    """Who wants to hear what became of a request: who asked for it, and who had it."""
    task = message.task
    return {one.id for one in (task.asked_by, task.holder) if one} if task else set()


def _people(unit: Unit, to: UUID) -> set[UUID]:
    """Whom a request is asked of: one who works here, or everyone of a group. Raises NotFound."""
    try:
        return set(practice.group(unit, to).members)
    except NotFound:
        return {practice.staff_member(unit, to).id}


def _of(unit: Unit, to: UUID) -> dict[str, UUID | None]:
    group = any(found.id == to for found in practice.groups(unit))
    return {"group_id": to if group else None, "person_id": None if group else to}


def _insert(unit: Unit, message: Message, *, asked_by: UUID, to: UUID, due_at: datetime | None) -> None:
    row = {
        "practice_id": unit.practice_id,
        "message_id": message.id,
        "conversation_id": message.conversation_id,
        "asked_by": asked_by,
        **_of(unit, to),
        "state": TaskState.OPEN,
        "created_at": unit.now,
        "changed_at": unit.now,
        "due_at": due_at,
    }
    unit.db.execute(upsert(unit.db, TaskRow).values(row).on_conflict_do_nothing())


def _mine_or_free(unit: Unit) -> ColumnElement[bool]:
    """Nobody has it yet, or the actor does or asked for it."""
    mine = or_(TaskRow.holder_id == unit.staff_id, TaskRow.asked_by == unit.staff_id)
    return or_(TaskRow.state == TaskState.OPEN, (TaskRow.state == TaskState.TAKEN) & mine)


def _move(unit: Unit, message: Message, start: ColumnElement[bool], **values: Any) -> bool:
    """One step from a state it may start from; False where the actor had made it before.

    Raises NotFound, TaskTaken, TaskOver.
    """
    moved = unit.db.execute(
        update(TaskRow)
        .where(TaskRow.practice_id == unit.practice_id, TaskRow.message_id == message.id, start)
        .values(changed_at=unit.now, **values)
    )
    if moved.rowcount == 0:
        _refuse(unit, find.message(unit, message.id).task, values["state"])
    return moved.rowcount > 0


def _refuse(unit: Unit, task: Task | None, wanted: TaskState) -> None:
    """Why a step could not be made; the same step made twice by one person is no trouble."""
    if task is None:
        raise NotFound("request")
    holder = task.holder or Author(task.asked_by.id, task.asked_by.name)
    if task.state is wanted and holder.id == unit.staff_id:
        return
    if task.state.ended:
        raise TaskOver(holder.name if task.holder or task.state is TaskState.PASSED else "", task.state)
    if task.state is TaskState.TAKEN:
        raise TaskTaken(holder.name, task.changed_at, unit.now)
    raise NotFound("request")


def _settled(unit: Unit, message: Message, verb: str) -> Message:
    """Nobody need be pointed to it any more."""
    put_away(unit, REASON, NotificationRow.message_id == message.id)
    append(unit, verb, message.id)
    return _now(unit, message)


def _now(unit: Unit, message: Message) -> Message:
    changed(unit, message)
    return find.message(unit, message.id)
