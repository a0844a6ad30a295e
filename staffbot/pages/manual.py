"""The manual: every command from its one declaration, and the keys (U46, B4)."""

from flask import Blueprint, Response, make_response, render_template

from core.practice import find as practice
from core.practice.words import Plan, Right
from staffbot.commands.grammar import all_commands
from staffbot.commands.suggest import refused
from staffbot.key_words import keys
from staffbot.visit import look, need, stay, who

pages = Blueprint("manual", __name__)


@pages.get("/manual")
def show() -> Response:
    """What can be typed, by whom, with examples."""
    need(Right.CHAT)
    stay()
    trial = look(practice.card).plan is Plan.TRIAL
    me = look(lambda unit: practice.staff_member(unit, unit.staff_id))
    commands = [(one, refused(one, trial, who().actor.role)) for one in all_commands().values()]
    return make_response(render_template("manual.html", commands=commands, own_keys=keys(enter_sends=me.enter_sends)))
