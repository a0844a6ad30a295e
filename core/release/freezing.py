"""Closing a link until a person looks at it: its sessions end, its sender is told, the way back is a new link (S16)."""

from uuid import UUID

from sqlalchemy import update

from core.audit.trail import append
from core.messages.notify import notify
from core.messages.post import post
from core.messages.whom import who_asked
from core.messages.words import Direction, Kind, Writing
from core.release import sessions
from core.release.find import NOT_ME, WRONG_CODES
from core.release.link import tell_change
from core.release.steps import step
from core.release.tables import LinkRow
from core.store.types import AnyRow
from core.store.unit import Unit

SAID = {
    WRONG_CODES: (
        "Too many wrong codes were typed, so the link of a Direct Message was closed. Speak to the patient, then send "
        "a new link."
    ),
    NOT_ME: (
        "Someone opened the link and said the message was not for them. The link is closed. Check the email address "
        "and the number with the patient before you send it again."
    ),
}


def freeze(unit: Unit, link: AnyRow, why: str) -> None:
    """Close a link and let whoever sent it know why."""
    unit.db.execute(
        update(LinkRow)
        .where(LinkRow.practice_id == unit.practice_id, LinkRow.id == link.id, LinkRow.frozen_at.is_(None))
        .values(frozen_at=unit.now, frozen_why=why)
    )
    sessions.end_all(unit, link.id)
    step(unit, link.id, "frozen", why=why)
    append(unit, "link frozen", link.id, why=why)
    if link.bait:
        return  # nobody sent it and nobody waits for it
    tell_change(unit, link.id)
    message = post(unit, link.conversation_id, Writing(Kind.EVENT, Direction.INTERNAL, SAID[why]))
    notify(unit, whom(unit, link.sent_by, link.conversation_id), message, why)


def whom(unit: Unit, sender: UUID | None, conversation_id: UUID) -> set[UUID]:
    """Who is told about a link: its sender, else whoever wrote to this patient last."""
    return {sender} if sender else who_asked(unit, conversation_id)
