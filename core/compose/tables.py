"""Rows of composing: drafts waiting for a yes, and what is half-typed in each conversation."""

from uuid import UUID

from sqlalchemy import Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.store.types import Digest, Id, Later, Moment, Practice, Sealed, Table, Word


class DraftRow(Table):
    """A command's outcome before it goes: sealed, with a fingerprint of the contacts it was made from (U52)."""

    __tablename__ = "draft"
    __table_args__ = (Index("uq_draft_client", "practice_id", "staff_id", "client_id", unique=True),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    staff_id: Mapped[UUID]
    client_id: Mapped[Word | None]
    command: Mapped[Word]
    body: Mapped[Sealed]
    fingerprint: Mapped[Digest]
    created_at: Mapped[Moment]
    expires_at: Mapped[Moment]
    ended_at: Mapped[Later]
    message_id: Mapped[UUID | None] = mapped_column()


class ScheduledRow(Table):
    """A text or letter for later, to one person, sealed; ended when it went, was called off or was refused."""

    __tablename__ = "scheduled"
    __table_args__ = (
        Index("ix_scheduled_due", "due_at"),
        Index("ix_scheduled_person", "practice_id", "person_id", "ended_at"),
    )
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    author_id: Mapped[UUID]
    person_id: Mapped[UUID]
    command: Mapped[Word]
    body: Mapped[Sealed]
    credits: Mapped[int] = mapped_column(SmallInteger)
    planned_at: Mapped[Moment]
    due_at: Mapped[Later]
    ended_at: Mapped[Later]
    message_id: Mapped[UUID | None]
    refused: Mapped[Word | None]
    held_at: Mapped[Later]  # its author left: it waits for an admin


class Scratch(Table):
    """What a person has typed in a conversation and not sent (U42)."""

    __tablename__ = "scratch"
    practice_id: Mapped[Practice]
    staff_id: Mapped[Id]
    conversation_id: Mapped[Id]
    text: Mapped[Sealed]
    at: Mapped[Moment]


class CommandUse(Table):
    """How often a person used a command (U38)."""

    __tablename__ = "command_use"
    practice_id: Mapped[Practice]
    staff_id: Mapped[Id]
    name: Mapped[Word] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(SmallInteger)
