"""What can be done about a message now, and what each would do and cost before anybody does it (U66)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from core.compose import again
from core.compose.contacts import check, look_up
from core.compose.words import Command
from core.delivery import credits
from core.delivery.words import Channel
from core.errors import LatchkeyError
from core.forms import answers
from core.forms.answering.begun import begun
from core.forms.waiting import replacing
from core.messages.erase import is_whole
from core.messages.words import Kind, Message
from core.patients.phone import is_mobile, masked_email
from core.patients.words import Patient
from core.practice import find as practice
from core.practice.rights import may
from core.practice.words import Right
from core.release import beside, control
from core.release.steps import steps_of
from core.release.words import Release
from core.store import Unit
from core.store.types import AnyRow
from staffbot import wording
from staffbot.timeline import ALIVE

BUTTONS = {Command.SMS: "SMS", Command.EMAIL: "Email", Command.DIRECT: "Direct Message"}
UNREAD = frozenset({Release.WAITING, Release.OPENED, Release.CODE_SENT})
DONE = frozenset({Release.ANSWERED, Release.REVOKED})
USUAL_WAIT = 3  # days, where the practice reminds nobody by itself

# As it is for what has no link.
NO_LINK: Mapping[str, Any] = {
    **dict.fromkeys(("can_take_back", "can_reissue", "can_remind", "can_replace", "can_ask_code"), False),
    **dict.fromkeys(("can_mark", "can_prolong", "is_over", "on_paper", "told_of_end"), False),
    **dict.fromkeys(("link_again", "filling"), None),
    "behind": (),
    "choices": (),
    "text_costs": 0,
    "waits_long": 0,
}


def erase(unit: Unit, message: Message) -> bool:
    """Whether this person may erase it, and something of it is left."""
    return message.kind is Kind.DIRECT and may(unit.actor.role, Right.ERASE_RECORDS) and is_whole(unit, message.id)


def with_link(unit: Unit, message: Message, patient: Patient | None) -> Mapping[str, Any]:
    """What can be done with the link a message went by, as its page shows it (U66, U68)."""
    if message.release is None or patient is None:
        return NO_LINK
    status, link_id, role = message.release.status, message.release.link_id, unit.actor.role
    has_form = answers.has_form(unit, link_id)
    steps = steps_of(unit, message.id)
    reminded = any(row.what == "reminded" for row in steps)
    new_link = link_again(unit, patient)
    unread = status in UNREAD or (has_form and status is Release.UNLOCKED)
    return {
        "is_over": message.release.expires_at <= unit.now,
        "on_paper": status is Release.ON_PAPER,
        "told_of_end": reminded or status is not Release.WAITING,
        "waits_long": _waits_long(unit, steps) if status in UNREAD else 0,
        "link_again": new_link,
        "can_reissue": is_whole(unit, message.id),
        "can_remind": unread and not reminded and not new_link["refused"],
        "can_ask_code": status in ALIVE,
        "can_prolong": status in ALIVE or status is Release.EXPIRED,
        "choices": [(hours, f"{hours // 24} day{'s' if hours > 24 else ''} from now") for hours in control.CHOICES],
        "can_take_back": status in ALIVE | {Release.ON_PAPER} and may(role, Right.TAKE_BACK),
        "can_mark": has_form and status not in DONE and may(role, Right.SEND_FORM),
        "text_costs": beside.reminder_costs(unit, link_id) if has_form else 0,
        "filling": begun(unit, link_id) if has_form and status in ALIVE else None,
        "behind": replacing.behind(unit, message.id) if message.form else (),
        "can_replace": may(role, Right.SEND_FORM),
    }


def _waits_long(unit: Unit, steps: Sequence[AnyRow]) -> int:
    """Days since its newest link, once they are as many as the practice waits before it reminds; 0 before (U68)."""
    sent = max((row.at for row in steps if row.what in ("written", "reissued")), default=unit.now)
    days = (unit.now - sent).days
    return days if days >= (practice.card(unit).remind_days or USUAL_WAIT) else 0


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
