"""Behind the lock: read, download, answer, send a file back, lock again (U78-U81)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.calendar import clock, day
from core.errors import Invalid, NotFound, TooMany
from core.forms.answers import has_form
from core.messages.files import store_upload
from core.messages.inspect import WORDS, FileRefused, check_file
from core.messages.words import Attachment
from core.release import reading as room
from core.release.reading import Reading
from core.web import cookies, headers
from portal.visit import (
    SessionOver,
    check_form,
    house,
    lately_unlocked,
    look,
    run,
    stay,
    unlocked,
    with_before,
)
from portal.wording import sentence

pages = Blueprint("message", __name__)
MOST_FILES = 5  # in one answer (S79)


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
    check_form()
    text = request.form.get("text", "").replace("\r\n", "\n")
    if not door.live:
        if text.strip():
            run(door.practice_id, room.keep_words, door.link_id, text)
        raise SessionOver
    stay(door)
    if "more_time" in request.form:
        return make_response(_page(door, text=text))
    try:
        files = _uploads(door)
        run(door.practice_id, room.answer, door.link_id, text, files, call_me="call" in request.form)
    except (Invalid, TooMany, FileRefused) as error:
        return make_response(_page(door, text=text, problem=sentence(error)), 422)
    return make_response(redirect("/message/sent", 303))


@pages.get("/message/sent")
def sent() -> Response:
    """It has arrived, and what happens next."""
    unlocked()
    return make_response(render_template("message/sent.html"))


@pages.post("/message/lock")
def lock() -> Response:
    """Lock again, and leave nothing behind (S32)."""
    door = lately_unlocked()
    check_form()
    run(door.practice_id, room.lock, door.session_id, door.link_id)
    answer = make_response(render_template("message/locked.html"))
    answer.delete_cookie(cookies.PATIENT, **cookies.ATTRIBUTES)
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


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


def _uploads(door: Any) -> list[UUID]:
    given = [upload for upload in request.files.getlist("file") if upload.filename]
    if len(given) > MOST_FILES:
        raise FileRefused(given[MOST_FILES].filename or "", "type")
    limit = house().settings.attachment_max_mb << 20
    checked = [check_file(upload.filename or "", upload.stream.read(limit + 1), limit) for upload in given]
    return [run(door.practice_id, store_upload, one.name, one.type, one.data, uploaded_by=None).id for one in checked]


def _page(door: Any, *, text: str = "", problem: str = "") -> str:
    seen = look(door.practice_id, room.reading, door.link_id)
    return render_template(
        "message/show.html",
        **_facts(seen),
        form=look(door.practice_id, has_form, door.link_id),
        text=text or seen.kept,
        problem=problem,
    )


def _facts(seen: Reading) -> dict[str, Any]:
    zone = seen.practice.time_zone
    at = seen.message.created_at
    return {
        "sender": seen.sender,
        "sent_on": f"{day(at, zone)}, {clock(at, zone)}",
        "paragraphs": [part for part in seen.message.text.split("\n") if part.strip()],
        "files": [file_facts(one) for one in seen.message.attachments],
        "until": day(seen.until, zone),
        "openings": [f"{day(at, zone)} at {clock(at, zone)} on {device}" for at, device in seen.openings],
        "answers": [
            {"when": f"{day(one.created_at, zone)}, {clock(one.created_at, zone)}", "text": one.text}
            for one in seen.answers
        ],
    }


def file_facts(one: Attachment) -> dict[str, Any]:
    """A file as a page shows it."""
    return {"id": one.id, "name": one.name, "kind": WORDS.get(one.type, "File"), "size": size_in_words(one.size)}


def size_in_words(size: int) -> str:
    """`420 KB`, `1.2 MB`."""
    return f"{size / (1 << 20):.1f} MB" if size >= 1 << 20 else f"{max(1, size >> 10)} KB"
