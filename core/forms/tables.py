"""Rows of Smart Forms: the forms of a practice, their frozen versions, and answers bound to a link."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from core.store.types import Digest, Id, Later, Line, Moment, Practice, Sealed, Table, Word


class FormRow(Table):
    """A form of a practice; `key` is what staff type after `/form` (F8)."""

    __tablename__ = "form"
    __table_args__ = (Index("uq_form_key", "practice_id", "key", unique=True),)
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    key: Mapped[Word]
    title: Mapped[Line]
    state: Mapped[Word]
    version: Mapped[int]
    habits: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    created_at: Mapped[Moment]


class FormVersion(Table):
    """One frozen version: the very bytes that came in, and their hash (F9, F12)."""

    __tablename__ = "form_version"
    practice_id: Mapped[Practice]
    form_id: Mapped[Id]
    number: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[Digest]
    source: Mapped[bytes] = mapped_column(LargeBinary)
    accepted: Mapped[dict[str, Any]] = mapped_column(JSON)
    origin: Mapped[Word] = mapped_column(server_default="import")
    created_at: Mapped[Moment]


class FormUpload(Table):
    """A file that is looked at before it becomes a form; kept for a day, so that nobody sends it twice (F6)."""

    __tablename__ = "form_upload"
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    staff_id: Mapped[UUID]
    name: Mapped[Line] = mapped_column(server_default="")
    source: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[Moment]


class FormSketch(Table):
    """A form that is being built; it becomes the next version of `form_id`, if that is set."""

    __tablename__ = "form_sketch"
    practice_id: Mapped[Practice]
    id: Mapped[Id]
    form_id: Mapped[UUID | None]
    source: Mapped[bytes] = mapped_column(LargeBinary)
    before: Mapped[bytes | None] = mapped_column(LargeBinary)  # what it was before its last change
    changes: Mapped[int]
    changed_by: Mapped[UUID]
    changed_at: Mapped[Moment]


class FormAnswers(Table):
    """The answers to one form behind a link: a sealed draft, then the sealed response; one submission (S88).

    A link may carry several forms, one after the other: `place` is which (F79).
    """

    __tablename__ = "form_answers"
    __table_args__ = (
        Index("ix_form_answers_message", "practice_id", "message_id"),
        Index("ix_form_answers_form", "practice_id", "form_id", "version"),
    )
    practice_id: Mapped[Practice]
    link_id: Mapped[Id]
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, default=0)
    form_id: Mapped[UUID]
    version: Mapped[int]
    draft: Mapped[Sealed | None]
    response: Mapped[Sealed | None]
    due_at: Mapped[Later]
    saved_at: Mapped[Later]
    submitted_at: Mapped[Later]
    message_id: Mapped[UUID | None]
    corrected: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")


class FormCorrection(Table):
    """Answers put right by staff: the whole response as it is then (F67). The newest counts; none is ever changed.

    Sealed under the key of the response that it corrects, so that all of them end together.
    """

    __tablename__ = "form_correction"
    __table_args__ = (Index("ix_form_correction_message", "practice_id", "message_id"),)
    practice_id: Mapped[Practice]
    link_id: Mapped[Id]
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    response: Mapped[Sealed]
    staff_id: Mapped[UUID]
    message_id: Mapped[UUID]
    corrected_at: Mapped[Moment]
