"""SMS credits: the balance and every movement (U94)."""

from flask import Blueprint, Response, make_response, render_template

from core.delivery import credits as ledger
from core.delivery.spending import movements
from core.practice.words import Right
from staffbot.visit import look, need, stay

pages = Blueprint("credits", __name__)


@pages.get("/credits")
def show() -> Response:
    """The balance and its ledger."""
    need(Right.SEE_CREDITS)
    stay()
    return make_response(render_template("credits.html", balance=look(ledger.balance), entries=look(movements)))
