"""Files on their way into a message (contract section 4: `POST /uploads`)."""

from flask import Blueprint, Response, make_response, request

from core.errors import Invalid
from core.messages.files import keep
from core.messages.receive import receive
from core.practice.words import Right
from staffbot import shapes
from staffbot.visit import check_form, house, need, run, who

pages = Blueprint("uploads", __name__)


@pages.post("/uploads")
def upload() -> Response:
    """Check one file and keep it for one message of the same person; 201 with its id."""
    need(Right.CHAT)
    check_form()
    given = request.files.get("file")
    if given is None or not given.filename:
        raise Invalid("file", "empty")
    limit = house().settings.attachment_max_mb << 20
    checked = receive(house().store, who(), given.filename, given.stream.read(limit + 1))
    kept = run(keep, checked, uploaded_by=who().actor.id)
    said = shapes.attachment(kept)
    return make_response({key: said[key] for key in ("id", "name", "type", "size")}, 201)
