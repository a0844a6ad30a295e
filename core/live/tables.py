"""Rows of the event log: what happened in a practice, numbered without gaps."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.store.types import Moment, Practice, Table, Word


class EventHead(Table):
    """The number of a practice's newest event."""

    __tablename__ = "event_head"
    practice_id: Mapped[Practice]
    seq: Mapped[int] = mapped_column(BigInteger)


class EventRow(Table):
    """One event, with ids only; what `hello` resumes from (contract section 5)."""

    __tablename__ = "event"
    practice_id: Mapped[Practice]
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[Word]
    conversation_id: Mapped[UUID | None]
    staff_id: Mapped[UUID | None]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[Moment]
