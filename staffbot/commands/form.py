"""`/form`"""

from core.compose.draft import prepare
from core.compose.words import Command, Draft, Order
from core.errors import Invalid
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.grammar import Call, command
from staffbot.commands.people import named


@command(
    "/form @patient… form [note]",
    right=Right.SEND_FORM,
    takes="patients",
    leaves="Smart Form",
    examples=("/form @Amara Testwell phq-9", "/form @Amara Testwell gad-7 Before Tuesday please"),
)
def form(unit: Unit, call: Call) -> Draft:
    """Send a Smart Form to fill in; its answers come back into the conversation."""
    people, rest = named(unit, call, "patients")
    key, _, note = rest.partition(" ")
    if not key:
        raise Invalid("form", "none")
    order = Order(
        Command.FORM,
        tuple(people),
        note.strip(),
        form=key.casefold().rstrip(","),
        conversation_id=call.conversation_id,
        client_id=call.client_id,
    )
    return prepare(unit, order)
