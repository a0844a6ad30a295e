"""What can be done about a message now, and what each would do and cost before anybody does it (U66)."""

from datetime import timedelta
from typing import Any

from core.compose import again
from core.compose.contacts import check, look_up
from core.compose.words import Command
from core.delivery import credits
from core.delivery.words import Channel
from core.errors import LatchkeyError
from core.messages.words import Message
from core.patients.phone import is_mobile, masked_email
from core.patients.words import Patient
from core.practice import find as practice
from core.store import Unit
from staffbot import wording

BUTTONS = {Command.SMS: "SMS", Command.EMAIL: "Email", Command.DIRECT: "Direct Message"}


def link_again(unit: Unit, patient: Patient) -> dict[str, Any]:
    """What a new link would mean, or why it cannot go: `to`, `until`, `held` credits, `refused`."""
    facts: dict[str, Any] = {"refused": ""}
    try:
        check(unit, look_up(unit, patient.id, Command.DIRECT), Command.DIRECT)
    except LatchkeyError as refused:
        facts["refused"] = wording.say(refused).message
    until = unit.now + timedelta(hours=practice.card(unit).link_hours)
    return {**facts, "to": masked_email(patient.email), "until": until, "held": int(is_mobile(patient.mobile))}


def send_again(unit: Unit, message: Message) -> list[dict[str, Any]]:
    """Each way to send a text or letter once more, in words; empty where there is none."""
    left = credits.balance(unit)
    return [
        {
            "by": one.command.value,
            "button": BUTTONS[one.command],
            "says": _says(one, left),
            "refused": bool(one.refused),
        }
        for one in again.ways(unit, message)
    ]


def _says(one: again.Way, left: int) -> str:
    if one.refused:
        return wording.say(one.refused).message
    to = dict(one.to)
    if one.command is Command.DIRECT:
        code = f", a code by text to the {to[Channel.SMS]}" if Channel.SMS in to else ""
        return f"A link to {to[Channel.EMAIL]}{code}. {_cost(one.credits, left, 'Holds')}"
    whom = f"To the {to[Channel.SMS]}" if one.command is Command.SMS else f"To {to[Channel.EMAIL]}"
    return f"{whom}. {_cost(one.credits, left, 'Costs')}"


def _cost(needed: int, left: int, verb: str) -> str:
    return f"{verb} {needed} credit{'s' if needed != 1 else ''}; {left} left now." if needed else "Costs nothing."
