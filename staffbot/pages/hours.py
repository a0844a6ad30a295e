"""What patients read about the practice, its hours, and within what time somebody opens what they write."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid
from core.language import GERMAN
from core.practice import administer, describing, find
from core.practice.words import Right
from staffbot.errors import PasskeyNeeded, ProofNeeded
from staffbot.patient_words import PROVE
from staffbot.visit import check_form, look, need, need_to_administer, run, stay
from staffbot.wording import say

pages = Blueprint("hours", __name__, url_prefix="/admin/hours")
KEPT = {
    "yes": "Your hours are kept. They count for what comes in from now on.",
    "about": "Kept. Patients read it from now on; emails and texts that went stay as they were.",
}
WITHIN = {0: "No limit", 30: "30 minutes", 60: "1 hour", 120: "2 hours", 240: "4 hours", 600: "A whole day"}


@pages.get("")
def show() -> Response:
    """What is set."""
    need(Right.ADMINISTER)
    stay()
    return make_response(_page(kept=request.args.get("kept", "")))


@pages.post("")
def keep() -> Response:
    """Keep other hours."""
    need(Right.ADMINISTER)
    check_form()
    line, german = request.form.get("hours", ""), request.form.get("hours_de", "")
    within, answer = _chosen("within"), _chosen("answer")
    try:
        run(administer.set_hours, line, within, answer, german)
    except Invalid as error:
        said = say(error)
        page = _page(problem=said.message, typed=line, german=german, within=within, answer=answer)
        return make_response(page, said.status)
    return make_response(redirect("/admin/hours?kept=yes", 303))


@pages.post("/about")
def describe() -> Response:
    """Keep another name, number or word on what is urgent: patients do what stands there, so it wants proof."""
    check_form()
    about = {name: request.form.get(name, "") for name in ("name", "phone", "urgent", "urgent_de")}
    try:
        need_to_administer()
        run(describing.describe, **about)
    except (Invalid, ProofNeeded, PasskeyNeeded) as error:
        said, prove = say(error), isinstance(error, ProofNeeded)
        words = PROVE if prove else said.message
        return make_response(_page(problem=words, prove=prove, about=about), said.status)
    return make_response(redirect("/admin/hours?kept=about", 303))


def _chosen(name: str) -> int:
    """A number as the lists offer it; one that is never offered for anything else."""
    given = request.form.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else -1


def _page(
    *,
    kept: str = "",
    problem: str = "",
    prove: bool = False,
    typed: str | None = None,
    german: str = "",
    within: int | None = None,
    answer: int | None = None,
    about: dict[str, str] | None = None,
) -> str:
    choices = [(minutes, WITHIN[minutes]) for minutes in administer.OPEN_WITHIN]
    facts: dict[str, Any] = {
        "kept": KEPT.get(kept, ""),
        "problem": problem,
        "prove": prove,
        "typed": typed,
        "german": german,
        "about": about,
    }
    card = look(find.card)
    facts["german_now"] = {
        "urgent": describing.urgent_in(card, GERMAN)[0],
        "hours": describing.hours_in(card, GERMAN)[0],
    }
    facts["within"] = card.open_within if within is None else within
    facts["answer"] = card.answer_days if answer is None else answer
    facts |= {"choices": choices, "days": administer.ANSWER_DAYS, "longest": describing.LONGEST}
    return render_template("hours.html", **facts)
