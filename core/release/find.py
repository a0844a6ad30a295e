"""Reads of releases: where a link stands, and the states of many messages at once."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from core.errors import LatchkeyError
from core.release.tables import LinkRow
from core.release.words import Release, ReleaseState
from core.store.types import AnyRow
from core.store.unit import Unit


class LinkGone(LatchkeyError):
    """Unknown or taken back: the two look alike (S6)."""


class LinkExpired(LatchkeyError):
    """Genuine, but its time is over."""


class LinkFrozen(LatchkeyError):
    """Closed after too many wrong codes, or because somebody said it was not for them."""


COLUMNS = (
    LinkRow.id,
    LinkRow.message_id,
    LinkRow.conversation_id,
    LinkRow.patient_id,
    LinkRow.sent_by,
    LinkRow.phone,
    LinkRow.phone_mac,
    LinkRow.phone_ending,
    LinkRow.created_at,
    LinkRow.expires_at,
    LinkRow.wrong_in_row,
    LinkRow.held,
    LinkRow.revoked_at,
    LinkRow.frozen_at,
    LinkRow.opened_at,
    LinkRow.code_sent_at,
    LinkRow.unlocked_at,
    LinkRow.answered_at,
)


def live_link(unit: Unit, link_id: UUID, *, lock: bool = False) -> AnyRow:
    """A link that can still be opened. Raises LinkGone, LinkFrozen, LinkExpired."""
    query = select(*COLUMNS).where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link_id)
    row = unit.db.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None or row.revoked_at is not None:
        raise LinkGone
    if row.frozen_at is not None:
        raise LinkFrozen
    if row.expires_at <= unit.now:
        raise LinkExpired
    return row


def states(unit: Unit, message_ids: Iterable[UUID]) -> dict[UUID, ReleaseState]:
    """How far these messages' releases have come (ix_link_message)."""
    ids = list(message_ids)
    if not ids:
        return {}
    rows = unit.db.execute(select(*COLUMNS).where(LinkRow.practice_id == unit.practice_id, LinkRow.message_id.in_(ids)))
    return {row.message_id: _state(row, unit.now) for row in rows}


def waiting(unit: Unit, limit: int = 20, patient_id: UUID | None = None) -> list[AnyRow]:
    """Released, not unlocked, still alive: what `/status` lists, oldest first."""
    of_one = (LinkRow.patient_id == patient_id,) if patient_id else ()
    return list(
        unit.db.execute(
            select(*COLUMNS)
            .where(
                LinkRow.practice_id == unit.practice_id,
                LinkRow.unlocked_at.is_(None),
                LinkRow.revoked_at.is_(None),
                LinkRow.expires_at > unit.now,
                *of_one,
            )
            .order_by(LinkRow.created_at)
            .limit(limit)
        )
    )


def newest_live(unit: Unit, patient_id: UUID) -> UUID | None:
    """The newest message released to a patient whose link has neither ended nor been taken back."""
    return unit.db.scalar(
        select(LinkRow.message_id)
        .where(
            LinkRow.practice_id == unit.practice_id,
            LinkRow.patient_id == patient_id,
            LinkRow.revoked_at.is_(None),
            LinkRow.expires_at > unit.now,
        )
        .order_by(LinkRow.created_at.desc())
        .limit(1)
    )


def _state(row: AnyRow, now: datetime) -> ReleaseState:
    return ReleaseState(row.id, row.message_id, _status(row, now), row.expires_at, row.unlocked_at, row.answered_at)


def _status(row: AnyRow, now: datetime) -> Release:
    """The furthest that counts: ended states before reached ones, except that an answer stays an answer."""
    if row.revoked_at is not None:
        return Release.REVOKED
    if row.answered_at is not None:
        return Release.ANSWERED
    if row.frozen_at is not None:
        return Release.FROZEN
    if row.unlocked_at is not None:
        return Release.UNLOCKED
    if row.expires_at <= now:
        return Release.EXPIRED
    if row.code_sent_at is not None:
        return Release.CODE_SENT
    return Release.OPENED if row.opened_at is not None else Release.WAITING
