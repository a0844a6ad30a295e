"""SMS credits: what is left, how long it lasts, every movement with its message, and buying more (U94)."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.delivery import credits as ledger
from core.delivery.billing import purchase
from core.delivery.billing.spending import Movement, movements, pace
from core.errors import Invalid
from core.patients import find as patients
from core.practice.rights import may
from core.practice.words import Right
from core.store import Unit
from staffbot import wording
from staffbot.visit import check_form, look, need, run, stay

pages = Blueprint("credits", __name__)
PAGE = 50


@pages.get("/credits")
def show() -> Response:
    """The balance, its pace, what was ordered, and a page of the ledger."""
    need(Right.SEE_CREDITS)
    stay()
    return _page()


@pages.post("/credits/buy")
def buy() -> Response:
    """Order credits; they appear when they are paid for."""
    check_form()
    need(Right.ADMINISTER)
    typed = request.form.get("credits", "").strip()
    try:
        made = run(purchase.order, int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0)
    except Invalid as error:
        return _page(typed, wording.say(error).message)
    return make_response(redirect(purchase.BY_INVOICE.ask(made) or "/credits#ordered", 303))


def _page(typed: str = "", problem: str = "") -> Response:
    facts = look(_facts, _older())
    page = render_template("credits.html", typed=typed, problem=problem, **facts)
    return make_response(page, 422 if problem else 200)


def _older() -> UUID | None:
    try:
        return UUID(request.args.get("before", ""))
    except ValueError:
        return None


def _facts(unit: Unit, before: UUID | None) -> dict[str, Any]:
    left, used = ledger.balance(unit), pace(unit)
    found = movements(unit, before, PAGE + 1)
    names = {one: patients.patient(unit, one).name for one in {line.patient_id for line in found} if one}
    return {
        "balance": left,
        "held": ledger.held(unit),
        "used": used,
        "lasts": used.lasts(left),
        "entries": [_line(one, names) for one in found[:PAGE]],
        "before": found[PAGE - 1].id if len(found) > PAGE else None,
        "newest": before is None,
        "may_buy": may(unit.actor.role, Right.ADMINISTER),
        "orders": purchase.unpaid(unit),
    }


def _line(one: Movement, names: dict[Any, str]) -> dict[str, Any]:
    what = wording.CREDITS.get(one.reason, one.reason)
    return {
        "at": one.at,
        "what": f"{what} to {names[one.patient_id]}" if one.patient_id in names else what,
        "about": one.about,
        "state": wording.LEDGER[one.state],
        "amount": one.amount,
        "units": one.units,
    }
