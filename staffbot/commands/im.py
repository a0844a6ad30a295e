"""`/im`"""

import re
from uuid import UUID

from core.errors import Invalid, NotFound
from core.messages.conversations import of_patient, open_any
from core.messages.notify import notify, tell_colleagues
from core.messages.post import post
from core.messages.words import Direction, Kind, Message, Writing
from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot.away_words import notes
from staffbot.commands.addressed import named
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import one

ABOUT = re.compile(r"^about (?=@)", re.IGNORECASE)


@command(
    "/im @colleague… [about @patient] text",
    right=Right.CHAT,
    takes="staff",
    examples=("/im @virtual-admin Please book a follow-up", "/im @Ben Example about @Amara Testwell Letter is ready"),
)
def im(unit: Unit, call: Call) -> Done:
    """Write to colleagues, about a patient or not; it never leaves the practice."""
    people, text = named(unit, Call(call.rest), "staff")
    if not people:
        raise Invalid("recipients", "none")
    about: UUID | None = None
    if found := ABOUT.match(text):
        about, text = one(unit, text[found.end() :], "patients")
    if not text.strip() and not call.attachments:
        raise Invalid("text", "empty")
    messages = [_write(unit, person, about, text, call, n) for n, person in enumerate(people)]
    return Done(message=messages[0], note=notes(unit, *people))


def _write(unit: Unit, person: UUID, about: UUID | None, text: str, call: Call, number: int) -> Message:
    client_id = f"{call.client_id}:{number}" if call.client_id else ""
    writing = Writing(Kind.INTERNAL, Direction.INTERNAL, text, client_id=client_id, attachments=call.attachments)
    if about is None:
        message = post(unit, open_any(unit, person).id, writing)
        tell_colleagues(unit, message)
        return message
    message = post(unit, of_patient(unit, about), writing)
    notify(unit, _everyone_of(unit, person), message, "message")
    return message


def _everyone_of(unit: Unit, person: UUID) -> set[UUID]:
    try:
        return set(practice.group(unit, person).members)
    except NotFound:
        return {practice.staff_member(unit, person).id}
