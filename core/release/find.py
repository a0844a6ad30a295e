"""Reads of releases: where a link stands, and the states of many messages at once."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select

from core.errors import LatchkeyError
from core.language import language_for
from core.patients import find as patients
from core.practice import find as practice
from core.practice.tables import PracticeRow
from core.release.tables import AccessLog, KnownBrowser, LinkRow
from core.release.words import FILTER, Release, ReleaseState
from core.store.prepared import Prepared
from core.store.types import AnyRow
from core.store.unit import Unit

WRONG_CODES = "wrong codes"  # why a link is frozen
NOT_ME = "not me"
TIME_TO_OPEN = timedelta(days=1)  # after which what still waits counts as not opened
NO_GRACE = timedelta()
KNOWN_FOR = timedelta(days=90)  # S16


class LinkGone(LatchkeyError):
    """Unknown or taken back: the two look alike (S6)."""


class LinkExpired(LatchkeyError):
    """Genuine, but its time is over; `at` is when it ended."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


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
    LinkRow.sensitive,
    LinkRow.revoked_at,
    LinkRow.frozen_at,
    LinkRow.frozen_why,
    LinkRow.opened_at,
    LinkRow.code_sent_at,
    LinkRow.unlocked_at,
    LinkRow.answered_at,
    LinkRow.on_paper_at,
    LinkRow.reissued_at,
    LinkRow.call_message_id,
    LinkRow.bait,
)


_OF_MESSAGES = Prepared(  # asked with every page of messages
    select(*COLUMNS).where(LinkRow.practice_id == bindparam("practice"), LinkRow.message_id.in_(bindparam("messages")))
)
_FILTERED = Prepared(
    select(AccessLog.link_id)
    .where(
        AccessLog.practice_id == bindparam("practice"),
        AccessLog.link_id.in_(bindparam("links")),
        AccessLog.what == FILTER,
    )
    .distinct()
)
# Asked at every step before the door, so made once, and with what the practice says of all its links.
_LINK = (
    select(*COLUMNS, PracticeRow.links_frozen_at.label("all_frozen_at"), PracticeRow.asks_birth)
    .join(PracticeRow, PracticeRow.id == LinkRow.practice_id)
    .where(LinkRow.practice_id == bindparam("practice"), LinkRow.id == bindparam("link"))
)
_ONE, _ONE_LOCKED = Prepared(_LINK), Prepared(_LINK.with_for_update(of=LinkRow))
_WHOSE = Prepared(
    select(LinkRow.patient_id).where(
        LinkRow.practice_id == bindparam("practice"), LinkRow.id == bindparam("link"), LinkRow.bait.is_(False)
    )
)
_KNOWN = Prepared(
    select(KnownBrowser.id).where(
        KnownBrowser.practice_id == bindparam("practice"),
        KnownBrowser.id == bindparam("browser"),
        KnownBrowser.patient_id == bindparam("patient"),
        KnownBrowser.created_at > bindparam("since"),
    )
)


def live_link(
    unit: Unit,
    link_id: UUID,
    *,
    lock: bool = False,
    known: UUID | None = None,
    followed: datetime | None = None,
) -> AnyRow:
    """A link that can still be unlocked. Raises LinkGone, LinkFrozen, LinkExpired.

    Wrong codes of a stranger do not lock out a `known` browser, one that unlocked this patient before (S16). `followed`
    is when a browser came by it: by an address that was replaced since, it stands before nothing (S3).
    """
    row = _link(unit, link_id, lock)
    if followed is not None and row.reissued_at is not None and followed < row.reissued_at:
        raise LinkGone
    if row.frozen_at is not None and not (row.frozen_why == WRONG_CODES and is_known(unit, known, row.patient_id)):
        raise LinkFrozen
    return row


def open_link(unit: Unit, link_id: UUID, *, lock: bool = False, grace: timedelta = NO_GRACE) -> AnyRow:
    """A link for somebody behind it, until `grace` after its end. Raises LinkGone, LinkFrozen, LinkExpired.

    What was taken back or closed has no grace.

    Freezing ends every session, so whoever is inside a link closed by wrong codes came in by a known browser since.
    """
    row = _link(unit, link_id, lock, grace)
    if row.frozen_at is not None and row.frozen_why != WRONG_CODES:
        raise LinkFrozen
    return row


def chosen_language(unit: Unit, link_id: UUID) -> str:
    """What the patient of a link asked to be written to in (primary keys); empty where nobody asked them."""
    patient_id = _WHOSE.value(unit.db, {"practice": unit.practice_id, "link": link_id})
    return patients.patient(unit, patient_id).language if patient_id else ""


def by_card(unit: Unit, link_id: UUID) -> bool:
    """Whether no text can reach whom a link was sent to, so that only a card opens it (primary key)."""
    row = LinkRow
    return not unit.db.scalar(select(row.phone_ending).where(row.practice_id == unit.practice_id, row.id == link_id))


def language_of(unit: Unit, link_id: UUID) -> str:
    """What the patient of a link is written to in."""
    return language_for(chosen_language(unit, link_id), practice.card(unit).country)


def is_known(unit: Unit, browser_id: UUID | None, patient_id: UUID) -> bool:
    """Whether a browser unlocked this very patient in the last 90 days."""
    if browser_id is None:
        return False
    wanted = {"browser": browser_id, "patient": patient_id, "since": unit.now - KNOWN_FOR}
    return _KNOWN.value(unit.db, {"practice": unit.practice_id, **wanted}) is not None


def states(unit: Unit, message_ids: Iterable[UUID]) -> dict[UUID, ReleaseState]:
    """How far these messages' releases have come (ix_link_message)."""
    ids = list(message_ids)
    if not ids:
        return {}
    rows = _OF_MESSAGES.rows(unit.db, {"practice": unit.practice_id, "messages": ids})
    found = {row.message_id: _state(row, unit.now) for row in rows}
    waiting = {one.link_id for one in found.values() if one.status is Release.WAITING}
    filtered = _filtered(unit, waiting)
    return {key: replace(one, filtered=one.link_id in filtered) for key, one in found.items()}


def _filtered(unit: Unit, link_ids: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these links that a mail filter followed (ix_access_log_link)."""
    ids = list(link_ids)
    if not ids:
        return frozenset()
    return frozenset(row.link_id for row in _FILTERED.rows(unit.db, {"practice": unit.practice_id, "links": ids}))


def _link(unit: Unit, link_id: UUID, lock: bool, grace: timedelta = NO_GRACE) -> AnyRow:
    one = {"practice": unit.practice_id, "link": link_id}
    row = (_ONE_LOCKED if lock else _ONE).one(unit.db, one)
    if row is None or row.revoked_at is not None or _forgotten(unit, row):
        raise LinkGone
    if row.all_frozen_at is not None:
        raise LinkFrozen
    if row.expires_at + grace <= unit.now:
        raise LinkExpired(row.expires_at)
    return row


def _forgotten(unit: Unit, row: AnyRow) -> bool:
    """Whether a bait link is as old as genuine ones are when their address is let go of: it looks like them (S112)."""
    return bool(row.bait and row.expires_at + timedelta(days=unit.settings.limits.portal_days) <= unit.now)


def doubted(unit: Unit, patient_id: UUID, phone_mac: bytes | None) -> bool:
    """Whether somebody at this very number or its mailbox said that a message was not for them; a link sent again since
    ends the doubt (ix_link_patient)."""
    row = LinkRow
    mine = (row.practice_id == unit.practice_id, row.patient_id == patient_id, row.phone_mac == phone_mac)
    return unit.db.scalar(select(row.id).where(*mine, row.frozen_why == NOT_ME).limit(1)) is not None


def left_unopened(unit: Unit, patient_id: UUID, times: int = 2) -> bool:
    """Whether a patient opened none of the last so many releases that had their time (ix_link_patient; U49)."""
    row = LinkRow
    had_time = or_(
        row.unlocked_at.is_not(None),
        row.on_paper_at.is_not(None),
        row.expires_at <= unit.now,
        row.created_at <= unit.now - TIME_TO_OPEN,
    )
    opened = unit.db.scalars(
        select(func.coalesce(row.unlocked_at, row.on_paper_at))
        .where(row.practice_id == unit.practice_id, row.patient_id == patient_id, row.revoked_at.is_(None), had_time)
        .order_by(row.created_at.desc())
        .limit(times)
    ).all()
    return len(opened) == times and not any(opened)


def waiting(unit: Unit, limit: int = 20, patient_id: UUID | None = None) -> list[AnyRow]:
    """Released, not unlocked, still alive: what `/status` lists, oldest first."""
    of_one = (LinkRow.patient_id == patient_id,) if patient_id else ()
    return list(
        unit.db.execute(
            select(*COLUMNS)
            .where(
                LinkRow.practice_id == unit.practice_id,
                LinkRow.unlocked_at.is_(None),
                LinkRow.on_paper_at.is_(None),
                LinkRow.revoked_at.is_(None),
                LinkRow.bait.is_(False),
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
    if row.on_paper_at is not None:
        return Release.ON_PAPER
    if row.frozen_at is not None:
        return Release.FROZEN
    if row.unlocked_at is not None:
        return Release.UNLOCKED
    if row.expires_at <= now:
        return Release.EXPIRED
    if row.code_sent_at is not None:
        return Release.CODE_SENT
    return Release.OPENED if row.opened_at is not None else Release.WAITING
