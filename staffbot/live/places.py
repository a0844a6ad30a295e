"""Ops about one's own view of conversations: pinned, muted, unread, read by whom, days, typing, going somewhere."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from core.audit import seen
from core.calendar import is_near
from core.compose import scratch
from core.errors import Invalid
from core.messages import attention, find
from core.messages.attention import Quiet
from core.practice import find as practice
from core.practice import staff
from core.release import record
from core.store import Unit
from staffbot import goto, shapes
from staffbot.beside import beside
from staffbot.live.op import Here, Op


class ShowConversation(Op, tag="conversation.show"):
    conversation: UUID


class Earlier(Op, tag="conversation.earlier"):
    acts: ClassVar[bool] = True
    counted: ClassVar[bool] = False
    behind: UUID | None = None


class ShowMessage(Op, tag="message.show"):
    message: UUID


class Pin(Op, tag="conversation.pin"):
    acts: ClassVar[bool] = True
    conversation: UUID
    on: bool = True


class Mute(Op, tag="conversation.mute"):
    acts: ClassVar[bool] = True
    conversation: UUID
    quiet: Quiet


class Unread(Op, tag="conversation.unread"):
    acts: ClassVar[bool] = True
    conversation: UUID
    seq: int


class Readers(Op, tag="conversation.readers"):
    counted: ClassVar[bool] = False
    conversation: UUID


class Beside(Op, tag="conversation.beside"):
    counted: ClassVar[bool] = False
    conversation: UUID


class On(Op, tag="conversation.on"):
    conversation: UUID
    date: date


class Typing(Op, tag="typing"):
    counted: ClassVar[bool] = False
    conversation: UUID
    answering: bool = False


class Show(Op, tag="person.show"):
    typing: bool | None = None
    presence: bool | None = None


class Go(Op, tag="go"):
    acts: ClassVar[bool] = True
    counted: ClassVar[bool] = False
    q: str


def _show_conversation(here: Here, asked: ShowConversation) -> Any:
    return here.peer.look(_row, asked.conversation)


def _earlier(here: Here, asked: Earlier) -> Any:
    return {"conversations": here.peer.look(_rows_behind, asked.behind)}


def _rows_behind(unit: Unit, behind: UUID | None) -> list[dict[str, Any]]:
    found = find.earlier(unit, behind)
    last, typed = record.newest(unit, found), scratch.where(unit)
    return [{**shapes.conversation(one, last.get(one.id)), "typed": one.id in typed} for one in found]


def _show_message(here: Here, asked: ShowMessage) -> Any:
    return shapes.message(here.peer.look(record.one, asked.message))


def _row(unit: Unit, conversation_id: UUID) -> dict[str, Any]:
    found = find.conversation(unit, conversation_id)
    return shapes.conversation(found, record.newest(unit, [found]).get(found.id))


def _pin(here: Here, asked: Pin) -> Any:
    return shapes.conversation(here.peer.run(attention.pin, asked.conversation, asked.on))


def _mute(here: Here, asked: Mute) -> Any:
    return shapes.conversation(here.peer.run(attention.mute, asked.conversation, asked.quiet))


def _unread(here: Here, asked: Unread) -> Any:
    return shapes.conversation(here.peer.run(attention.unread_from, asked.conversation, asked.seq))


def _readers(here: Here, asked: Readers) -> Any:
    found = here.peer.look(find.readers, asked.conversation)
    return {"readers": [{**shapes.person(one.person), "after": one.sees_after, "up_to": one.up_to} for one in found]}


def _beside(here: Here, asked: Beside) -> Any:
    """What stands there is about a patient: whoever asks without having had the page open is noted, too (S108)."""
    found = here.peer.look(find.conversation, asked.conversation)
    if found.patient_id and not here.peer.look(seen.lately, found.patient_id, seen.PAGE_LIVES):
        here.peer.run(seen.note, found.patient_id)
    return here.peer.look(beside, found)


def _on(here: Here, asked: On) -> Any:
    seq = here.peer.look(_first_of, asked.conversation, asked.date) if is_near(asked.date) else None
    if seq is None:
        raise Invalid("date", "none")
    return {"seq": seq}


def _first_of(unit: Unit, conversation_id: UUID, day: date) -> int | None:
    zone = ZoneInfo(practice.card(unit).time_zone)
    return find.day_starts(unit, conversation_id, datetime.combine(day, time(), zone))


def _typing(here: Here, asked: Typing) -> Any:
    if here.peer.look(_may_tell, asked.conversation):
        here.hub.say_typing(here.peer, asked.conversation, asked.answering)
    return {}


def _may_tell(unit: Unit, conversation_id: UUID) -> bool:
    find.conversation(unit, conversation_id)
    return practice.staff_member(unit, unit.staff_id).shows_typing


def _show(here: Here, asked: Show) -> Any:
    card = here.peer.run(staff.show, typing=asked.typing, presence=asked.presence)
    here.hub.presence.shown(here.peer.who, card.shows_presence)
    return {"typing": card.shows_typing, "presence": card.shows_presence}


def _go(here: Here, asked: Go) -> Any:
    return {"items": here.peer.look(goto.places, asked.q)}


HANDLERS: dict[type[Op], Callable[[Here, Any], Any]] = {
    ShowConversation: _show_conversation,
    Earlier: _earlier,
    ShowMessage: _show_message,
    Pin: _pin,
    Mute: _mute,
    Unread: _unread,
    Readers: _readers,
    Beside: _beside,
    On: _on,
    Typing: _typing,
    Show: _show,
    Go: _go,
}
