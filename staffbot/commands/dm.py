"""`/dm`"""

import re

from core.compose.draft import prepare
from core.compose.words import Command, Draft, Order
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Call, command
from staffbot.commands.people import named

EXPIRES = re.compile(r"^expires (\d{1,3})(h|d)\b\s*", re.IGNORECASE)


@command(
    "/dm @patient [expires 3d] text",
    right=Right.SEND_DIRECT,
    takes="patients",
    examples=(
        "/dm @Amara Testwell Here is your report",
        "/dm @Amara Testwell expires 3d Results attached",
    ),
)
def dm(unit: Unit, call: Call) -> Draft:
    """Send a Direct Message with files: a link by e-mail, opened with a code by SMS."""
    people, text = named(unit, call, "patients")
    hours, text = expires(text)
    order = Order(
        Command.DIRECT,
        tuple(people),
        text,
        attachments=call.attachments,
        expires_hours=hours,
        conversation_id=call.conversation_id,
        client_id=call.client_id,
    )
    return prepare(unit, order)


def expires(text: str) -> tuple[int | None, str]:
    """Hours from `expires 3d` or `expires 12h` at the start of a text, and the rest."""
    found = EXPIRES.match(text)
    if not found:
        return None, text
    return int(found[1]) * (24 if found[2].casefold() == "d" else 1), text[found.end() :]
