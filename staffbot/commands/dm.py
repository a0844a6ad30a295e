"""`/dm`"""

import re

from core.compose.draft import prepare
from core.compose.words import Command, Draft, Order
from core.errors import Invalid
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Call, command
from staffbot.commands.people import named

EXPIRES = re.compile(r"expires\s+(\d+)\s?(h|d)\b\s*", re.IGNORECASE)
MEANT = re.compile(r"expires\s+[-+]?\d", re.IGNORECASE)


@command(
    "/dm @patient… [expires 1h…30d] text",
    right=Right.SEND_DIRECT,
    takes="patients",
    leaves="Direct Message",
    examples=("/dm @Amara Testwell Here is your report", "/dm expires 3d Results attached"),
)
def dm(unit: Unit, call: Call) -> Draft:
    """Send a Direct Message with files: a link by email, opened with a code by SMS."""
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
    """Hours from `expires 3d` or `expires 12h` at the start of a text, and the rest.

    Raises Invalid("expires", …): a time that cannot be read must not go out as words.
    """
    found = EXPIRES.match(text)
    if found is None or len(found[1]) > 3:
        if MEANT.match(text):
            raise Invalid("expires", "range")
        return None, text
    return int(found[1]) * (24 if found[2].casefold() == "d" else 1), text[found.end() :]
