"""How far somebody is with a form: since when, and how many pages; never what they answered (F43)."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam, func, select

from core.forms.answers import Filling, filling
from core.forms.tables import FormAnswers
from core.release.find import LinkExpired, LinkFrozen, LinkGone
from core.store.prepared import Prepared
from core.store.unit import Unit

_HOW_FAR = Prepared(
    select(
        func.count().label("all"),
        func.count(FormAnswers.saved_at).label("begun"),
        func.count(FormAnswers.submitted_at).label("sent"),
    ).where(FormAnswers.practice_id == bindparam("practice"), FormAnswers.link_id == bindparam("link"))
)


class HowFar(StrEnum):
    """How far a patient is with all the forms behind a link."""

    NOT_BEGUN = "not_begun"
    BEGUN = "begun"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class SoFar:
    """When something was saved last, and how many pages were passed of how many there are now."""

    saved_at: datetime
    passed: int
    pages: int


def begun(unit: Unit, link_id: UUID) -> Filling | None:
    """The form behind a link that somebody is at; None where nobody began, it was sent, or the link has ended."""
    with suppress(LinkGone, LinkExpired, LinkFrozen):
        found = filling(unit, link_id)
        return found if found.saved_at and not found.submitted_at else None
    return None


def so_far(at: Filling) -> SoFar | None:
    """How far it is; asked outside transactions, since the form's expressions run."""
    if at.saved_at is None:
        return None
    passed = sum(any(one.asked.name in at.draft.seen for one in page.questions) for page in at.state.pages)
    return SoFar(at.saved_at, passed, len(at.state.pages))


def how_far(unit: Unit, link_id: UUID) -> HowFar | None:
    """How far the forms behind a link are; None where it carries none."""
    forms = _HOW_FAR.one(unit.db, {"practice": unit.practice_id, "link": link_id})
    if not forms or not forms.all:
        return None
    if forms.sent == forms.all:
        return HowFar.SENT
    return HowFar.BEGUN if forms.begun or forms.sent else HowFar.NOT_BEGUN
