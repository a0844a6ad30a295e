"""How far somebody is with a form: since when, and how many pages; never what they answered (F43)."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.forms.answers import Filling, filling
from core.release.find import LinkExpired, LinkFrozen, LinkGone
from core.store.unit import Unit


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
