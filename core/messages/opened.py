"""Rows of messages opened: bodies unsealed, authors named, files, reactions, requests and quotes beside them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, select

from core.messages import sight
from core.messages.body import Body, open_body
from core.messages.files import of_messages
from core.messages.mentions import names_in
from core.messages.tables import MessageRow, Reaction, TaskRow
from core.messages.tasked import of_messages as tasks_of
from core.messages.words import Author, Direction, Kind, Message, Quote, Reacted
from core.practice import find as practice
from core.practice.tables import StaffRow
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

QUOTED = 120  # letters shown of a message that another one answers

COLUMNS = (
    MessageRow.id,
    MessageRow.conversation_id,
    MessageRow.seq,
    MessageRow.kind,
    MessageRow.direction,
    MessageRow.author_id,
    MessageRow.patient_id,
    MessageRow.body,
    MessageRow.reply_to,
    MessageRow.files,
    MessageRow.created_at,
    MessageRow.edited_at,
    MessageRow.deleted_at,
)


def _stands_beside(table: type[Reaction] | type[TaskRow]) -> ColumnElement[bool]:
    mine = and_(table.practice_id == MessageRow.practice_id, table.message_id == MessageRow.id)
    return select(table.message_id).where(mine).exists()


# A single message, as each process reads it that did not write it: its author's name comes along, and whether anything
# stands beside it that has to be asked for. A new one costs one question, not four.
SINGLE = select(
    *COLUMNS,
    StaffRow.name.label("author_name"),
    _stands_beside(Reaction).label("has_reactions"),
    _stands_beside(TaskRow).label("has_task"),
).outerjoin(StaffRow, and_(StaffRow.practice_id == MessageRow.practice_id, StaffRow.id == MessageRow.author_id))
_QUOTED = select(*COLUMNS).where(
    MessageRow.practice_id == bindparam("practice"), MessageRow.id.in_(bindparam("messages"))
)
_ANSWERED = Prepared(_QUOTED)
_ANSWERED_SEEN = Prepared(sight.of_messages(_QUOTED, bindparam("practice"), bindparam("me")))
_REACTIONS = Prepared(
    select(Reaction.message_id, Reaction.mark, Reaction.staff_id).where(
        Reaction.practice_id == bindparam("practice"), Reaction.message_id.in_(bindparam("messages"))
    )
)


def opened(unit: Unit, rows: Sequence[AnyRow]) -> list[Message]:
    """Messages of these rows; a handful of queries however many there are, none but theirs for a new `SINGLE` one."""
    if not rows:
        return []
    files = of_messages(unit, [row.id for row in rows if row.files])
    reacted = _reacted(unit, [row.id for row in rows if getattr(row, "has_reactions", True)])
    quoted = _quoted(unit, {row.reply_to for row in rows if row.reply_to})
    named = {row.author_id: row.author_name for row in rows if getattr(row, "author_name", None)}
    people = {*(row.author_id for row in (*rows, *quoted)), *(reaction.staff_id for reaction in reacted)}
    names = {**named, **practice.names(unit, people - named.keys())}
    reactions = _reactions(reacted, names)
    answered = {
        row.id: Quote(row.id, row.seq, _author(row, names), _beginning(_body(unit, row).text)) for row in quoted
    }
    tasks = tasks_of(unit, [row.id for row in rows if row.kind is Kind.INTERNAL and getattr(row, "has_task", True)])
    said = [_body(unit, row) for row in rows]
    called = _called(unit, practice.every_name(unit)) if any("@" in body.text for body in said) else ()
    return [
        Message(
            **_itself(row, body, names),
            attachments=() if row.deleted_at else files.get(row.id, ()),
            reply_to=row.reply_to,
            quoted=answered.get(row.reply_to),
            mentions=names_in(body.text, called) if Kind(row.kind) is Kind.INTERNAL else (),
            reactions=reactions.get(row.id, ()),
            whole=body.whole,
            by_proxy=body.by_proxy,
            task=None if row.deleted_at else tasks.get(row.id),
        )
        for row, body in zip(rows, said, strict=True)
    ]


def lines(unit: Unit, rows: Sequence[AnyRow]) -> list[Message]:
    """The same messages as one line of a list says them: words and author, and nothing that stands beside them.

    A greeting shows sixty: what a line leaves out was half of what it cost.
    """
    names = practice.names(unit, {row.author_id for row in rows})
    return [Message(**_itself(row, _body(unit, row), names), attachments=()) for row in rows]


def _itself(row: AnyRow, body: Body, names: Mapping[UUID, str]) -> dict[str, Any]:
    """What a message says by itself, whatever stands beside it."""
    return {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "seq": row.seq,
        "kind": Kind(row.kind),
        "direction": Direction(row.direction),
        "author": _author(row, names),
        "patient_id": row.patient_id,
        "subject": body.subject,
        "text": body.text,
        "created_at": row.created_at,
        "edited_at": row.edited_at,
        "deleted_at": row.deleted_at,
        "form": body.form,
    }


def _quoted(unit: Unit, message_ids: set[UUID]) -> Sequence[AnyRow]:
    """Messages that others answer, as far as the actor sees those (uq_message_id)."""
    if not message_ids:
        return ()
    wanted = {"practice": unit.practice_id, "messages": list(message_ids)}
    asked, mine = (_ANSWERED_SEEN, {"me": unit.staff_id}) if sight.is_bound(unit) else (_ANSWERED, {})
    return asked.rows(unit.db, {**wanted, **mine})


def quote(message: Message) -> Quote:
    """The beginning of a message."""
    return Quote(message.id, message.seq, message.author, _beginning(message.text))


def called(unit: Unit) -> tuple[str, ...]:
    """Every name that can be mentioned: colleagues in full or by first name, and groups."""
    return _called(unit, [member.name for member in practice.staff(unit)])


def _called(unit: Unit, names: Sequence[str]) -> tuple[str, ...]:
    return (
        *names,
        *(name.split()[0] for name in names if name.split()),
        *(group.name for group in practice.groups(unit)),
    )


def _author(row: AnyRow, names: Mapping[UUID, str]) -> Author | None:
    return Author(row.author_id, names.get(row.author_id, "")) if row.author_id else None


def _body(unit: Unit, row: AnyRow) -> Body:
    return Body("") if row.deleted_at else open_body(unit, row.id, row.patient_id, row.body)


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED else line[: QUOTED - 1] + "…"


def _reacted(unit: Unit, message_ids: list[UUID]) -> Sequence[AnyRow]:
    if not message_ids:
        return ()
    return _REACTIONS.rows(unit.db, {"practice": unit.practice_id, "messages": message_ids})


def _reactions(rows: Sequence[AnyRow], names: dict[UUID, str]) -> dict[UUID, tuple[Reacted, ...]]:
    found: dict[UUID, dict[str, list[Author]]] = {}
    for row in rows:
        person = Author(row.staff_id, names.get(row.staff_id, ""))
        found.setdefault(row.message_id, {}).setdefault(row.mark, []).append(person)
    return {key: tuple(Reacted(mark, tuple(by)) for mark, by in marks.items()) for key, marks in found.items()}
