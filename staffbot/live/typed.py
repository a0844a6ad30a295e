"""Ops about what is typed: suggesting how it goes on, running it, the card that comes of it, keeping it."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from core.compose import again, confirm, habit, scheduled, scratch
from core.compose.paced import count_draft
from core.compose.words import Command as Way
from core.compose.words import Draft
from core.practice import find as practice
from core.release import record
from core.store import Unit
from staffbot import shapes
from staffbot.commands import mentions, suggest
from staffbot.commands.grammar import Call, Command, Done, parse, perform
from staffbot.live.op import Here, Op
from staffbot.once import once


class Suggest(Op, tag="command.suggest"):
    counted: ClassVar[bool] = False
    text: str
    cursor: int
    conversation: UUID | None = None


class RunCommand(Op, tag="command.run"):
    acts: ClassVar[bool] = True
    text: str
    client_id: str
    conversation: UUID | None = None
    attachments: tuple[UUID, ...] = ()
    reply_to: UUID | None = None


class SendAgain(Op, tag="message.again"):
    acts: ClassVar[bool] = True
    message: UUID
    by: Way
    client_id: str


class Edits(msgspec.Struct, forbid_unknown_fields=True):
    text: str | None = None
    subject: str | None = None


class Confirm(Op, tag="command.confirm"):
    acts: ClassVar[bool] = True
    draft: UUID
    edits: Edits | None = None
    hold: int | None = None
    decided: dict[str, str] = msgspec.field(default_factory=dict)


class Cancel(Op, tag="command.cancel"):
    acts: ClassVar[bool] = True
    draft: UUID


class KeepTyped(Op, tag="draft.keep"):
    acts: ClassVar[bool] = True
    counted: ClassVar[bool] = False
    conversation: UUID
    text: str
    attachments: tuple[UUID, ...] = ()
    tab: str = ""


class ReadTyped(Op, tag="draft.read"):
    counted: ClassVar[bool] = False
    conversation: UUID


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


def _send_again(here: Here, asked: SendAgain) -> Any:
    return {"draft": shapes.draft(here.peer.run(_prepare_again, asked.message, asked.by, once(asked.client_id)))}


def _prepare_again(unit: Unit, message_id: UUID, by: Way, client_id: str) -> Draft:
    prepared = again.prepare_again(unit, message_id, by, client_id)
    if not prepared.again:
        count_draft(unit)
    return prepared


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


def _keep_typed(here: Here, asked: KeepTyped) -> Any:
    here.peer.run(scratch.keep, asked.conversation, asked.text, tuple(asked.attachments), asked.tab)
    return {}


def _read_typed(here: Here, asked: ReadTyped) -> Any:
    return here.peer.look(mentions.typed, asked.conversation)


HANDLERS: dict[type[Op], Callable[[Here, Any], Any]] = {
    Suggest: _suggest,
    RunCommand: _run_command,
    SendAgain: _send_again,
    Confirm: _confirm,
    Cancel: _cancel,
    KeepTyped: _keep_typed,
    ReadTyped: _read_typed,
}
