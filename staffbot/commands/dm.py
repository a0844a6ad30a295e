"""`/dm`"""

import re

from core.compose.draft import prepare
from core.compose.words import Command, Draft, Order
from core.errors import Invalid
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.addressed import named
from staffbot.commands.grammar import Call, command

EXPIRES = re.compile(r"expires\s+(\d+)\s?(h|d)\b[\s,;:]*", re.IGNORECASE)
SENSITIVE = re.compile(r"sensitive\b:?(?:\s+|$)")  # as a word of the command; a sentence begins with a capital
MEANT = re.compile(r"expires\s+[-+]?\d", re.IGNORECASE)


@command(
    "/dm @patient… [sensitive] [expires 1h…30d] text",
    right=Right.SEND_DIRECT,
    takes="patients",
    leaves="Direct Message",
    examples=(
        "/dm @Amara Testwell Here is your report",
        "/dm expires 3d Results attached",
        "/dm @Amara Testwell sensitive Your results",
    ),
)
def dm(unit: Unit, call: Call) -> Draft:
    """Send a Direct Message with files: a link by email, opened with a code by SMS."""
    people, text = named(unit, call, "patients")
    sensitive, text = marked(text)
    hours, text = expires(text)
    if not sensitive:
        sensitive, text = marked(text)
    order = Order(
        Command.DIRECT,
        tuple(people),
        text,
        attachments=call.attachments,
        expires_hours=hours,
        conversation_id=call.conversation_id,
        client_id=call.client_id,
        sensitive=sensitive,
    )
    return prepare(unit, order)


def marked(text: str) -> tuple[bool, str]:
    """Whether a text begins with the word `sensitive`: then the patient's PIN is asked for as well; and the rest."""
    found = SENSITIVE.match(text)
    return (True, text[found.end() :]) if found else (False, text)


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
