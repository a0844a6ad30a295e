"""The manual: every command from its one declaration, and the keys (U46, B4)."""

from flask import Blueprint, Response, make_response, render_template

from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Command, all_commands
from staffbot.commands.suggest import refused
from staffbot.key_words import keys
from staffbot.visit import look, need, stay

pages = Blueprint("manual", __name__)


@pages.get("/manual")
def show() -> Response:
    """What can be typed, by whom, with examples."""
    need(Right.CHAT)
    stay()
    me = look(lambda unit: practice.staff_member(unit, unit.staff_id))
    commands = look(_each)
    return make_response(render_template("manual.html", commands=commands, own_keys=keys(enter_sends=me.enter_sends)))


def _each(unit: Unit) -> list[tuple[Command, str | None]]:
    """Every command, and why it is not for whoever reads."""
    card = practice.card(unit)
    return [(one, refused(one, card, unit)) for one in all_commands().values()]
