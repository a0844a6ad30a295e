"""The ops of the protocol: fields as a Struct, handler of a few lines (contract section 5)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import msgspec

from core.audit import seen
from core.compose import confirm, habit, scheduled, scratch, undo
from core.compose.paced import count_draft
from core.compose.words import Draft
from core.errors import Forbidden, Invalid
from core.live import log as events
from core.live.bus import Event
from core.messages import conversations, cursor, edit, find, notify, search
from core.messages.post import post
from core.messages.words import Direction, Kind, Message, Writing
from core.practice import find as practice
from core.practice.rights import may
from core.practice.words import Right
from core.release import record
from core.store import Unit
from staffbot import shapes
from staffbot.commands import asking, mentions, suggest
from staffbot.commands.grammar import Call, Command, Done, as_words, parse, perform, words_only
from staffbot.live import frames, places, work
from staffbot.live.op import Here, Op
from staffbot.once import once

MOST = 100  # messages in one page
MISSED_MOST = 500  # events caught up one by one; beyond it the client loads anew


class Hello(Op, tag="hello"):
    csrf: str
    since: int | None = None


class Send(Op, tag="message.send"):
    conversation: UUID
    text: str
    client_id: str
    attachments: tuple[UUID, ...] = ()
    reply_to: UUID | None = None


class Edit(Op, tag="message.edit"):
    message: UUID
    text: str


class Delete(Op, tag="message.delete"):
    message: UUID


class React(Op, tag="message.react"):
    message: UUID
    mark: str
    on: bool = True


class Undo(Op, tag="message.undo"):
    message: UUID


class Suggest(Op, tag="command.suggest"):
    text: str
    cursor: int
    conversation: UUID | None = None


class RunCommand(Op, tag="command.run"):
    text: str
    client_id: str
    conversation: UUID | None = None
    attachments: tuple[UUID, ...] = ()
    reply_to: UUID | None = None


class Edits(msgspec.Struct, forbid_unknown_fields=True):
    text: str | None = None
    subject: str | None = None


class Confirm(Op, tag="command.confirm"):
    draft: UUID
    edits: Edits | None = None
    hold: int | None = None
    decided: dict[str, str] = msgspec.field(default_factory=dict)


class Cancel(Op, tag="command.cancel"):
    draft: UUID


class KeepTyped(Op, tag="draft.keep"):
    conversation: UUID
    text: str
    attachments: tuple[UUID, ...] = ()
    tab: str = ""


class ReadTyped(Op, tag="draft.read"):
    conversation: UUID


class Open(Op, tag="conversation.open"):
    staff: UUID | None = None
    group: UUID | None = None
    patient: UUID | None = None


class History(Op, tag="conversation.history"):
    conversation: UUID
    before: int | None = None
    after: int | None = None
    limit: int = 50


class Read(Op, tag="conversation.read"):
    conversation: UUID
    up_to: int


class Reply(Op, tag="notification.reply"):
    notification: UUID
    text: str
    client_id: str


class ReadNotification(Op, tag="notification.read"):
    notification: UUID
    done: bool = False
    undo: bool = False


class Search(Op, tag="search"):
    q: str
    conversation: UUID | None = None
    patient: UUID | None = None
    before: UUID | None = None


OPS = (
    Hello, Send, Edit, Delete, React, Undo, Suggest, RunCommand, Confirm, Cancel, KeepTyped, ReadTyped, Open, History,
    Read, Reply, ReadNotification, Search, *places.OPS, *work.OPS,
)  # fmt: skip
_BY_NAME = {one.__struct_config__.tag: one for one in OPS}


def read(said: dict[str, Any]) -> Op:
    """A request of a known op with its exact fields. Raises Malformed."""
    kind = _BY_NAME.get(said.get("op"))
    if kind is None:
        raise frames.Malformed("unknown op")
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        raise frames.Malformed(str(error)[:100]) from error


def name_of(asked: Op) -> str:
    """The op's name."""
    return str(type(asked).__struct_config__.tag)


def run(peer: Any, hub: Any, asked: Op) -> Any:
    """Run a request; what it answers. The socket is the chat's: whoever may not chat is refused before all else (S52),
    what needs more rights asks for them itself. Raises typed errors.
    """
    role = peer.who.actor.role
    if not may(role, Right.CHAT):
        raise Forbidden(Right.CHAT.value, role)
    return HANDLERS[type(asked)](Here(peer, hub), asked)


def greet(peer: Any, asked: Hello) -> tuple[dict[str, Any], list[Event]]:
    """What the page needs to begin with, and the events missed since (or `resync`).

    A page that has heard more than has happened is from before an older backup was restored.
    """
    result = peer.look(_beginning)
    if asked.since is None or asked.since == result["seq"]:
        return result, []
    if not 0 <= result["seq"] - asked.since <= MISSED_MOST:
        return {**result, "resync": True}, []
    return result, list(peer.look(events.since, asked.since, MISSED_MOST))


def _beginning(unit: Unit) -> dict[str, Any]:
    seen = find.conversations(unit)
    last = record.newest(unit, seen)
    member, card = practice.staff_member(unit, unit.staff_id), practice.card(unit)
    return {
        "me": {
            "id": str(member.id),
            "name": member.name,
            "role": member.role.value,
            "undo": member.undo_seconds,
            "shows": {"typing": member.shows_typing, "presence": member.shows_presence},
        },
        "practice": {"id": str(card.id), "name": card.name, "plan": card.plan.value, "credits": card.credits},
        "conversations": [shapes.conversation(one, last.get(one.id)) for one in seen],
        "unread": {str(key): count for key, count in cursor.unread(unit).items()},
        "notifications": [shapes.notification(one) for one in notify.listing(unit, seen)],
        "typed": [str(one) for one in scratch.where(unit)],
        "seq": events.newest(unit),
        "server_time": shapes.moment(unit.now),
    }


def _send(here: Here, asked: Send) -> Any:
    words_only(asked.text)
    writing = Writing(
        Kind.INTERNAL,
        Direction.INTERNAL,
        asked.text,
        client_id=once(asked.client_id),
        attachments=asked.attachments,
        reply_to=asked.reply_to,
    )
    return shapes.message(here.peer.run(_say, asked.conversation, writing))


def _say(unit: Unit, conversation_id: UUID, writing: Writing) -> Message:
    """Post what was typed. People in it are bound by their ids; so only they hear of it, not their namesakes."""
    said = mentions.spoken(unit, as_words(writing.text))
    message = post(unit, conversation_id, replace(writing, text=said.text))
    notify.tell_colleagues(unit, message, said.named)
    scratch.forget(unit, conversation_id)
    return message


def _edit(here: Here, asked: Edit) -> Any:
    return shapes.message(here.peer.run(edit.edit, asked.message, asked.text))


def _delete(here: Here, asked: Delete) -> Any:
    return shapes.message(here.peer.run(edit.remove, asked.message))


def _react(here: Here, asked: React) -> Any:
    return shapes.message(here.peer.run(edit.react, asked.message, asked.mark, asked.on))


def _undo(here: Here, asked: Undo) -> Any:
    back = here.peer.run(undo.undo, asked.message)
    return {"draft": shapes.draft(back) if back else None}


def _suggest(here: Here, asked: Suggest) -> Any:
    return here.peer.look(suggest.suggest, asked.text, asked.cursor, asked.conversation)


def _run_command(here: Here, asked: RunCommand) -> Any:
    command, rest = parse(asked.text)
    call = Call(rest, asked.conversation, asked.attachments, once(asked.client_id), asked.reply_to)
    result = here.peer.run(_perform, command, call)
    if isinstance(result, Draft):
        return {"draft": shapes.draft(result)}
    done: Done = result
    message = shapes.message(done.message) if done.message else None
    said = {"text": done.text, "items": list(done.items), "note": done.note, "go": done.go, "insert": done.insert}
    return {"done": {"command": command.name, "message": message, **said}}


def _perform(unit: Unit, command: Command, call: Call) -> Any:
    """Run a command. What is done is no longer half-typed; what waits for a yes still is, and survives a crash."""
    result = perform(unit, command, call)
    if isinstance(result, Draft) and result.again:
        return result
    if isinstance(result, Draft):
        count_draft(unit)
    habit.note(unit, command.name)
    if call.conversation_id and not isinstance(result, Draft):
        scratch.forget(unit, call.conversation_id)
    return result


def _keep_typed(here: Here, asked: KeepTyped) -> Any:
    here.peer.run(scratch.keep, asked.conversation, asked.text, tuple(asked.attachments), asked.tab)
    return {}


def _read_typed(here: Here, asked: ReadTyped) -> Any:
    return here.peer.look(mentions.typed, asked.conversation)


def _confirm(here: Here, asked: Confirm) -> Any:
    edits = asked.edits or Edits()
    if asked.decided.get("when") == "later":
        made = here.peer.run(scheduled.plan, asked.draft, asked.decided)
        zone = here.peer.look(practice.card).time_zone
        return {"planned": [shapes.planned(one, zone) for one in made]}
    message = here.peer.run(
        confirm.confirm,
        asked.draft,
        text=edits.text,
        subject=edits.subject,
        hold=asked.hold,
        decided=asked.decided,
    )
    return shapes.message(here.peer.look(record.one, message.id))


def _cancel(here: Here, asked: Cancel) -> Any:
    here.peer.run(confirm.cancel, asked.draft)
    return {"draft": str(asked.draft)}


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


def _reply(here: Here, asked: Reply) -> Any:
    words_only(asked.text)
    text = as_words(asked.text)
    return shapes.message(here.peer.run(notify.reply, asked.notification, text, once(asked.client_id)))


def _read_notification(here: Here, asked: ReadNotification) -> Any:
    if asked.done or asked.undo:
        return shapes.notification(here.peer.run(notify.done, asked.notification, asked.undo))
    return shapes.notification(here.peer.run(notify.read, asked.notification))


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
    Send: _send,
    Edit: _edit,
    Delete: _delete,
    React: _react,
    Undo: _undo,
    Suggest: _suggest,
    RunCommand: _run_command,
    Confirm: _confirm,
    Cancel: _cancel,
    KeepTyped: _keep_typed,
    ReadTyped: _read_typed,
    Open: _open,
    History: _history,
    Read: _read,
    Reply: _reply,
    ReadNotification: _read_notification,
    Search: _search,
    **places.HANDLERS,
    **work.HANDLERS,
}
