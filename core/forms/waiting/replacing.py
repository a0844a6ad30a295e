"""A form that waits in an older version: staff are told, and may put the current one in its place (F10).

The message stays, with a new link; the old link ends. What the patient filled in so far comes along where the question
is still the same; what does not is listed by its question, never by its answer (F43).
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from core.audit.trail import append
from core.errors import NotFound
from core.forms import find
from core.forms.answering.drafts import Draft, packed
from core.forms.answers import cell_of, draft_of, rows_of
from core.forms.library import shelf
from core.forms.tables import FormAnswers
from core.forms.waiting.carrying import Carried, carried
from core.messages import find as messages
from core.practice.rights import require
from core.practice.words import Right
from core.release.link import link_of, reissue
from core.release.steps import step
from core.release.tables import LinkRow
from core.seal.envelope import key_of
from core.store.types import AnyRow
from core.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Behind:
    """A form that waits in version `sent` while `current` is there; which of the answers so far would come along."""

    place: int
    form_id: UUID
    title: str
    sent: int
    current: int
    kept: tuple[str, ...]
    lost: tuple[str, ...]


def behind(unit: Unit, message_id: UUID) -> tuple[Behind, ...]:
    """The forms of a message that wait in an older version than can be sent now. Raises NotFound."""
    messages.message(unit, message_id)  # raises unless this person may see it
    return tuple(found for _, found, _ in _behind(unit, link_of(unit, message_id)))


def replace(unit: Unit, message_id: UUID) -> tuple[Behind, ...]:
    """Put the current versions in the place of older ones that wait: a new link, the old one and its sessions end.

    Raises Forbidden, NotFound (also where nothing waits in an older version), NoCredits.
    """
    require(unit, Right.SEND_FORM)
    messages.message(unit, message_id)  # raises unless this person may see it
    link_id = link_of(unit, message_id)
    found = list(_behind(unit, link_id))
    if not found:
        raise NotFound("form")
    for row, one, came in found:
        _put(unit, link_id, row, one, came)
        step(unit, link_id, "form_replaced", by=str(unit.actor.id), before=one.sent, after=one.current)
        facts = {"before": one.sent, "after": one.current, "kept": len(one.kept), "lost": len(one.lost)}
        append(unit, "form replaced by its newer version", message_id, form=one.form_id, **facts)
    cards = {card.id: card for card in find.listing(unit)}
    reissue(unit, message_id, form=find.Pack(tuple(cards[one.form_id] for _, one, _ in found)))
    return tuple(one for _, one, _ in found)


def _behind(unit: Unit, link_id: UUID) -> list[tuple[AnyRow, Behind, Carried]]:
    """What waits in an older version; nothing of a link that was taken back."""
    link = LinkRow
    there = select(link.id).where(
        link.practice_id == unit.practice_id, link.id == link_id, link.revoked_at.is_(None), link.erased_at.is_(None)
    )
    found = []
    for row in rows_of(unit, link_id) if unit.db.scalar(there) else ():
        current = shelf.one(unit, row.form_id)
        if row.submitted_at or current.state != shelf.PUBLISHED or current.current.number == row.version:
            continue
        _, old = find.version(unit, row.form_id, row.version)
        came = carried(old, current.current.form, draft_of(unit, link_id, row).answers)
        names = (tuple(item.look.short_text or item.text or item.link_id for item in s) for s in (came.kept, came.lost))
        kept, lost = names
        one = Behind(row.place, row.form_id, current.title, row.version, current.current.number, kept, lost)
        found.append((row, one, came))
    return found


def _put(unit: Unit, link_id: UUID, row: AnyRow, one: Behind, came: Carried) -> None:
    """The row with the newer version, and the answers that came along. What was typed wrongly belongs to old fields."""
    cell = cell_of(link_id, "draft", row.place)
    draft = Draft(came.answers, count=draft_of(unit, link_id, row).count + 1)
    changed = unit.db.execute(
        update(FormAnswers)
        .where(
            FormAnswers.practice_id == unit.practice_id,
            FormAnswers.link_id == link_id,
            FormAnswers.place == row.place,
            FormAnswers.submitted_at.is_(None),
            FormAnswers.draft == row.draft,
        )
        .values(
            version=one.current,
            draft=unit.seals.seal(packed(draft), cell, key_id=key_of(row.draft)) if row.draft else None,
        )
    )
    if changed.rowcount == 0:
        raise NotFound("form")
