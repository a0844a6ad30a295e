"""Behind the lock: read, download, answer, send a file back, lock again (U78-U81)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid, NotFound, TooMany
from core.forms.answering.begun import HowFar, how_far
from core.messages.inspect import Checked, FileRefused
from core.messages.receive import MOST_FILES, receive_all
from core.release import reading as room
from core.store import Unit
from core.web import cookies, headers
from core.web.throttle import FILES_LOOKED_AT
from portal import shown
from portal.salvage import typed_above
from portal.visit import (
    SessionOver,
    check_form,
    house,
    lately_unlocked,
    learned,
    look,
    run,
    stay,
    unlocked,
    who,
    with_before,
)
from portal.wording import sentence, status_of, too_much

pages = Blueprint("message", __name__)


@pages.get("/message")
def show() -> Response:
    """The message."""
    door = unlocked()
    stay(door)
    return make_response(_page(door))


@pages.get("/message/files/<uuid:file_id>")
def file(file_id: UUID) -> Response:
    """A file of this very message, to be saved (S33, S84)."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotFound("file")
    door = unlocked()
    attachment, data = run(door.practice_id, room.fetch, door.link_id, file_id)
    answer = make_response(data)
    answer.headers.update(headers.file(attachment.name))
    answer.headers["Content-Type"] = attachment.type
    return answer


@pages.post("/message/reply")
@pages.post("/message/files", endpoint="files")
def reply() -> Response:
    """An answer, with files; words survive every refusal, also that of a session that ended meanwhile (U81)."""
    door = lately_unlocked()
    if (request.content_length or 0) > (request.max_content_length or 0):
        return _too_much(door)
    check_form()
    text = request.form.get("text", "").replace("\r\n", "\n")
    by_proxy = request.form.get("writer") == "proxy"
    if not door.live:
        if text.strip():
            run(door.practice_id, room.keep_words, door.link_id, text)
        raise SessionOver
    stay(door)
    if "more_time" in request.form:
        if text.strip():
            run(door.practice_id, room.keep_words, door.link_id, text)
        return make_response(_page(door, text=text, by_proxy=by_proxy))
    try:
        files = _uploads(door)
        call_me = "call" in request.form
        run(door.practice_id, room.answer, door.link_id, text, files, call_me=call_me, by_proxy=by_proxy)
    except (FileRefused, Invalid, TooMany) as error:
        field = "f" if isinstance(error, FileRefused) else "a"
        page = _page(door, text=text, by_proxy=by_proxy, problem=sentence(error), field=field)
        return make_response(page, status_of(error))
    return make_response(redirect("/message/sent?call=1" if call_me else "/message/sent", 303))


def _too_much(door: Any) -> Response:
    """More than can be taken at once: nothing of it is read but the words, which stand before the files (U80)."""
    typed = typed_above(request)
    check_form(typed.get("csrf_token", ""))
    text = typed.get("text", "").replace("\r\n", "\n")
    if not door.live:
        if text.strip():
            run(door.practice_id, room.keep_words, door.link_id, text)
        raise SessionOver
    stay(door)
    by_proxy = typed.get("writer") == "proxy"
    return make_response(_page(door, text=text, by_proxy=by_proxy, problem=too_much(), field="f"), 413)


@pages.get("/message/sent")
def sent() -> Response:
    """It has arrived, and what happens next."""
    unlocked()
    return make_response(render_template("message/sent.html", call="call" in request.args))


@pages.post("/message/lock")
def lock() -> Response:
    """Lock again, and leave nothing behind (S32)."""
    door = lately_unlocked()
    check_form()
    run(door.practice_id, room.lock, door.session_id, door.link_id)
    answer = make_response(render_template("message/locked.html", typed="", followed=False))
    answer.delete_cookie(cookies.PATIENT, **cookies.ATTRIBUTES)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


@pages.get("/message/not-me")
def ask_not_me() -> Response:
    """A page of its own: a slip of the finger closes nothing (U72)."""
    door = unlocked()
    stay(door)
    openings = shown.room(look(door.practice_id, room.reading, door.link_id))["openings"]
    return make_response(render_template("message/notme.html", openings=openings))


@pages.post("/message/not-me")
def not_me() -> Response:
    """Freeze the link and tell the practice."""
    door = lately_unlocked()
    check_form()
    run(door.practice_id, room.not_me, door.link_id)
    answer = make_response(render_template("unlock/notme_done.html"))
    answer.delete_cookie(cookies.PATIENT, **cookies.ATTRIBUTES)
    return answer


@pages.post("/message/again")
def again() -> Response:
    """A new code for a message that locked itself."""
    door = lately_unlocked()
    check_form()
    answer = make_response(redirect("/unlock", 303))
    answer.delete_cookie(cookies.PATIENT, **cookies.ATTRIBUTES)
    return with_before(answer, door.practice_id, door.link_id)


def _uploads(door: Any) -> list[Checked]:
    """The files of this answer, checked; one more than may come is looked at, so that too many are noticed.

    Raises FileRefused, TooMany: looking at a file costs us more than sending it costs anybody.
    """
    most = (house().settings.attachment_max_mb << 20) + 1
    chosen = [upload for upload in request.files.getlist("file") if upload.filename][: MOST_FILES + 1]
    for _ in chosen:
        house().throttle.count(FILES_LOOKED_AT, str(door.link_id))
    given = [(upload.filename or "", upload.stream.read(most)) for upload in chosen]
    return receive_all(house().store, who(door.practice_id), given)


def _page(door: Any, *, text: str = "", by_proxy: bool = False, problem: str = "", field: str = "a") -> str:
    """The message page; `problem` is about the text (`a`) or the files (`f`)."""
    seen, form = look(door.practice_id, _behind, door.link_id)
    learned(door.link_id, seen.practice, seen.language)
    return render_template(
        "message/show.html",
        **shown.room(seen),
        form=form,
        text=text or seen.kept,
        by_proxy=by_proxy,
        problem=problem,
        field=field,
    )


def _behind(unit: Unit, link_id: UUID) -> tuple[room.Reading, HowFar | None]:
    """The message, and how far the form behind it is filled in, if there is one: one look for both."""
    return room.reading(unit, link_id), how_far(unit, link_id)
