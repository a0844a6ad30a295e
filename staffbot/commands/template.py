"""`/template`"""

from core.compose.contacts import look_up
from core.compose.template import by_name, merge
from core.compose.words import Command
from core.errors import Invalid, NotFound
from core.practice import find as practice
from core.practice.words import Right
from core.store import Unit
from staffbot.commands.errors import NoneCalled
from staffbot.commands.grammar import Call, Done, command
from staffbot.commands.people import implied


@command("/template name", right=Right.CHAT, examples=("/template parking", "/template running-late"))
def template(unit: Unit, call: Call) -> Done:
    """Put a template's words into the box; in a patient's conversation with their name filled in."""
    if not call.rest.strip():
        raise Invalid("template", "none")
    try:
        found = by_name(unit, call.rest)
    except NotFound as missing:
        raise NoneCalled("template", call.rest.strip()) from missing
    people = implied(unit, call.conversation_id, "patients")
    if not people:
        return Done(insert=found.text)
    return Done(insert=merge(found.text, look_up(unit, people[0], Command.EMAIL), practice.card(unit)))
