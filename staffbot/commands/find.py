"""`/find`"""

from typing import Any

from core.calendar import moment
from core.messages.search import Hit, search
from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot import wording
from staffbot.commands.asking import wanted
from staffbot.commands.grammar import Call, Done, command

PART = "Direct Messages and answers are found by patient, date and kind only."


@command(
    "/find words [@person] [kind:] [from:] [to:]",
    right=Right.CHAT,
    takes="people",
    examples=("/find letter @Amara Testwell", "/find kind:dm from:1 mar"),
)
def find(unit: Unit, call: Call) -> Done:
    """Find what was said, newest first; words by their beginnings, also by person, kind and day."""
    found = search(unit, wanted(unit, call.rest))
    zone = practice.card(unit).time_zone
    if not found.hits:
        return Done(f"Nothing found for “{call.rest}”. {PART}")
    items = tuple(_item(hit, zone) for hit in found.hits)
    return Done(
        f"{len(items)}{' or more' if found.more else ''} found. {PART if found.part else ''}".strip(), items=items
    )


def _item(hit: Hit, zone: str) -> dict[str, Any]:
    message = hit.message
    who = message.author.name if message.author else "Patient"
    return {
        "text": hit.context or wording.KINDS[message.kind.value],
        "detail": f"{who} · {wording.KINDS[message.kind.value]} · {moment(message.created_at, zone)}",
        "href": f"/c/{message.conversation_id}#m-{message.id}",
    }
