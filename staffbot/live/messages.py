"""Ops about what is said: posting it, changing it, taking it back, answering in a notification."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from core.compose import scratch, undo
from core.messages import edit, notify
from core.messages.post import post
from core.messages.words import Direction, Kind, Message, Writing
from core.store import Unit
from staffbot import shapes
from staffbot.commands import mentions
from staffbot.commands.grammar import as_words, words_only
from staffbot.live.op import Here, Op
from staffbot.once import once


class Send(Op, tag="message.send"):
    acts: ClassVar[bool] = True
    conversation: UUID
    text: str
    client_id: str
    attachments: tuple[UUID, ...] = ()
    reply_to: UUID | None = None


class Edit(Op, tag="message.edit"):
    acts: ClassVar[bool] = True
    message: UUID
    text: str


class Delete(Op, tag="message.delete"):
    acts: ClassVar[bool] = True
    message: UUID


class React(Op, tag="message.react"):
    acts: ClassVar[bool] = True
    message: UUID
    mark: str
    on: bool = True


class Undo(Op, tag="message.undo"):
    acts: ClassVar[bool] = True
    message: UUID


class Reply(Op, tag="notification.reply"):
    acts: ClassVar[bool] = True
    notification: UUID
    text: str
    client_id: str


class ReadNotification(Op, tag="notification.read"):
    notification: UUID
    done: bool = False
    undo: bool = False


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
    return here.hub.shape(here.peer.run(_say, asked.conversation, writing))


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


def _reply(here: Here, asked: Reply) -> Any:
    words_only(asked.text)
    text = as_words(asked.text)
    return shapes.message(here.peer.run(notify.reply, asked.notification, text, once(asked.client_id)))


def _read_notification(here: Here, asked: ReadNotification) -> Any:
    if asked.done or asked.undo:
        return shapes.notification(here.peer.run(notify.done, asked.notification, asked.undo))
    return shapes.notification(here.peer.run(notify.read, asked.notification))


HANDLERS: dict[type[Op], Callable[[Here, Any], Any]] = {
    Send: _send,
    Edit: _edit,
    Delete: _delete,
    React: _react,
    Undo: _undo,
    Reply: _reply,
    ReadNotification: _read_notification,
}
