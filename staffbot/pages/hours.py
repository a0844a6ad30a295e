"""The practice's hours, and within how much open time somebody opens what a patient writes."""

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.errors import Invalid
from core.practice import administer
from core.practice.words import Right
from staffbot.visit import check_form, need, run, stay
from staffbot.wording import say

pages = Blueprint("hours", __name__, url_prefix="/admin/hours")
WITHIN = {0: "No limit", 30: "30 minutes", 60: "1 hour", 120: "2 hours", 240: "4 hours", 600: "A whole day"}


@pages.get("")
def show() -> Response:
    """What is set."""
    need(Right.ADMINISTER)
    stay()
    return make_response(_page(kept=request.args.get("kept") == "yes"))


@pages.post("")
def keep() -> Response:
    """Keep other hours."""
    need(Right.ADMINISTER)
    check_form()
    line = request.form.get("hours", "")
    try:
        run(administer.set_hours, line, _chosen("within"), _chosen("answer"))
    except Invalid as error:
        said = say(error)
        return make_response(_page(problem=said.message, typed=line), said.status)
    return make_response(redirect("/admin/hours?kept=yes", 303))


def _chosen(name: str) -> int:
    """A number as the lists offer it; one that is never offered for anything else."""
    given = request.form.get(name, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else -1


def _page(*, kept: bool = False, problem: str = "", typed: str | None = None) -> str:
    choices = [(minutes, WITHIN[minutes]) for minutes in administer.OPEN_WITHIN]
    facts = {"choices": choices, "days": administer.ANSWER_DAYS}
    return render_template("hours.html", kept=kept, problem=problem, typed=typed, **facts)
