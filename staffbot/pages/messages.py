"""One message in detail: its words, its delivery timeline, what can be done now (U65-U68); and its files."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.audit import proving, seen
from core.audit.trail import append
from core.delivery.reports import doubt
from core.delivery.words import Channel
from core.errors import NotFound
from core.forms.answering.begun import so_far
from core.forms.waiting import on_paper, replacing
from core.forms.waiting.reminding import remind_by_hand
from core.messages import edit, files
from core.messages import find as messages
from core.messages.words import Message
from core.patients import find as patients
from core.practice.rights import may, require
from core.practice.words import Right
from core.release import control, link, record
from core.store import Unit
from core.web import headers
from staffbot import can_do, shapes, thread_words, timeline_words
from staffbot.handing import handed_out, may_hand_out
from staffbot.patient_head import card
from staffbot.timeline import timeline
from staffbot.visit import can, check_form, look, need, run, saw, stay

pages = Blueprint("messages", __name__)


@pages.get("/messages/<uuid:message_id>")
def show(message_id: UUID) -> Response:
    """What happened to a message, and what can be done."""
    need(Right.CHAT)
    stay()
    before = run(edit.before, message_id) if can(Right.SEE_HISTORY) else ()
    facts = look(_detail, message_id)
    saw(facts["patient"] and facts["patient"]["id"])
    done = timeline_words.DONE.get(request.args.get("done", ""), "")
    return _page(facts, before, done)


@pages.get("/messages/<uuid:message_id>/now")
def now(message_id: UUID) -> Response:
    """The same page for whoever has it open, once something moved (U67): nobody pressed anything for that (S45)."""
    need(Right.CHAT)
    facts = look(_detail, message_id)
    saw(facts["patient"] and facts["patient"]["id"], seen.PAGE_LIVES)
    return _page(facts)


def _page(facts: dict[str, Any], before: Any = (), done: str = "") -> Response:
    far = so_far(facts["filling"]) if facts["filling"] else None
    return make_response(render_template("messages/detail.html", before=before, so_far=far, done=done, **facts))


@pages.post("/messages/<uuid:message_id>/take-back")
def take_back(message_id: UUID) -> Response:
    """End its link for good."""
    check_form()
    need(Right.TAKE_BACK)
    run(link.take_back, message_id)
    return _done(message_id, "taken")


@pages.post("/messages/<uuid:message_id>/link")
def reissue(message_id: UUID) -> Response:
    """Send a new link; the old one ends."""
    check_form()
    need(Right.SEND_DIRECT)
    run(link.reissue, message_id)
    return _done(message_id, "link")


@pages.post("/messages/<uuid:message_id>/newer-form")
def newer_form(message_id: UUID) -> Response:
    """Put the current version of a form in the place of the one that waits: a new link, the old one ends (F10)."""
    check_form()
    need(Right.SEND_FORM)
    run(replacing.replace, message_id)
    return _done(message_id, "newer")


@pages.post("/messages/<uuid:message_id>/on-paper")
def done_on_paper(message_id: UUID) -> Response:
    """The form was answered on paper: nobody is reminded of it any more (F46)."""
    check_form()
    need(Right.SEND_FORM)
    run(on_paper.done_on_paper, message_id)
    return _done(message_id, "paper")


@pages.post("/messages/<uuid:message_id>/not-on-paper")
def not_on_paper(message_id: UUID) -> Response:
    """It was not: it waits for the patient again."""
    check_form()
    need(Right.SEND_FORM)
    run(on_paper.not_on_paper, message_id)
    return _done(message_id, "not-paper")


@pages.post("/messages/<uuid:message_id>/deliveries/<uuid:delivery_id>/again")
def again(message_id: UUID, delivery_id: UUID) -> Response:
    """Send once more what nobody can tell to have gone (E29)."""
    return _decide(message_id, delivery_id, doubt.send_again)


@pages.post("/messages/<uuid:message_id>/deliveries/<uuid:delivery_id>/went")
def went(message_id: UUID, delivery_id: UUID) -> Response:
    """End the doubt: it arrived."""
    return _decide(message_id, delivery_id, doubt.it_went)


def _decide(message_id: UUID, delivery_id: UUID, decision: Callable[[Unit, UUID], None]) -> Response:
    need(Right.CHAT)
    check_form()
    run(_decided, message_id, delivery_id, decision)
    return make_response(redirect(f"/messages/{message_id}", 303))


def _decided(unit: Unit, message_id: UUID, delivery_id: UUID, decision: Callable[[Unit, UUID], None]) -> None:
    found = record.one(unit, message_id)  # raises unless this person may see it
    one = next((one for one in found.deliveries if one.id == delivery_id), None)
    if one is None:
        raise NotFound("delivery")
    require(unit, Right.SEND_SMS if one.channel is Channel.SMS else Right.SEND_EMAIL)
    decision(unit, delivery_id)


@pages.post("/messages/<uuid:message_id>/expiry")
def expiry(message_id: UUID) -> Response:
    """Change how long it can be opened; one whose time is over opens again."""
    check_form()
    need(Right.SEND_DIRECT)
    given = request.form.get("hours", "")
    run(control.prolong, message_id, int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0)
    return _done(message_id, "until")


def _done(message_id: UUID, what: str) -> Response:
    """The same page, with a sentence about what changed (U87)."""
    return make_response(redirect(f"/messages/{message_id}?done={what}", 303))


@pages.post("/messages/<uuid:message_id>/remind")
def remind(message_id: UUID) -> Response:
    """Remind the patient by e-mail, once; the reminder carries a new link and ends the old one."""
    check_form()
    need(Right.SEND_DIRECT)
    run(_remind, message_id)
    return _done(message_id, "reminded")


def _remind(unit: Unit, message_id: UUID) -> None:
    record.one(unit, message_id)  # raises unless this person may see it
    remind_by_hand(unit, link.link_of(unit, message_id))


@pages.get("/messages/<uuid:message_id>/proof")
def proof(message_id: UUID) -> Response:
    """What the audit trail says of it, as a file that proves itself and tells of nothing else (S110)."""
    need(Right.ADMINISTER)
    may_hand_out()
    run(_noted, message_id)
    given = look(_proved, message_id)
    return handed_out(json.dumps(given, default=str).encode(), "application/json", f"proof-{message_id}.json")


def _noted(unit: Unit, message_id: UUID) -> None:
    messages.message(unit, message_id)  # raises unless this person may see it
    append(unit, "proof exported", message_id)


def _proved(unit: Unit, message_id: UUID) -> dict[str, Any]:
    return proving.proved(unit, _rows(record.one(unit, message_id)))


def _rows(found: Message) -> list[UUID]:
    """Whatever the trail may name it by: the message, its link, its files."""
    link_id = [found.release.link_id] if found.release else []
    return [found.id, *link_id, *(one.id for one in found.attachments)]


@pages.get("/files/<uuid:file_id>")
def file(file_id: UUID) -> Response:
    """A file of a message this person may see; to be saved, never shown (S84)."""
    need(Right.CHAT)
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotFound("file")
    attachment, data = run(_fetch, file_id)
    answer = make_response(data)
    answer.headers.update(headers.file(attachment.name))
    answer.headers["Content-Type"] = attachment.type
    return answer


def _fetch(unit: Unit, file_id: UUID) -> Any:
    messages.message(unit, files.message_of(unit, file_id))  # raises unless this person may see it
    append(unit, "file fetched by staff", file_id)
    return files.read_file(unit, file_id)


def _detail(unit: Unit, message_id: UUID) -> dict[str, Any]:
    found = record.one(unit, message_id)
    patient = patients.patient(unit, found.patient_id) if found.patient_id else None
    return {
        "message": _said(unit, found),
        "whole": found.whole,
        "patient": card(patient) if patient else None,
        "timeline": timeline(unit, found, patient.first_name or patient.name if patient else ""),
        "entries": proving.entries_about(unit, _rows(found)) if may(unit.actor.role, Right.ADMINISTER) else 0,
        "can_erase": can_do.erase(unit, found),
        "send_again": can_do.send_again(unit, found),
        **can_do.with_link(unit, found, patient),
    }


def _said(unit: Unit, found: Message) -> dict[str, Any]:
    """The message with one status, as the Messages tab words it (U61)."""
    shown = shapes.message(found)
    readers = () if shown["status"] else messages.readers(unit, found.conversation_id)
    return {**shown, "status": shown["status"] or {"code": "", "words": thread_words.here(found, readers)}}
