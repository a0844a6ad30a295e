"""Rows of the audit trail: append-only (triggers refuse anything else), hash-chained by practice."""

from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger
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
    practice_id: Mapped[Practice]
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[Moment]
    actor_kind: Mapped[Word]
    actor_id: Mapped[UUID | None]
    verb: Mapped[Word]
    about: Mapped[UUID | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[Digest]
