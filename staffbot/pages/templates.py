"""Templates: the practice's, written by whoever administers, and one's own, which nobody else sees (U93, U87)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.compose import template, write_template
from core.errors import Invalid, LatchkeyError, NotFound
from core.practice.words import Right
from core.store import Unit
from staffbot import narrowing
from staffbot.commands import people
from staffbot.commands.errors import Ambiguous, NoOneFits
from staffbot.template_words import DONE, VARIABLES
from staffbot.visit import can, check_form, look, need, run, saw, stay
from staffbot.wording import say

pages = Blueprint("templates", __name__, url_prefix="/templates")


@pages.get("")
def listing() -> Response:
    """All of them, and a new one to write."""
    need(Right.CHAT)
    stay()
    return _page()


@pages.get("/<uuid:template_id>")
def one(template_id: UUID) -> Response:
    """One, to read, try or change."""
    need(Right.CHAT)
    stay()
    found = look(template.by_id, template_id)
    if found.retired:
        raise NotFound("template")
    return _page(_empty() | {"id": str(template_id), "name": found.name, "text": found.text, "own": _mark(found.own)})


@pages.post("/keep")
def keep() -> Response:
    """Write a new one, or change one that is there."""
    need(Right.CHAT)
    check_form()
    typed = _typed()
    try:
        found = run(write_template.keep, _which(typed), typed["name"], typed["text"], bool(typed["own"]))
    except Invalid as error:
        return _page(typed, problem=error)
    return make_response(redirect(f"/templates/{found.id}?done={'own' if found.own else 'kept'}", 303))


@pages.post("/variable")
def variable() -> Response:
    """Put a variable behind what is written; nothing is kept yet."""
    need(Right.CHAT)
    check_form()
    typed = _typed()
    if (wanted := request.form.get("variable", "")) in VARIABLES:
        typed["text"] += f"{{{wanted}}}"
    return _page(typed)


@pages.post("/try")
def attempt() -> Response:
    """Show what is written as one patient would read it; nothing is kept or sent."""
    need(Right.SEE_PATIENTS)
    check_form()
    typed = _typed()
    try:
        patient_id = look(people.only_one, request.form.get("chosen") or typed["patient"], "patients")
        shown = look(write_template.tried, typed["text"], patient_id)
    except (Invalid, Ambiguous, NoOneFits) as error:
        return _page(typed, problem=error)
    saw(patient_id)
    return _page(typed, tried=(look(people.called, patient_id), shown))


@pages.post("/<uuid:template_id>/retire")
def retire(template_id: UUID) -> Response:
    """Offer one no more, for now."""
    need(Right.CHAT)
    check_form()
    run(write_template.retire, template_id)
    return make_response(redirect("/templates?done=retired", 303))


@pages.post("/<uuid:template_id>/restore")
def restore(template_id: UUID) -> Response:
    """Offer a retired one again."""
    need(Right.CHAT)
    check_form()
    run(write_template.restore, template_id)
    return make_response(redirect(f"/templates/{template_id}?done=back", 303))


@pages.post("/<uuid:template_id>/remove")
def remove(template_id: UUID) -> Response:
    """Remove a retired one for good."""
    need(Right.CHAT)
    check_form()
    run(write_template.remove, template_id)
    return make_response(redirect("/templates?done=removed", 303))


def _typed() -> dict[str, str]:
    """The form as it was filled in; a line ends with one sign, as in the chat, not with the two that browsers post."""
    typed = {name: request.form.get(name, "") for name in _empty()}
    begun = not typed["id"]
    own = typed["own"] or _mark(begun and not can(Right.ADMINISTER))  # what others read is not theirs to write
    return typed | {"text": typed["text"].replace("\r\n", "\n"), "own": own}


def _empty() -> dict[str, str]:
    return dict.fromkeys(("id", "name", "text", "patient", "own"), "")


def _mark(yes: bool) -> str:
    return "yes" if yes else ""


def _which(typed: dict[str, str]) -> UUID | None:
    """The template that is changed; a new one for what is no id."""
    try:
        return UUID(typed["id"])
    except ValueError:
        return None


def _page(
    typed: dict[str, str] | None = None, problem: LatchkeyError | None = None, tried: tuple[str, str] | None = None
) -> Response:
    said, query = say(problem) if problem else None, narrowing.typed()
    every = [one for one in look(_all) if narrowing.fits(query, one["name"], one["text"])]
    page = render_template(
        "templates.html",
        typed=(typed := typed or _empty()),
        variables=VARIABLES,
        may_share=can(Right.ADMINISTER),
        may_write=can(Right.ADMINISTER) or not typed["id"] or typed["own"],
        done=DONE.get(request.args.get("done", ""), ""),
        problem=said.message if said else "",
        choices=problem.choices if isinstance(problem, Ambiguous | NoOneFits) else (),
        tried=tried,
        query=query,
        templates=[one for one in every if not one["retired"]],
        retired=[one for one in every if one["retired"]],
    )
    return make_response(page, said.status if said else 200)


def _all(unit: Unit) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "name": one.name,
            "text": one.text,
            "own": one.own,
            "retired": one.retired,
            "pieces": write_template.pieces(one.text),
        }
        for one in template.every(unit)
    ]
