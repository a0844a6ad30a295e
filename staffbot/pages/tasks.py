"""Open work as a page: one's own, one's groups', everybody's; taken, done and passed on without script (U58)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid
from core.messages import tasks
from core.messages.tasks import TaskOver, TaskTaken
from core.messages.words import Message
from core.messages.work import Whose
from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot import task_words, work_rows
from staffbot.parts import someone
from staffbot.visit import check_form, look, need, run, stay
from staffbot.wording import say

pages = Blueprint("tasks", __name__, url_prefix="/work")


@pages.get("")
def show() -> Response:
    """What is open, what is due first on top."""
    need(Right.CHAT)
    stay()
    return make_response(_page())


@pages.post("/<uuid:message_id>/take")
def take(message_id: UUID) -> Response:
    """Take it on."""
    return _go(tasks.take, message_id)


@pages.post("/<uuid:message_id>/return")
def put_back(message_id: UUID) -> Response:
    """Let go of it."""
    return _go(tasks.put_back, message_id)


@pages.post("/<uuid:message_id>/done")
def done(message_id: UUID) -> Response:
    """It is done; the list offers to take that back."""
    return _go(tasks.done, message_id, f"&undo={message_id}")


@pages.post("/<uuid:message_id>/reopen")
def reopen(message_id: UUID) -> Response:
    """It is not done after all."""
    return _go(tasks.reopen, message_id)


@pages.post("/<uuid:message_id>/hand")
def hand(message_id: UUID) -> Response:
    """Ask somebody else."""
    need(Right.CHAT)
    check_form()
    try:
        run(tasks.pass_on, message_id, someone(request.form.get("to", "")))
    except (TaskTaken, TaskOver, Invalid) as error:
        said = say(error)
        return make_response(_page(said.message), said.status)
    return make_response(redirect(f"/work?whose={_whose().value}", 303))


def _go(step: Callable[[Unit, UUID], Message], message_id: UUID, more: str = "") -> Response:
    need(Right.CHAT)
    check_form()
    try:
        run(step, message_id)
    except (TaskTaken, TaskOver) as error:
        return make_response(_page(say(error).message), 409)
    return make_response(redirect(f"/work?whose={_whose().value}{more}", 303))


def _whose() -> Whose:
    given = request.values.get("whose", "")
    return Whose(given) if given in set(Whose) else Whose.MINE


def _page(problem: str = "") -> str:
    return render_template(
        "work.html",
        whose=_whose().value,
        lists=[(one.value, words) for one, words in task_words.WHOSE.items()],
        nothing=task_words.NOTHING[_whose()],
        undo=request.args.get("undo", ""),
        problem=problem,
        blank=work_rows.BLANK,
        **look(_facts, _whose()),
    )


def _facts(unit: Unit, whose: Whose) -> dict[str, Any]:
    return {
        "rows": work_rows.rows(unit, whose),
        "colleagues": [*practice.groups(unit), *practice.staff(unit)],
    }
