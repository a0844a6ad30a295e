"""Rows of the audit trail: append-only (triggers refuse anything else), hash-chained by practice."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.store.types import Digest, Moment, Practice, Table, Word


class AuditHead(Table):
    """The newest entry of a practice's chain."""

    __tablename__ = "audit_head"
    practice_id: Mapped[Practice]
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[Digest | None]


class AuditEntry(Table):
    """Who did or saw what, when, to which row; never what it said (S108)."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_about", "practice_id", "about", "seq"),
        Index("ix_audit_entry_actor", "practice_id", "actor_id", "seq"),
        Index("ix_audit_entry_verb", "practice_id", "verb", "seq"),
        Index("ix_audit_entry_at", "practice_id", "at"),
    )
    practice_id: Mapped[Practice]
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[Moment]
    actor_kind: Mapped[Word]
    actor_id: Mapped[UUID | None]
    verb: Mapped[Word]
    about: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[Digest]


class AuditTreeHead(Table):
    """The tree over the first `size` entries; `note` is its signed checkpoint, once a day. Append-only too."""

    __tablename__ = "audit_tree_head"
    practice_id: Mapped[Practice]
    size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root: Mapped[Digest]
    frontier: Mapped[list[str]] = mapped_column(JSON)
    at: Mapped[Moment]
    note: Mapped[str | None]
