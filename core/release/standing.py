"""What a page before the lock shows of its link, in one look: such a page is made for every step of the way."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.patients import find as patients
from core.practice import find as practice
from core.practice.words import PracticeCard
from core.release import birth, code, sends
from core.release.find import live_link
from core.release.sends import DayLimit
from core.store.types import AnyRow
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Standing:
    """A link as the page before its lock shows it; `again_at` is when another code may be asked for, None at once.

    `asked`: this browser has asked for a code. No more than the two last digits of the number are in it (S23).
    `language` is what the patient asked to be written to in, empty where nobody asked them.
    """

    phone_ending: str
    sensitive: bool
    asks_birth: bool
    until: datetime
    asked: bool
    again_at: datetime | None
    practice: PracticeCard
    language: str


def standing(
    unit: Unit, link_id: UUID, browser: bytes, known: UUID | None = None, followed: datetime | None = None
) -> Standing:
    """Where a browser stands before a link. Raises LinkGone, LinkFrozen, LinkExpired."""
    link = live_link(unit, link_id, known=known, followed=followed)
    return Standing(
        phone_ending=link.phone_ending,
        sensitive=link.sensitive,
        asks_birth=birth.wanted_at(unit, link) is not None,
        until=link.expires_at,
        asked=code.asked(unit, link_id, browser),
        again_at=_next_ask(unit, link),
        practice=practice.card(unit),
        language="" if link.bait else patients.patient(unit, link.patient_id).language,
    )


def _next_ask(unit: Unit, link: AnyRow) -> datetime | None:
    try:
        at = sends.next_at(unit, link)
    except DayLimit:
        return None
    return at if at and unit.now < at else None
