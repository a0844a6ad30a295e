"""Words of messages: kinds, directions, and the shapes that everyone above reads."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class ConversationKind(StrEnum):
    """Who a thread is between."""

    DIRECT = "direct"
    GROUP = "group"
    PATIENT = "patient"


class Kind(StrEnum):
    """What a message is."""

    INTERNAL = "internal"
    SMS = "sms"
    EMAIL = "email"
    DIRECT = "direct"
    EVENT = "event"


class Direction(StrEnum):
    """Which way it went; `internal` never left the practice."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class FileState(StrEnum):
    """What is known of a file's harmlessness (S83)."""

    UNSCANNED = "unscanned"
    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    ERROR = "error"
    ERASED = "erased"

    @property
    def served(self) -> bool:
        """Whether a person may be given it: after a scan only if clean; where nothing scans, as it is."""
        return self in (FileState.CLEAN, FileState.UNSCANNED)


class TaskState(StrEnum):
    """What became of a request; `passed`: it goes on elsewhere, where whoever has it now can read it."""

    OPEN = "open"
    TAKEN = "taken"
    DONE = "done"
    PASSED = "passed"

    @property
    def ended(self) -> bool:
        """Whether nobody needs to do anything about it here any more."""
        return self in (TaskState.DONE, TaskState.PASSED)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message; `size` in bytes, `type` a media type from our own table (S84)."""

    id: UUID
    name: str
    type: str
    size: int
    state: FileState = FileState.UNSCANNED


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a message."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Quote:
    """The beginning of a message that another one answers."""

    id: UUID
    seq: int
    author: Author | None
    text: str


@dataclass(frozen=True, slots=True)
class Reacted:
    """A mark on a message and who put it there."""

    mark: str
    by: tuple[Author, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """A request that an internal message makes. `to` is a colleague or a group; `holder` took it, or did it.

    `late`: it is due and not done, at the moment it was looked at.
    """

    state: TaskState
    asked_by: Author
    to: Author
    holder: Author | None
    created_at: datetime
    changed_at: datetime
    due_at: datetime | None
    late: bool = False

    @property
    def held_by(self) -> frozenset[UUID]:
        """Who alone may end it or pass it on: whoever took it and whoever asked; empty while nobody has it."""
        return frozenset({self.holder.id, self.asked_by.id}) if self.holder else frozenset()


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of a conversation, opened; `mentions` are names as they stand in the text, each after an `@`.

    `whole` is a letter with what it quotes, where `text` leaves that out; `by_proxy`: somebody wrote it for
    the patient.
    """

    id: UUID
    conversation_id: UUID
    seq: int
    kind: Kind
    direction: Direction
    author: Author | None
    patient_id: UUID | None
    subject: str
    text: str
    attachments: tuple[Attachment, ...]
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    reply_to: UUID | None = None
    quoted: Quote | None = None
    mentions: tuple[str, ...] = ()
    reactions: tuple[Reacted, ...] = ()
    form: dict[str, Any] | None = None
    whole: str = ""
    by_proxy: bool = False
    task: Task | None = None
    deliveries: tuple[Any, ...] = ()
    release: Any = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A thread as one person sees it. `everybodys`: a patient wrote, and nobody opened it in time.

    Up to `sees_after` it was said before they came.
    """

    id: UUID
    kind: ConversationKind
    title: str
    patient_id: UUID | None
    members: tuple[UUID, ...]
    last_seq: int
    unread: int
    last_at: datetime | None = None
    mine: bool = True
    read_up_to: int = 0
    pinned: bool = False
    muted: bool = False
    mentioned: bool = False
    everybodys: bool = False
    sees_after: int = 0


@dataclass(frozen=True, slots=True)
class Reader:
    """What one person has read: after `sees_after`, where it began for them, and up to `up_to`."""

    person: Author
    up_to: int
    sees_after: int = 0


@dataclass(frozen=True, slots=True)
class Before:
    """What a message said until a moment."""

    text: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Notification:
    """A person's pointer to something that wants them: `title` is its conversation's, `kind`, `text` and `task` its
    newest message's; `reason` says why it points there, `about_patient` that its conversation is about one.
    """

    id: UUID
    staff_id: UUID
    conversation_id: UUID
    message_id: UUID
    sender: Author | None
    text: str
    created_at: datetime
    read_at: datetime | None
    done_at: datetime | None
    title: str = ""
    kind: Kind = Kind.INTERNAL
    reason: str = ""
    task: Task | None = None
    about_patient: bool = False


@dataclass(frozen=True, slots=True)
class Writing:
    """What is to be written; everything but the place and the number it will get. `whole`, `by_proxy`: see Message."""

    kind: Kind
    direction: Direction
    text: str
    subject: str = ""
    client_id: str = ""
    attachments: tuple[UUID, ...] = ()
    reply_to: UUID | None = None
    own_key: bool = False
    form: dict[str, Any] | None = None
    mentions: tuple[UUID, ...] = field(default_factory=tuple)
    whole: str = ""
    by_proxy: bool = False
