"""Ops about requests: asking, taking, ending and passing them on, and the list of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from core.messages import tasks, work
from core.messages.work import Whose
from staffbot import shapes, work_rows
from staffbot.live.op import Here, Op
from staffbot.once import once


class HandOver(Op, tag="task.hand"):
    acts: ClassVar[bool] = True
    message: UUID
    to: UUID
    text: str = ""
    due: datetime | None = None
    client_id: str = ""


class Take(Op, tag="task.take"):
    acts: ClassVar[bool] = True
    message: UUID


class PutBack(Op, tag="task.return"):
    acts: ClassVar[bool] = True
    message: UUID


class Done(Op, tag="task.done"):
    acts: ClassVar[bool] = True
    message: UUID
    undo: bool = False


class HandOn(Op, tag="notification.hand"):
    acts: ClassVar[bool] = True
    notification: UUID
    to: UUID


class Listing(Op, tag="task.list"):
    whose: Whose = Whose.MINE


def _hand_over(here: Here, asked: HandOver) -> Any:
    more = {"due_at": asked.due, "client_id": once(asked.client_id)}
    return shapes.message(here.peer.run(tasks.hand_over, asked.message, asked.to, asked.text, **more))


def _take(here: Here, asked: Take) -> Any:
    return shapes.message(here.peer.run(tasks.take, asked.message))


def _put_back(here: Here, asked: PutBack) -> Any:
    return shapes.message(here.peer.run(tasks.put_back, asked.message))


def _done(here: Here, asked: Done) -> Any:
    return shapes.message(here.peer.run(tasks.reopen if asked.undo else tasks.done, asked.message))


def _hand_on(here: Here, asked: HandOn) -> Any:
    return shapes.message(here.peer.run(tasks.hand_on, asked.notification, asked.to))


def _listing(here: Here, asked: Listing) -> Any:
    return {"messages": here.peer.look(work_rows.rows, asked.whose), "waiting": here.peer.look(work.waiting)}


HANDLERS: dict[type[Op], Callable[[Here, Any], Any]] = {
    HandOver: _hand_over,
    Take: _take,
    PutBack: _put_back,
    Done: _done,
    HandOn: _hand_on,
    Listing: _listing,
}
