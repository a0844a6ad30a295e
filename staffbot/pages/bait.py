"""Bait links, for admins: where they lie, which were opened, and laying new ones (security (d)10)."""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request

from core.delivery.suppression import Suppressed
from core.errors import Invalid
from core.practice.words import Right
from core.release import bait
from core.release.words import Lies
from staffbot.visit import check_form, look, need, need_proof, run, stay
from staffbot.wording import say

pages = Blueprint("bait", __name__, url_prefix="/admin/lock/bait")
WHERE = {Lies.STORED: "Among our own letters", Lies.MAILED: "In a mailbox", Lies.BY_HAND: "Where somebody put it"}


@pages.get("")
def show() -> Response:
    """Which lie where, and which were opened."""
    need(Right.ADMINISTER)
    stay()
    return make_response(_page())


@pages.post("/mail")
def mail() -> Response:
    """Mail one to a mailbox that nobody should read."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    email = request.form.get("email", "")
    try:
        run(bait.mail, email)
    except (Invalid, Suppressed) as error:
        said = say(error)
        return make_response(_page(problem=said.message, typed=email), said.status)
    return make_response(redirect("/admin/lock/bait", 303))


@pages.post("/take")
def take() -> Response:
    """Take one; its address is on this page alone, this once."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    return make_response(_page(fresh=run(bait.take_one)))


@pages.post("/<uuid:link_id>/end")
def end(link_id: UUID) -> Response:
    """Let one ring no more."""
    check_form()
    need(Right.ADMINISTER)
    need_proof()
    run(bait.end, link_id)
    return make_response(redirect("/admin/lock/bait", 303))


def _page(*, fresh: str = "", problem: str = "", typed: str = "") -> str:
    return render_template(
        "bait.html", baits=look(bait.listing), where=WHERE, fresh=fresh, problem=problem, typed=typed
    )
