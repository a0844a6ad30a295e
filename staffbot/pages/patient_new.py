"""Taking in patients: one at the desk, or all of a file at once (E9, E51, U91)."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid
from core.language import NAMES
from core.patients import newcomer
from core.patients.headings import BadFile
from core.patients.intake import Intake, import_csv
from core.patients.record import KnownAlready
from core.patients.words import PatientStatus
from core.practice.words import Right
from core.release import contacts
from staffbot import patient_words
from staffbot.errors import ProofNeeded
from staffbot.visit import check_form, house, need, need_proof, need_to_administer, run, stay, who
from staffbot.wording import say

pages = Blueprint("patient_new", __name__)
FIELDS = ("first_name", "last_name", "date_of_birth", "mobile", "email", "status", "language", "external_id")
LARGEST, SHOWN = 5 << 20, 200  # bytes of a file; lines that are named


@pages.get("/patients/new")
def ask() -> Response:
    """An empty card; an address and a number are keys, so whoever gives them proves who they are (S27)."""
    need(Right.ADD_PATIENTS)
    need_proof()
    stay()
    name = " ".join(request.args.get("name", "")[:100].split())
    first, _, last = name.rpartition(" ")
    return _card({"first_name": first or last, "last_name": last if first else ""})


@pages.post("/patients/new")
def take() -> Response:
    """Take the patient in, or say what is wrong beside all that was typed."""
    check_form()
    need(Right.ADD_PATIENTS)
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        need_proof()
        added = run(newcomer.take_in, another=request.form.get("another") == "1", **typed)
    except Invalid as error:
        return _card(typed, problem=say(error).message, wrong=error.field, status=422)
    except KnownAlready as error:
        return _card(typed, problem=say(error).message, same=error, status=409)
    except ProofNeeded:
        return _card(typed, problem=patient_words.PROVE, prove=True, status=403)
    return make_response(redirect(f"/patients/{added.id}/details?done=added", 303))


@pages.get("/patients/import")
def choose() -> Response:
    """Where a file is chosen."""
    need_to_administer()
    stay()
    return _file()


@pages.post("/patients/import")
def bring() -> Response:
    """Bring the file in, or only check it; the lines that cannot be taken are named."""
    check_form()
    need_to_administer()
    given, only = request.files.get("file"), request.form.get("only_check") == "1"
    data = given.stream.read(LARGEST + 1) if given else b""
    if not data.strip() or len(data) > LARGEST:
        return _file(problem=patient_words.FILE["size" if data.strip() else "empty"], only=only)
    try:
        found = import_csv(house().store, who(), data, moved=contacts.moved, dry_run=only)
    except BadFile as error:
        return _file(problem=patient_words.bad_file(error), only=only)
    return _file(found=found, only=only)


def _card(typed: dict[str, str], *, status: int = 200, **facts: Any) -> Response:
    known = {"problem": "", "wrong": "", "same": None, "prove": False, **facts}
    lists = {"statuses": tuple(PatientStatus), "languages": NAMES}
    typed = {**dict.fromkeys(FIELDS, ""), **typed}
    return make_response(render_template("patients/new.html", typed=typed, **known, **lists), status)


def _file(found: Intake | None = None, *, problem: str = "", only: bool = False) -> Response:
    facts: dict[str, Any] = {"said": "", "lines": [], "more": 0, "hints": []}
    if found:
        facts = {
            "said": patient_words.brought(found, only_checked=only),
            "lines": [(line, say(error).message) for line, error in found.rejected[:SHOWN]],
            "more": max(0, len(found.rejected) - SHOWN),
            "hints": found.hints[:SHOWN],
        }
    page = render_template("patients/import.html", problem=problem, only=only, **facts)
    return make_response(page, 422 if problem else 200)
