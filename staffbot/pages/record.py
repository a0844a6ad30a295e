"""A patient's whole record as one file, for whoever answers for the practice (GDPR art. 15, 20; S47, S89)."""

from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, request

from core.access import record
from core.practice.words import Right
from staffbot.handing import handed_out, may_hand_out
from staffbot.visit import look, need, run

pages = Blueprint("record", __name__)


@pages.get("/patients/<uuid:patient_id>/record.zip")
def take(patient_id: UUID) -> Response:
    """The zip file; `?internal=no` leaves out what colleagues wrote to each other."""
    need(Right.ADMINISTER)
    may_hand_out()
    internal = request.args.get("internal") != "no"
    run(record.note, patient_id, internal=internal)
    whole = BytesIO()
    look(record.write, patient_id, whole, internal=internal)
    return handed_out(whole.getvalue(), "application/zip", "record.zip")
