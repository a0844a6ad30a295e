"""A form that waits was answered on paper: nobody is reminded of it any more, and it can be undone (F46)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from core.audit.trail import append
from core.errors import Invalid, NotFound
from core.forms.answers import has_form
from core.messages import find as messages
from core.messages.tasks import overtaken
from core.practice.rights import require
from core.practice.words import Right
from core.release.link import link_of, tell_change
from core.release.steps import step
from core.release.tables import LinkRow
from core.store.types import AnyRow
from core.store.unit import Unit


def done_on_paper(unit: Unit, message_id: UUID) -> None:
    """Note that the form of a message was answered on paper; its link stays open, answers that come later still count.

    Ends the request to ring the patient, if one was made; twice is the same as once.
    Raises Forbidden, NotFound (also taken back, or no form), Invalid("form", "answered").
    """
    link = _waiting(unit, message_id)
    if link.on_paper_at is None:
        _note(unit, link, unit.now)
        if link.call_message_id is not None:
            overtaken(unit, link.call_message_id)
        step(unit, link.id, "on_paper", by=str(unit.actor.id))
        append(unit, "form done on paper", message_id)
        tell_change(unit, link.id)


def not_on_paper(unit: Unit, message_id: UUID) -> None:
    """Undo that: the form waits for its patient again. Raises as `done_on_paper`."""
    link = _waiting(unit, message_id)
    if link.on_paper_at is not None:
        _note(unit, link, None)
        step(unit, link.id, "not_on_paper", by=str(unit.actor.id))
        append(unit, "form not done on paper", message_id)
        tell_change(unit, link.id)


def _waiting(unit: Unit, message_id: UUID) -> AnyRow:
    """The link of a form that was not answered, locked: the patient may be sending it just now."""
    require(unit, Right.SEND_FORM)
    messages.message(unit, message_id)  # raises unless this person may see it
    row = LinkRow
    link = unit.db.execute(
        select(row.id, row.answered_at, row.revoked_at, row.on_paper_at, row.call_message_id)
        .where(row.practice_id == unit.practice_id, row.id == link_of(unit, message_id))
        .with_for_update()
    ).one()
    if link.revoked_at is not None or not has_form(unit, link.id):
        raise NotFound("form")
    if link.answered_at is not None:
        raise Invalid("form", "answered")
    return link


def _note(unit: Unit, link: AnyRow, at: datetime | None) -> None:
    one = (LinkRow.practice_id == unit.practice_id, LinkRow.id == link.id)
    unit.db.execute(update(LinkRow).where(*one).values(on_paper_at=at))
