"""Rows of messages: conversations, members and cursors, messages clustered by conversation, files, notifications."""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, Integer, LargeBinary, SmallInteger, false, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from core.messages.words import ConversationKind, Direction, Kind, TaskState
from core.store.types import Id, Later, Line, Moment, Practice, Sealed, Table, Word, words


class ConversationRow(Table):
    """A thread. `key` names it once: `patient:<id>`, `group:<id>` or `direct:<smaller id>:<larger id>`.

    Up to `erased_up_to` it was kept long enough, and its words are gone.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index("uq_conversation_key", "practice_id", "key", unique=True),
        Index("ix_conversation_recent", "practice_id", "kind", "last_at"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    kind: Mapped[ConversationKind] = mapped_column(words(ConversationKind))
    key: Mapped[Word]
    patient_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    last_at: Mapped[Moment]
    created_at: Mapped[Moment]
    erased_up_to: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class Member(Table):
    """A person in a conversation, and how far they have read: unread is a subtraction, never a count.

    What stands up to `sees_after` was said before they came, and is not theirs to see (`sight.py`).
    `mentioned_seq` is the newest message that names them; `muted_until` is far away for "always". Who came `as_cover`
    stays for as long as somebody there is away and covered for by them (`covering.py`).
    """

    __tablename__ = "member"
    __table_args__ = (
        Index("ix_member_conversation", "practice_id", "conversation_id"),
        Index("ix_member_cover", "practice_id", sqlite_where=text("as_cover = 1"), postgresql_where=text("as_cover")),
    )
    practice_id: Mapped[Practice]
    staff_id: Mapped[Id]
    conversation_id: Mapped[Id]
    last_read_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    sees_after: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())
    muted_until: Mapped[Later]
    mentioned_seq: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    as_cover: Mapped[bool] = mapped_column(default=False, server_default=false())


class MessageRow(Table):
    """A message, clustered by conversation so that a page is one descent (performance.md section 4)."""

    __tablename__ = "message"
    __table_args__ = (
        Index("uq_message_id", "practice_id", "id", unique=True),
        Index("uq_message_client", "practice_id", "author_id", "client_id", unique=True),
        {"sqlite_with_rowid": False},
    )
    practice_id: Mapped[Practice]
    conversation_id: Mapped[Id]
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    id: Mapped[UUID]
    kind: Mapped[Kind] = mapped_column(words(Kind))
    direction: Mapped[Direction] = mapped_column(words(Direction))
    author_id: Mapped[UUID | None]
    patient_id: Mapped[UUID | None]
    body: Mapped[Sealed]
    client_id: Mapped[Word | None]
    reply_to: Mapped[UUID | None]
    files: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[Moment]
    edited_at: Mapped[Later]
    deleted_at: Mapped[Later]


class MessageBefore(Table):
    """What an internal message said before it was edited, and until when."""

    __tablename__ = "message_before"
    practice_id: Mapped[Practice]
    message_id: Mapped[Id]
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    body: Mapped[Sealed]
    until: Mapped[Moment]


class MessageEntry(Table):
    """A message as search knows it. `words` is PostgreSQL's; SQLite holds them in `message_word` (FTS5) by `number`.

    `form`: it brings a form or its answers; None until that was looked up, for entries from before it was kept.
    """

    __tablename__ = "message_entry"
    __table_args__ = (
        Index("uq_message_entry_message", "practice_id", "message_id", unique=True),
        Index("ix_message_entry_patient", "practice_id", "patient_id", "number"),
        Index("ix_message_entry_words", "words", postgresql_using="gin"),
        {"info": {"derived": True}},  # made again from the messages, so not in backups
    )
    practice_id: Mapped[Practice]
    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    message_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    seq: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[Kind] = mapped_column(words(Kind))
    form: Mapped[bool | None]
    author_id: Mapped[UUID | None]
    patient_id: Mapped[UUID | None]
    words: Mapped[Any | None] = mapped_column(TSVECTOR().with_variant(LargeBinary(), "sqlite"))
    created_at: Mapped[Moment]


class Reaction(Table):
    """One person's mark on a message."""

    __tablename__ = "reaction"
    practice_id: Mapped[Practice]
    message_id: Mapped[Id]
    staff_id: Mapped[Id]
    mark: Mapped[Word] = mapped_column(primary_key=True)


class FileRow(Table):
    """A file. Name and bytes are sealed under a key of its own, so that it can be shredded alone (S100).

    `patient_id` is the patient who sent it; None for what the practice sends.
    """

    __tablename__ = "file"
    __table_args__ = (
        Index("ix_file_message", "practice_id", "message_id"),
        Index("ix_file_patient", "practice_id", "patient_id"),
        Index("ix_file_state", "state", "created_at"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    message_id: Mapped[UUID | None]
    uploaded_by: Mapped[UUID | None]
    patient_id: Mapped[UUID | None]
    name: Mapped[Sealed]
    type: Mapped[Word]
    size: Mapped[int]
    state: Mapped[Word]
    created_at: Mapped[Moment]


class FileChunk(Table):
    """Up to 1 MiB of a file, sealed with its number and whether it is the last."""

    __tablename__ = "file_chunk"
    practice_id: Mapped[Practice]
    file_id: Mapped[Id]
    number: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class NotificationRow(Table):
    """A person's pointer to something that wants them; `mail_due_at` until it is read or mailed (U56)."""

    __tablename__ = "notification"
    __table_args__ = (
        Index("ix_notification_person", "practice_id", "staff_id", "done_at", "id"),
        Index("ix_notification_due", "mail_due_at"),
        Index("ix_notification_message", "practice_id", "message_id"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    staff_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    message_id: Mapped[UUID]
    from_id: Mapped[UUID | None]
    reason: Mapped[Word]
    created_at: Mapped[Moment]
    read_at: Mapped[Later]
    done_at: Mapped[Later]
    mail_due_at: Mapped[Later]
    mailed_at: Mapped[Later]  # about what is unread, until it is read: then no second e-mail goes


class EmergencyRow(Table):
    """Somebody may read, until `ends_at`, a conversation they are not in; why stands in the conversation itself."""

    __tablename__ = "emergency"
    __table_args__ = (Index("ix_emergency_reader", "practice_id", "staff_id", "conversation_id"),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    staff_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    began_at: Mapped[Moment]
    ends_at: Mapped[Moment]


class TaskRow(Table):
    """What an internal message asks for: of whom (a person or a group), who holds it, until when."""

    __tablename__ = "task"
    __table_args__ = (Index("ix_task_state", "practice_id", "state", "due_at"),)
    practice_id: Mapped[Practice]
    message_id: Mapped[Id]
    conversation_id: Mapped[UUID]
    asked_by: Mapped[UUID]
    person_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    state: Mapped[TaskState] = mapped_column(words(TaskState))
    holder_id: Mapped[UUID | None]
    created_at: Mapped[Moment]
    changed_at: Mapped[Moment]
    due_at: Mapped[Later]


class ReminderRow(Table):
    """Something to be said at a time; `due_at` until it was said or called off. `to_id` is a person or a group."""

    __tablename__ = "reminder"
    __table_args__ = (
        Index("ix_reminder_due", "due_at"),
        Index("uq_reminder_client", "practice_id", "author_id", "client_id", unique=True),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    author_id: Mapped[UUID]
    to_id: Mapped[UUID]
    conversation_id: Mapped[UUID]
    text: Mapped[Sealed]
    client_id: Mapped[Word]
    created_at: Mapped[Moment]
    due_at: Mapped[Later]
    held_at: Mapped[Later]  # whoever made it, or whom it is for, left: it waits for an admin


class UnopenedRow(Table):
    """What a patient wrote and nobody opened: `seq` is the newest of it, `since` when the first came.

    `due_at` until it became everybody's, `everybodys_at` from then on.
    """

    __tablename__ = "unopened"
    __table_args__ = (Index("ix_unopened_due", "due_at"),)
    practice_id: Mapped[Practice]
    conversation_id: Mapped[Id]
    seq: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[Moment]
    due_at: Mapped[Later]
    everybodys_at: Mapped[Later]


SHARED, OWN = text("owner_id IS NULL"), text("owner_id IS NOT NULL")  # of templates


class TemplateRow(Table):
    """Reusable text; `name` is what staff type. One with an owner is theirs alone.

    The words are `sealed`; `text` holds those from before they were, until `latchkey migrate` seals them.
    """

    __tablename__ = "template"
    __table_args__ = (
        Index(
            "uq_template_name",
            "practice_id",
            "name",
            unique=True,
            sqlite_where=SHARED,
            postgresql_where=SHARED,
        ),
        Index(
            "uq_template_own",
            "practice_id",
            "owner_id",
            "name",
            unique=True,
            sqlite_where=OWN,
            postgresql_where=OWN,
        ),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    owner_id: Mapped[UUID | None]
    name: Mapped[Word]
    subject: Mapped[Line]
    text: Mapped[str]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    retired_at: Mapped[Later]
    created_at: Mapped[Moment]
