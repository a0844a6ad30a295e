"""Ops about what was said before: opening a conversation, going back in it, having read it, searching."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from core.audit import seen
from core.errors import Invalid
from core.messages import conversations, cursor, search
from core.release import record
from core.store import Unit
from staffbot import shapes
from staffbot.commands import asking
from staffbot.live.op import Here, Op

MOST = 100  # messages in one page


class Open(Op, tag="conversation.open"):
    acts: ClassVar[bool] = True
    staff: UUID | None = None
    group: UUID | None = None
    patient: UUID | None = None


class History(Op, tag="conversation.history"):
    counted: ClassVar[bool] = False
    conversation: UUID
    before: int | None = None
    after: int | None = None
    limit: int = 50


class Read(Op, tag="conversation.read"):
    counted: ClassVar[bool] = False
    conversation: UUID
    up_to: int


class Search(Op, tag="search"):
    acts: ClassVar[bool] = True
    counted: ClassVar[bool] = False
    q: str
    conversation: UUID | None = None
    patient: UUID | None = None
    before: UUID | None = None


def _open(here: Here, asked: Open) -> Any:
    if asked.staff:
        found = here.peer.run(conversations.open_with_staff, asked.staff)
    elif asked.group:
        found = here.peer.run(conversations.open_group, asked.group)
    elif asked.patient:
        found = here.peer.run(conversations.open_patient, asked.patient)
    else:
        raise Invalid("conversation", "none")
    here.hub.forget(found.id)
    return shapes.conversation(found)


def _history(here: Here, asked: History) -> Any:
    if not 1 <= asked.limit <= MOST:
        raise Invalid("limit", "range")
    page = here.peer.look(record.page, asked.conversation, before=asked.before, after=asked.after, limit=asked.limit)
    _saw(here, page[0].patient_id if page else None)
    return {"messages": [shapes.message(one) for one in page]}


def _saw(here: Here, patient_id: UUID | None) -> None:
    """Going back in a conversation about a patient is reading about them, too (S108)."""
    if patient_id and not here.peer.look(seen.lately, patient_id):
        here.peer.run(seen.note, patient_id)


def _read(here: Here, asked: Read) -> Any:
    left = here.peer.run(cursor.advance, asked.conversation, asked.up_to)
    return {"conversation": str(asked.conversation), "unread": left}


def _search(here: Here, asked: Search) -> Any:
    found = here.peer.look(_look_for, asked)
    about = {one.message.patient_id for one in found.hits if one.message.patient_id}
    if here.peer.look(seen.new, about):
        here.peer.run(seen.note_all, about)
    hits = [
        {"message": shapes.message(one.message), "context": one.context, "pieces": shapes.in_pieces(one.pieces)}
        for one in found.hits
    ]
    return {"hits": hits, "complete": not found.part, "more": found.more}


def _look_for(unit: Unit, asked: Search) -> search.Found:
    """What is typed may hold filters; what the page names narrows it further."""
    wanted = asking.wanted(unit, asked.q)
    about = asked.patient or wanted.patient_id
    return search.search(
        unit, replace(wanted, conversation_id=asked.conversation, patient_id=about, before=asked.before)
    )


HANDLERS: dict[type[Op], Callable[[Here, Any], Any]] = {
    Open: _open,
    History: _history,
    Read: _read,
    Search: _search,
}
