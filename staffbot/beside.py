"""What stands beside a conversation about a patient: what comes next, what is planned, what waits, the newest files."""

from typing import Any

from core.calendar import at, moment
from core.compose import scheduled
from core.messages import files
from core.messages.words import Conversation
from core.practice import find as practice
from core.store import Unit
from staffbot import shapes, waiting
from staffbot.parts import planned
from staffbot.patient_head import upcoming

LONGEST = 60  # letters of a reminder


def beside(unit: Unit, current: Conversation) -> dict[str, list[dict[str, Any]]]:
    """Lines by their place, `{"href", "name", "more"}`; a file as the socket tells one."""
    if current.patient_id is None:
        return {}
    zone = practice.card(unit).time_zone
    plans = [planned(one) for one in scheduled.listing(unit, current.patient_id)]
    soonest = upcoming(unit, current.patient_id)
    return {
        "next": [_reminder(soonest, zone)] if soonest else [],
        "planned": [
            _line(f"/scheduled#p-{one['id']}", one["kind"], f" {moment(one['at'], zone)}{', held' * one['held']}")
            for one in plans
        ],
        "waiting": [
            _line(f"/messages/{one['message']}", one["name"], f", sent {moment(one['sent'], zone)}, {one['how_far']}")
            for one in waiting.listing(unit, current.patient_id)
        ],
        "files": [shapes.attachment(one) for one in files.lately(unit, current.id, current.last_seq)],
    }


def _reminder(soonest: dict[str, Any], zone: str) -> dict[str, Any]:
    text = soonest["text"]
    words = text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()} …"
    whom = f", for {soonest['to']}" if soonest["to"] else ""
    return _line("/scheduled", at(soonest["at"], zone), f"{whom}: {words}")


def _line(href: str, name: str, more: str) -> dict[str, Any]:
    return {"href": href, "name": name, "more": more}
